// The rows of lab/bench/ledger.ts: signups as they are, with a campaign, a click ID, a name, and every field written.
import { attribute } from '../../src/attribution/attribute.ts';
import { journey } from '../../src/attribution/journey.ts';
import { fields, valuesOf } from '../../src/destinations/fields.ts';
import type { LedgerDatabase } from '../../src/ledger/database.ts';
import type { LedgerEntry } from '../../src/ledger/entry.ts';
import type { Signup, Visitor } from '../../src/model.ts';

export const START = Date.UTC(2026, 0, 1);
export const iso = (ms: number) => new Date(ms).toISOString();

function signupOf(index: number, visitorId: string, at: string): Signup {
  return {
    version: 1,
    id: `stripe:evt_1Qw${String(index).padStart(21, '0')}`,
    source: 'stripe',
    email: `person.number${index}@company-${index % 5000}.com`,
    name: 'Ada Lovelace',
    userId: `user_${index}`,
    visitorId,
    occurredAt: at,
    receivedAt: at,
    test: false,
  };
}

function visitorOf(visitorId: string, at: string): Visitor {
  return {
    visitorId,
    params: { utm_source: 'google', utm_medium: 'cpc', utm_campaign: 'autumn-launch-2026' },
    clickIds: { gclid: 'Cj0KCQjw0oyYBhDGARIsAMZEuMs6YcXhFz8tYJk2bq5Zr3vQ1d4mLxWb9nU0TgHs7eKyRpAo' },
    country: 'DE',
    region: 'Berlin',
    city: 'Berlin',
    device: 'desktop',
    os: 'macOS',
    browser: 'Chrome',
    visits: 3,
    pageviews: 12,
    firstSeenAt: at,
    lastSeenAt: at,
    currentUrl: 'https://example.com/pricing',
    pages: [{ url: 'https://example.com/?utm_source=google&utm_medium=cpc', at }],
    goals: [{ name: 'signup', at }],
    prediction: { score: 72, conversionRate: 0.031, expectedValue: 4.2, confidence: 0.8 },
  };
}

/** What a delivery writes about the signup of this number. */
export function entry(index: number): LedgerEntry {
  const at = iso(START + index * 1000);
  const visitorId = `${String(index).padStart(8, '0')}-0000-4000-8000-000000000000`;
  const signup = signupOf(index, visitorId, at);
  const visitor = visitorOf(visitorId, at);
  const attribution = attribute({ visitor });
  const person = { match: 'matched', signup, visitor, fetchedAt: at, attribution } as const;
  const values = valuesOf(fields, { ...person, journey: journey(visitor, at) });
  const written = Object.fromEntries(
    Object.entries(values).map(([property, value]) => [property, String(value)]),
  );
  return {
    signup,
    match: 'matched',
    attribution,
    prediction: visitor.prediction,
    attempts: [
      { destination: 'hubspot', status: 'delivered', externalId: '250012345678', written },
    ],
    refreshFrom: at,
  };
}

const FIRST_ID = entry(0).signup.id;
const ID = `'stripe:evt_1Qw' || printf('%021d', n.i)`;
const EMAIL = `'person.number' || n.i || '@company-' || (n.i % 5000) || '.com'`;
const VISITOR = `printf('%08d', n.i) || '-0000-4000-8000-000000000000'`;
const STATUS = `iif(n.i % 100 = 7, 'failed', 'delivered')`;

/** When the rows arrived: the first one, and the seconds between two. */
export interface Pace {
  startMs: number;
  secondsApart: number;
}

/**
 * Copies row 0, which must be there, from the number `from` to the one before `to`. Each copy has its own id, email, visitor
 * and time. One in a hundred has failed.
 */
export async function seed(
  database: LedgerDatabase,
  from: number,
  to: number,
  { startMs, secondsApart }: Pace = { startMs: START, secondsApart: 1 },
): Promise<void> {
  const at = `strftime('%Y-%m-%dT%H:%M:%fZ', ${startMs / 1000} + n.i * ${secondsApart}, 'unixepoch')`;
  const numbers = `WITH RECURSIVE n(i) AS (SELECT ${from} UNION ALL SELECT i + 1 FROM n WHERE i + 1 < ${to})`;
  await database
    .prepare(
      `INSERT OR IGNORE INTO signups (id, source, email, visitor_id, match, status, channel, brought_by, occurred_at,
                            received_at, updated_at, signup, attribution, score, expected_value, refresh_from)
       ${numbers}
       SELECT ${ID}, source, ${EMAIL}, ${VISITOR}, match, ${STATUS}, channel, brought_by, ${at}, ${at}, ${at},
              json_set(signup, '$.id', ${ID}, '$.email', ${EMAIL}, '$.visitorId', ${VISITOR},
                       '$.occurredAt', ${at}, '$.receivedAt', ${at}),
              attribution, score, expected_value, ${at}
       FROM n CROSS JOIN (SELECT * FROM signups WHERE id = '${FIRST_ID}')`,
    )
    .run();
  await database
    .prepare(
      `INSERT OR IGNORE INTO deliveries (signup_id, destination, status, attempts, reason, external_id, delivered_at,
                               written, history, updated_at)
       ${numbers}
       SELECT ${ID}, destination, ${STATUS}, 4, iif(n.i % 100 = 7, 'gave_up', NULL), external_id, ${at},
              written, json_array(json_extract(history, '$[0]'), json_extract(history, '$[0]'),
                                  json_extract(history, '$[0]'), json_extract(history, '$[0]')), ${at}
       FROM n CROSS JOIN (SELECT * FROM deliveries WHERE signup_id = '${FIRST_ID}')`,
    )
    .run();
}
