-- Signups that lack an address, or its verification. No message brings them back: an event of the same person does.
CREATE TABLE waits (
  signup_id TEXT PRIMARY KEY,
  -- `<source>:<customer id>`, or `<source>:<email>` where the provider names no customer.
  person TEXT NOT NULL,
  -- The end of the wait. NULL after it: the signup is skipped, but a late event still finds it.
  until TEXT
) WITHOUT ROWID;

CREATE INDEX waits_by_person ON waits (person);
CREATE INDEX waits_by_end ON waits (until) WHERE until IS NOT NULL;

-- What events that are no signups have said of a person, for a signup that comes later.
CREATE TABLE completions (
  person TEXT PRIMARY KEY,
  email TEXT,
  email_verified INTEGER,
  name TEXT,
  visitor_id TEXT,
  occurred_at TEXT NOT NULL,
  received_at TEXT NOT NULL
) WITHOUT ROWID;

CREATE INDEX completions_by_arrival ON completions (received_at);
-- For an erasure.
CREATE INDEX completions_by_email ON completions (email) WHERE email IS NOT NULL;

-- The newest address of a customer is found without the others.
DROP INDEX signups_by_customer;
CREATE INDEX signups_by_customer ON signups (customer, occurred_at) WHERE customer IS NOT NULL;
