-- What became of every signup. Statuses: delivered, skipped, waiting, failed.
CREATE TABLE signups (
  id TEXT PRIMARY KEY,
  source TEXT NOT NULL,
  email TEXT,
  visitor_id TEXT,
  match TEXT,
  status TEXT NOT NULL,
  channel TEXT,
  occurred_at TEXT NOT NULL,
  received_at TEXT NOT NULL,
  updated_at TEXT NOT NULL,
  -- The queue's message as JSON: all that a replay needs.
  signup TEXT NOT NULL,
  -- What brought the person, as JSON, with the evidence.
  attribution TEXT
) WITHOUT ROWID;

CREATE INDEX signups_by_arrival ON signups (received_at, id);
CREATE INDEX signups_by_status ON signups (status, received_at, id);
CREATE INDEX signups_by_email ON signups (email);
CREATE INDEX signups_by_visitor ON signups (visitor_id);

CREATE TABLE deliveries (
  signup_id TEXT NOT NULL,
  destination TEXT NOT NULL,
  status TEXT NOT NULL,
  attempts INTEGER NOT NULL,
  reason TEXT,
  external_id TEXT,
  delivered_at TEXT,
  next_attempt_at TEXT,
  -- The properties as they were written, as JSON.
  written TEXT,
  updated_at TEXT NOT NULL,
  PRIMARY KEY (signup_id, destination)
) WITHOUT ROWID;
