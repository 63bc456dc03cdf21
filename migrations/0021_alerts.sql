-- What the checks that run by themselves have found wrong, so that each fault makes one alert and one all-clear.
CREATE TABLE alerts (
  -- `refused:stripe`
  name TEXT PRIMARY KEY,
  since TEXT NOT NULL,
  -- In how many runs it was found.
  runs INTEGER NOT NULL,
  -- When the alert and the last reminder were accepted by the receiver.
  raised_at TEXT,
  reminded_at TEXT,
  -- What was said, as JSON, for the all-clear.
  finding TEXT NOT NULL
) WITHOUT ROWID;
