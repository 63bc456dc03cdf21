-- Signups that were erased while their message was still on the queue: it must not bring them back.
CREATE TABLE erased_signups (
  id TEXT PRIMARY KEY,
  erased_at TEXT NOT NULL
) WITHOUT ROWID;
