-- Events without an email are joined with the event that tells who the customer is: `<source>:<customer id>`.
ALTER TABLE signups ADD COLUMN customer TEXT;

CREATE INDEX signups_by_customer ON signups (customer) WHERE customer IS NOT NULL;
