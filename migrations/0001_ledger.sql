-- One row per signup. Statuses: delivered, skipped, waiting, failed.
CREATE TABLE signups (
  id TEXT PRIMARY KEY,
  source TEXT NOT NULL,
  email TEXT,
  visitor_id TEXT,
  -- `<source>:<customer id>`: joins an event without an email with the event that says who the customer is.
  customer TEXT,
  match TEXT,
  status TEXT NOT NULL,
  channel TEXT,
  -- What brought the person, out of the attribution, so that an index can hold it.
  brought_by TEXT,
  occurred_at TEXT NOT NULL,
  received_at TEXT NOT NULL,
  updated_at TEXT NOT NULL,
  -- The queue's message as JSON: all that a replay needs.
  signup TEXT NOT NULL,
  -- What brought the person, as JSON, with the evidence.
  attribution TEXT,
  -- What brought the person on the visit of the signup, as JSON, and its channel apart, so that an index can hold it.
  conversion TEXT,
  converting_channel TEXT,
  -- Failed attempts to fetch the visitor. Those of each destination are counted apart: each backs off for itself.
  lookups INTEGER NOT NULL DEFAULT 0,
  -- Of the newest prediction.
  score REAL,
  expected_value REAL,
  -- When the live fields are due to be written again; NULL when never.
  refresh_at TEXT,
  refreshed_at TEXT,
  refreshes INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;

CREATE INDEX signups_by_arrival ON signups (received_at, id);
CREATE INDEX signups_by_status ON signups (status, received_at, id);
CREATE INDEX signups_by_email ON signups (email);
CREATE INDEX signups_by_visitor ON signups (visitor_id);
CREATE INDEX signups_by_customer ON signups (customer) WHERE customer IS NOT NULL;
CREATE INDEX signups_due_refresh ON signups (refresh_at) WHERE refresh_at IS NOT NULL;

-- Who came as which visitor. The first two people of a visitor keep it.
CREATE TABLE visitor_people (
  visitor_id TEXT NOT NULL,
  email TEXT NOT NULL,
  claimed_at TEXT NOT NULL,
  PRIMARY KEY (visitor_id, email)
) WITHOUT ROWID;

CREATE INDEX visitor_people_by_email ON visitor_people (email);
CREATE INDEX visitor_people_by_time ON visitor_people (claimed_at);

-- One signup on its way to one destination.
CREATE TABLE deliveries (
  signup_id TEXT NOT NULL,
  destination TEXT NOT NULL,
  status TEXT NOT NULL,
  attempts INTEGER NOT NULL,
  -- A code of the reason tables, and what the code cannot say.
  reason TEXT,
  detail TEXT,
  -- The code before Whence gave up.
  last_reason TEXT,
  external_id TEXT,
  delivered_at TEXT,
  next_attempt_at TEXT,
  -- The properties as they were written, as JSON.
  written TEXT,
  -- The first attempt and the latest ones, as a JSON array of {at, status, reason, detail, refresh}.
  history TEXT,
  updated_at TEXT NOT NULL,
  PRIMARY KEY (signup_id, destination)
) WITHOUT ROWID;

CREATE INDEX deliveries_waiting ON deliveries (next_attempt_at) WHERE status = 'waiting';

-- The dashboard's filters, each newest first.
CREATE INDEX signups_by_match ON signups (match, received_at, id);
CREATE INDEX signups_by_channel ON signups (channel, received_at, id);
CREATE INDEX signups_by_source ON signups (source, received_at, id);

-- All that the totals count: they are read from here, never from the rows with their messages.
CREATE INDEX signups_for_stats
  ON signups (received_at, channel, source, status, match, brought_by, score, expected_value, converting_channel);
