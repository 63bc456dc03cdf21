-- D1 bills every row of a table and of an index that is written. So there are few indexes, and most of them hold few rows.

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
  -- What brought the person, out of the attribution.
  brought_by TEXT,
  occurred_at TEXT NOT NULL,
  received_at TEXT NOT NULL,
  updated_at TEXT NOT NULL,
  -- The queue's message as JSON: all that a replay needs.
  signup TEXT NOT NULL,
  -- What brought the person, as JSON, with the evidence.
  attribution TEXT,
  -- What brought the person on the visit of the signup, as JSON, and its channel apart.
  conversion TEXT,
  converting_channel TEXT,
  -- Of the visitor, two letters.
  country TEXT,
  -- Failed attempts to fetch the visitor. Those of each destination are counted apart: each backs off for itself.
  lookups INTEGER NOT NULL DEFAULT 0,
  -- Of the newest prediction.
  score REAL,
  expected_value REAL,
  -- The live fields are written again an hour, a day and a week after this; NULL when never. A refresh that has nothing
  -- new to say leaves it as it is, and so costs no row.
  refresh_from TEXT
) WITHOUT ROWID;

CREATE INDEX signups_by_arrival ON signups (received_at, id);
CREATE INDEX signups_by_email ON signups (email, occurred_at) WHERE email IS NOT NULL;
CREATE INDEX signups_by_visitor ON signups (visitor_id) WHERE visitor_id IS NOT NULL;
CREATE INDEX signups_by_customer ON signups (customer) WHERE customer IS NOT NULL;
CREATE INDEX signups_to_refresh ON signups (refresh_from, id) WHERE refresh_from IS NOT NULL;
-- What has not arrived is little, and is what operators look for.
CREATE INDEX signups_not_delivered ON signups (status, received_at, id) WHERE status <> 'delivered';

-- Who came as which visitor. The first two people of a visitor keep it.
CREATE TABLE visitor_people (
  visitor_id TEXT NOT NULL,
  email TEXT NOT NULL,
  claimed_at TEXT NOT NULL,
  PRIMARY KEY (visitor_id, email)
) WITHOUT ROWID;

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

-- Signups that were erased while their message was still on the queue: the message must not bring them back.
CREATE TABLE erased_signups (
  id TEXT PRIMARY KEY,
  erased_at TEXT NOT NULL
) WITHOUT ROWID;

CREATE INDEX erased_signups_by_time ON erased_signups (erased_at);

-- People who were erased, as digests. What was on the queue but not yet in the ledger must not bring them back either.
CREATE TABLE erased_people (
  person TEXT PRIMARY KEY,
  erased_at TEXT NOT NULL
) WITHOUT ROWID;

CREATE INDEX erased_people_by_time ON erased_people (erased_at);

-- When something that runs by itself last ended, so that its silence can be noticed, and how far it came.
CREATE TABLE heartbeats (
  name TEXT PRIMARY KEY,
  at TEXT NOT NULL,
  detail TEXT
) WITHOUT ROWID;

-- Recent failed logins, so that guessing is slow from everywhere.
CREATE TABLE login_failures (
  client TEXT NOT NULL,
  failed_at TEXT NOT NULL
);
CREATE INDEX login_failures_by_client ON login_failures (client, failed_at);
