-- Destinations whose service wants nothing more. `settings`: a digest of what it concerns; with other settings it is on again.
CREATE TABLE stopped_destinations (
  name TEXT PRIMARY KEY,
  settings TEXT NOT NULL,
  reason TEXT NOT NULL,
  stopped_at TEXT NOT NULL
) WITHOUT ROWID;
