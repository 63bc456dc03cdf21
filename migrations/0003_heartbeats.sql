-- When something that runs by itself last ended, so that its silence can be noticed.
CREATE TABLE heartbeats (
  name TEXT PRIMARY KEY,
  at TEXT NOT NULL,
  detail TEXT
) WITHOUT ROWID;
