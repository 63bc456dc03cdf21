-- Sessions that were logged out. A row is of no use after the session has expired.
CREATE TABLE ended_sessions (
  mark TEXT PRIMARY KEY,
  expires_at TEXT NOT NULL
) WITHOUT ROWID;
