-- Totals of each day of arrival, so that the dashboard reads a row a day. They stay when their signups are pruned.
CREATE TABLE day_totals (
  day TEXT PRIMARY KEY,
  signups INTEGER NOT NULL,
  -- A JSON array of {channel, source, status, match, broughtBy, converting, count, score, scores, value, values}.
  groups TEXT NOT NULL,
  counted_at TEXT NOT NULL
) WITHOUT ROWID;

-- Days whose signups have changed since they were counted.
CREATE TABLE stale_days (day TEXT PRIMARY KEY) WITHOUT ROWID;

-- `OR IGNORE` would not do: within a trigger, the statement that fires it decides what a conflict means.
CREATE TRIGGER signup_added AFTER INSERT ON signups BEGIN
  INSERT INTO stale_days (day) SELECT substr(NEW.received_at, 1, 10)
  WHERE NOT EXISTS (SELECT 1 FROM stale_days WHERE day = substr(NEW.received_at, 1, 10));
END;

CREATE TRIGGER signup_changed
AFTER UPDATE OF status, match, channel, brought_by, converting_channel, score, expected_value ON signups BEGIN
  INSERT INTO stale_days (day) SELECT substr(NEW.received_at, 1, 10)
  WHERE NOT EXISTS (SELECT 1 FROM stale_days WHERE day = substr(NEW.received_at, 1, 10));
END;
