-- Tries to fetch the visitor are counted apart from those of each destination: each backs off for itself.
ALTER TABLE signups ADD COLUMN lookups INTEGER NOT NULL DEFAULT 0;

-- The newest prediction, for the dashboard's means.
ALTER TABLE signups ADD COLUMN score REAL;
ALTER TABLE signups ADD COLUMN expected_value REAL;

-- When the live fields are due to be written again; NULL when never.
ALTER TABLE signups ADD COLUMN refresh_at TEXT;
ALTER TABLE signups ADD COLUMN refreshed_at TEXT;
ALTER TABLE signups ADD COLUMN refreshes INTEGER NOT NULL DEFAULT 0;

-- The latest tries, as a JSON array of {at, status, reason}.
ALTER TABLE deliveries ADD COLUMN history TEXT;

CREATE INDEX signups_due_refresh ON signups (refresh_at) WHERE refresh_at IS NOT NULL;
CREATE INDEX deliveries_waiting ON deliveries (next_attempt_at) WHERE status = 'waiting';

-- Failed logins of late, so that guessing is slow wherever it is tried from.
CREATE TABLE login_failures (
  client TEXT NOT NULL,
  failed_at TEXT NOT NULL
);
CREATE INDEX login_failures_by_client ON login_failures (client, failed_at);
