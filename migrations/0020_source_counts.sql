-- What each source has sent, by day: a few rows, however much comes. Kinds: accepted, ignored, refused.
CREATE TABLE source_counts (
  day TEXT NOT NULL,
  source TEXT NOT NULL,
  kind TEXT NOT NULL,
  -- Empty for what was accepted.
  reason TEXT NOT NULL,
  count INTEGER NOT NULL,
  -- Of what was accepted: how many brought a visitor ID.
  with_visitor INTEGER NOT NULL DEFAULT 0,
  -- How many came in a row: refused ones since the last genuine one, ignored ones since the last accepted one.
  run INTEGER NOT NULL DEFAULT 0,
  -- The longest silence between two of them on this day, in seconds.
  gap_seconds INTEGER NOT NULL DEFAULT 0,
  first_at TEXT NOT NULL,
  last_at TEXT NOT NULL,
  PRIMARY KEY (day, source, kind, reason)
) WITHOUT ROWID;
