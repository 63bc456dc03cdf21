-- One person may sign up thousands of times, as a monitor does: what looks for the signups of a visitor and a person, or for
-- those of a customer, reads a few rows all the same.
DROP INDEX signups_by_visitor;
CREATE INDEX signups_by_visitor ON signups (visitor_id, email, occurred_at) WHERE visitor_id IS NOT NULL;

-- As in 0045, with a limit on the signups of a customer that are looked at. The first one says in which period they count.
DROP TRIGGER signup_added;
DROP TRIGGER signup_changed;

CREATE TRIGGER signup_added AFTER INSERT ON signups BEGIN
  INSERT INTO stale_periods (period, counting)
  SELECT DISTINCT substr(received_at, 1, 13), '' FROM (
    SELECT NEW.received_at AS received_at
    UNION SELECT * FROM (SELECT received_at FROM signups WHERE email = NEW.email AND id <> NEW.id ORDER BY occurred_at LIMIT 1)
    UNION SELECT received_at FROM (
      SELECT received_at, email FROM signups WHERE customer = NEW.customer AND id <> NEW.id ORDER BY occurred_at LIMIT 5) WHERE email IS NULL
  ) WHERE NOT EXISTS (SELECT 1 FROM stale_periods WHERE period = substr(received_at, 1, 13) AND counting = '');
END;

CREATE TRIGGER signup_changed
AFTER UPDATE OF email, customer, status, match, channel, brought_by, attribution, conversion, country, score,
  expected_value, paid_at, days_to_signup ON signups BEGIN
  INSERT INTO stale_periods (period, counting)
  SELECT DISTINCT substr(received_at, 1, 13), '' FROM (
    SELECT NEW.received_at AS received_at
    UNION SELECT * FROM (SELECT received_at FROM signups WHERE email = NEW.email AND id <> NEW.id ORDER BY occurred_at LIMIT 1)
    UNION SELECT received_at FROM (
      SELECT received_at, email FROM signups WHERE customer = NEW.customer AND id <> NEW.id ORDER BY occurred_at LIMIT 5) WHERE email IS NULL
  ) WHERE NOT EXISTS (SELECT 1 FROM stale_periods WHERE period = substr(received_at, 1, 13) AND counting = '');
END;
