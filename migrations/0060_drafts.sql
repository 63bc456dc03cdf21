-- What a destination has begun to send. It is deleted with the row that says how that ended.
CREATE TABLE drafts (
  signup_id TEXT NOT NULL,
  destination TEXT NOT NULL,
  memo TEXT NOT NULL,
  at TEXT NOT NULL,
  PRIMARY KEY (signup_id, destination)
) WITHOUT ROWID;
