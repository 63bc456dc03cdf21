-- Signups that lack an address, or its verification. No message brings them back: an event of the same person does.
CREATE TABLE waits (
  -- `<source>:<customer id>`, or `<source>:<email>` where the provider names no customer.
  person TEXT NOT NULL,
  signup_id TEXT NOT NULL,
  PRIMARY KEY (person, signup_id)
) WITHOUT ROWID;

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
