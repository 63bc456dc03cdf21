-- What a destination wants back with its next attempt at the same signup, in its own words.
ALTER TABLE deliveries ADD COLUMN memo TEXT;
