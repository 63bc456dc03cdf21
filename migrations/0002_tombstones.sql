-- Signups that were erased while their message was still on the queue: the message must not bring them back.
CREATE TABLE erased_signups (
  id TEXT PRIMARY KEY,
  erased_at TEXT NOT NULL
) WITHOUT ROWID;

-- People who were erased, as digests. What was on the queue but not yet in the ledger must not bring them back either.
CREATE TABLE erased_people (
  person TEXT PRIMARY KEY,
  erased_at TEXT NOT NULL
) WITHOUT ROWID;
