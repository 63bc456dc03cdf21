// `node lab/bench/ledger.ts [rows…]`: what the ledger costs as it grows: bytes and D1's billed rows per signup, how
// fast batches are recorded, how long a page takes. Local D1, so times compare with each other and not with Cloudflare's.
import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import Table from 'cli-table3';
import { Miniflare } from 'miniflare';
import { attribute } from '../../src/attribution/attribute.ts';
import { journey } from '../../src/attribution/journey.ts';
import { valuesOf } from '../../src/destinations/fields.ts';
import { fieldTable } from '../../src/destinations/index.ts';
import type { LedgerDatabase } from '../../src/ledger/database.ts';
import { readStanding } from '../../src/ledger/delivery-state.ts';
import { listSignups, readSignup } from '../../src/ledger/query.ts';
import { type LedgerEntry, recordEntries } from '../../src/ledger/record.ts';
import type { Signup, Visitor } from '../../src/model.ts';
import { countReplayable } from '../../src/operations/replay.ts';

const SIZES = process.argv.slice(2).map(Number);
if (SIZES.length === 0) SIZES.push(1_000, 100_000, 1_000_000);
const BATCH = 40;
const REPEATS = 20;
/** One statement of the seed; D1 ends those that take longer than 30 s. */
const SEED_ROWS = 5_000;

const miniflare = new Miniflare({
  workers: [
    {
      config: {
        name: 'ledger',
        compatibilityDate: '2026-10-01',
        manifest: {
          mainModule: 'worker.js',
          modules: { 'worker.js': { type: 'esm', contents: 'export default {}' } },
        },
        env: { LEDGER: { type: 'd1' } },
      },
    },
  ],
});
const database = await miniflare.getD1Database('LEDGER');
const migrations = resolve(import.meta.dirname, '../../migrations');
for (const name of readdirSync(migrations).sort()) {
  const text = readFileSync(resolve(migrations, name), 'utf8').replace(/^\s*--.*$/gm, '');
  for (const statement of text.split(';')) {
    if (statement.trim() !== '') await database.prepare(statement).run();
  }
}

const billed = { read: 0, written: 0 };
const metered: LedgerDatabase = {
  prepare: (statement) => database.prepare(statement),
  async batch<T>(statements: D1PreparedStatement[]) {
    const results = await database.batch<T>(statements);
    for (const { meta } of results) {
      billed.read += meta.rows_read;
      billed.written += meta.rows_written;
    }
    return results;
  },
};

const START = Date.UTC(2026, 0, 1);
const iso = (ms: number) => new Date(ms).toISOString();

