-- What brought the person, out of the attribution, so that an index can hold it.
ALTER TABLE signups ADD COLUMN brought_by TEXT;
UPDATE signups SET brought_by = attribution ->> 'source' WHERE match = 'matched';

-- The dashboard's filters, each newest first.
CREATE INDEX signups_by_match ON signups (match, received_at, id);
CREATE INDEX signups_by_channel ON signups (channel, received_at, id);
CREATE INDEX signups_by_source ON signups (source, received_at, id);

-- All that the totals count: they are read from here, and never from the rows with their messages.
CREATE INDEX signups_for_stats
  ON signups (received_at, channel, source, status, match, brought_by, score, expected_value);
