-- `<message ID>:<attempt>` of the queue's message that this was written for. A message whose earlier attempt stands nowhere
-- was in an invocation that ended without a word.
ALTER TABLE deliveries ADD COLUMN tried TEXT;

-- Signups that are tried with care, because such an invocation had them. The row is written before the try and removed
-- after it: one that stays says that the invocation ended during the try.
CREATE TABLE trials (
  signup_id TEXT PRIMARY KEY,
  -- How often an invocation has ended while it had this signup alone.
  deaths INTEGER NOT NULL,
  at TEXT NOT NULL
) WITHOUT ROWID;