/** A signup as they are: with a campaign, a click ID, a name, and every field written. */
function entry(index: number): LedgerEntry {
  const at = iso(START + index * 1000);
  const visitorId = `${String(index).padStart(8, '0')}-0000-4000-8000-000000000000`;
  const signup: Signup = {
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
  const visitor: Visitor = {
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
  const attribution = attribute({ visitor });
  const written = Object.fromEntries(
    Object.entries(
      valuesOf(fieldTable(new Map()), {
        match: 'matched',
        signup,
        visitor,
        fetchedAt: at,
        attribution,
        journey: journey(visitor, at),
      }),
    ).map(([property, value]) => [property, String(value)]),
  );
  return {
    signup,
    match: 'matched',
    attribution,
    prediction: visitor.prediction,
    attempts: [
      { destination: 'hubspot', status: 'delivered', externalId: '250012345678', written },
    ],
    refreshAt: iso(START + index * 1000 + 3_600_000),
  };
}

/** Copies of row 0, each with its own id, email, visitor and time; one in a hundred has failed. */
async function seed(from: number, to: number): Promise<void> {
  const numbers = `WITH RECURSIVE n(i) AS (SELECT ${from} UNION ALL SELECT i + 1 FROM n WHERE i + 1 < ${to})`;
  const id = `'stripe:evt_1Qw' || printf('%021d', n.i)`;
  const at = `strftime('%Y-%m-%dT%H:%M:%fZ', ${START / 1000} + n.i, 'unixepoch')`;
  const status = `iif(n.i % 100 = 7, 'failed', 'delivered')`;
  await database
    .prepare(
      `INSERT OR IGNORE INTO signups (id, source, email, visitor_id, match, status, channel, occurred_at, received_at,
                            updated_at, signup, attribution, score, expected_value, refreshes)
       ${numbers}
       SELECT ${id}, source, 'person.number' || n.i || '@company-' || (n.i % 5000) || '.com',
              printf('%08d', n.i) || '-0000-4000-8000-000000000000', match, ${status}, channel,
              ${at}, ${at}, ${at}, signup, attribution, score, expected_value, 3
       FROM n CROSS JOIN (SELECT * FROM signups WHERE id = 'stripe:evt_1Qw000000000000000000000')`,
    )
    .run();
  await database
    .prepare(
      `INSERT OR IGNORE INTO deliveries (signup_id, destination, status, attempts, reason, external_id, delivered_at,
                               written, history, updated_at)
       ${numbers}
       SELECT ${id}, destination, ${status}, 4, iif(n.i % 100 = 7, 'hubspot_400', NULL), external_id, ${at},
              written, json_array(json_extract(history, '$[0]'), json_extract(history, '$[0]'),
                                  json_extract(history, '$[0]'), json_extract(history, '$[0]')), ${at}
       FROM n CROSS JOIN (SELECT * FROM deliveries WHERE signup_id = 'stripe:evt_1Qw000000000000000000000')`,
    )
    .run();
}

/** The median of several, in milliseconds. */
async function time(work: () => Promise<unknown>, repeats = REPEATS): Promise<string> {
  const took: number[] = [];
  for (let turn = 0; turn < repeats; turn += 1) {
    const startedAt = performance.now();
    await work();
    took.push(performance.now() - startedAt);
  }
  return (took.sort((a, b) => a - b)[repeats >> 1] ?? 0).toFixed(1);
}

async function bytes(): Promise<number> {
  const { meta } = await database.prepare('SELECT 1').run();
  return meta.size_after;
}

await recordEntries(metered, [entry(0)], iso(START));
let rows = 1;
let batches = 0;
const table = new Table({
  head: [
    'rows',
    'bytes/signup',
    'read a batch',
    'record a batch',
    'first page',
    'page in the middle',
    'failed',
    'search one',
    'search “person”',
    'one signup',
    'count a replay',
  ],
  style: { head: [], border: [], compact: true },
});
for (const size of SIZES) {
  const startedAt = performance.now();
  for (; rows < size; rows = Math.min(size, rows + SEED_ROWS)) {
    const seedPart = () => seed(rows, Math.min(size, rows + SEED_ROWS));
    // A busy machine drops a connection now and then; the same rows again are the same rows.
    await seedPart().catch(seedPart);
  }
  const perSecond = Math.round(size / ((performance.now() - startedAt) / 1000));
  console.error(
    `${size} rows are there, ${perSecond} a second; every time in ms, the median of ${REPEATS}`,
  );
  const middle = { receivedAt: iso(START + (size / 2) * 1000), id: '' };
  const newBatch = () => {
    batches += 1;
    return Array.from({ length: BATCH }, (_, index) => entry(90_000_000 + batches * BATCH + index));
  };
  const perSignup = (await bytes()) / (size + batches * BATCH);
  Object.assign(billed, { read: 0, written: 0 });
  const read = await time(() =>
    readStanding(
      metered,
      newBatch().map(({ signup }) => signup),
    ),
  );
  const readRows = billed.read / REPEATS / BATCH;
  Object.assign(billed, { read: 0, written: 0 });
  const recorded = await time(() => recordEntries(metered, newBatch(), iso(START)));
  console.error(
    `billed per signup: ${(readRows + billed.read / REPEATS / BATCH).toFixed(1)} rows read, ${(billed.written / REPEATS / BATCH).toFixed(1)} written`,
  );
  table.push([
    size,
    Math.round(perSignup),
    read,
    recorded,
    await time(() => listSignups(database, { limit: 50 })),
    await time(() => listSignups(database, { limit: 50, after: middle })),
    await time(() => listSignups(database, { status: 'failed', limit: 50 })),
    await time(() => listSignups(database, { search: 'person.number77@', limit: 50 })),
    await time(() => listSignups(database, { search: 'person', limit: 50 }), 1),
    await time(() => readSignup(database, 'stripe:evt_1Qw000000000000000000077')),
    await time(() => countReplayable(database, { status: 'failed' }), 1),
  ]);
  for (const [plan, limit] of [
    ['Free, 500 MB', 500e6],
    ['Paid, 10 GB', 10e9],
  ] as const) {
    console.error(
      `${plan}: ${Math.floor(limit / perSignup).toLocaleString('en')} signups of that size`,
    );
  }
}
console.log(String(table));
await miniflare.dispose();
