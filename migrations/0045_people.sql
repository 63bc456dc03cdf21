-- People instead of webhooks. A roll-up has the people of one period of arrival, an hour of today or a day before (UTC): one
-- person once, where their first signup is. It stays when its signups are pruned. Nothing in it names anybody.
DROP TRIGGER signup_added;
DROP TRIGGER signup_changed;
DROP TABLE day_totals;
DROP TABLE stale_days;

CREATE TABLE roll_ups (
  -- `2026-11-25` or `2026-11-26T14`
  period TEXT PRIMARY KEY,
  people INTEGER NOT NULL,
  -- When the earliest of them signed up: a backfill brings people of the past.
  first_at TEXT,
  -- As JSON: for each column its values, and the place of each person's value among them.
  columns TEXT NOT NULL,
  -- NULL: it is to be counted again at once.
  counted_at TEXT,
  -- Signups of the period are pruned: it is not counted any more.
  is_final INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;

CREATE INDEX roll_ups_of_hours ON roll_ups (period) WHERE length(period) > 10;

-- Hours of arrival whose people have changed since they were counted. `counting`: who is counting them now.
CREATE TABLE stale_periods (
  period TEXT NOT NULL,
  counting TEXT NOT NULL,
  PRIMARY KEY (period, counting)
) WITHOUT ROWID;

-- When the person paid first, as far as it is known.
ALTER TABLE signups ADD COLUMN paid_at TEXT;
-- Whole days from the first visit to the signup.
ALTER TABLE signups ADD COLUMN days_to_signup INTEGER;
-- The person is counted already, in a period whose signups are pruned.
ALTER TABLE signups ADD COLUMN is_counted INTEGER NOT NULL DEFAULT 0;

-- A person is counted where their first signup is, so that period changes as well. `OR IGNORE` would not do: within a
-- trigger, the statement that fires it decides what a conflict means.
CREATE TRIGGER signup_added AFTER INSERT ON signups BEGIN
  INSERT INTO stale_periods (period, counting)
  SELECT DISTINCT substr(received_at, 1, 13), '' FROM (
    SELECT NEW.received_at AS received_at
    UNION SELECT * FROM (SELECT received_at FROM signups WHERE email = NEW.email AND id <> NEW.id ORDER BY occurred_at LIMIT 1)
    UNION SELECT * FROM (SELECT received_at FROM signups WHERE customer = NEW.customer AND email IS NULL AND id <> NEW.id ORDER BY occurred_at LIMIT 5)
  ) WHERE NOT EXISTS (SELECT 1 FROM stale_periods WHERE period = substr(received_at, 1, 13) AND counting = '');
END;

CREATE TRIGGER signup_changed
AFTER UPDATE OF email, customer, status, match, channel, brought_by, attribution, conversion, country, score,
  expected_value, paid_at, days_to_signup ON signups BEGIN
  INSERT INTO stale_periods (period, counting)
  SELECT DISTINCT substr(received_at, 1, 13), '' FROM (
    SELECT NEW.received_at AS received_at
    UNION SELECT * FROM (SELECT received_at FROM signups WHERE email = NEW.email AND id <> NEW.id ORDER BY occurred_at LIMIT 1)
    UNION SELECT * FROM (SELECT received_at FROM signups WHERE customer = NEW.customer AND email IS NULL AND id <> NEW.id ORDER BY occurred_at LIMIT 5)
  ) WHERE NOT EXISTS (SELECT 1 FROM stale_periods WHERE period = substr(received_at, 1, 13) AND counting = '');
END;

-- What is there already is counted by the next runs of cron.
INSERT INTO stale_periods (period, counting) SELECT DISTINCT substr(received_at, 1, 13), '' FROM signups;
