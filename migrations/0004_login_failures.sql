-- Recent failed logins, so that guessing is slow from everywhere.
CREATE TABLE login_failures (
  client TEXT NOT NULL,
  failed_at TEXT NOT NULL
);
CREATE INDEX login_failures_by_client ON login_failures (client, failed_at);
