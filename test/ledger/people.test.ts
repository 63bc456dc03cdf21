// People as they are counted: one person once, at the time of their first signup, with what all their signups say.
import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, it } from 'vitest';
import type { LedgerEntry } from '../../src/ledger/entry.ts';
import { eraseRows } from '../../src/ledger/erasure.ts';
import { countAllAgain, keepRollUps } from '../../src/ledger/people/roll-ups.ts';
import { pruneSlice } from '../../src/ledger/prune.ts';
import { recordEntries } from '../../src/ledger/record.ts';
import type { Attribution, Signup } from '../../src/model.ts';
import { ask, createWorld } from '../world.ts';
import { counted, countsBy } from './counted.ts';

const NOW = Date.parse('2026-11-24T12:00:00.000Z');
const iso = (ms: number) => new Date(ms).toISOString();
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

beforeEach(async () => {
  await createWorld();
});

const touched = (attribution: Partial<Attribution>): Attribution => ({
  channel: 'Paid Search',
  paid: false,
  evidence: [],
  rulesVersion: 'x',
  ...attribution,
});
let events = 0;
/** One webhook, as the ledger keeps it. */
async function webhook(
  of: Partial<Signup> = {},
  entry: Partial<LedgerEntry> = {},
): Promise<string> {
  events += 1;
  const source = of.source ?? 'stripe';
  const at = of.occurredAt ?? iso(NOW - HOUR);
  const signup = {
    version: 1 as const,
    id: `${source}:evt_${events}`,
    source,
    email: `person${events}@example.com`,
    occurredAt: at,
    receivedAt: at,
    test: false,
    ...of,
  };
  const attempts = [{ destination: 'hubspot', status: 'delivered' as const }];
  await recordEntries(env.LEDGER, [{ signup, match: 'matched', attempts, ...entry }], iso(NOW));
  return signup.id;
}
const people = async (days = 30, nowMs = NOW) =>
  (await counted(nowMs, 'channel', { days })).total.people;

describe('a person', () => {
  it('counts once, whichever providers sent how many webhooks', async () => {
    const email = 'ada@example.com';
    await webhook({ email, source: 'clerk', occurredAt: iso(NOW - 3 * HOUR) });
    await webhook({ email, source: 'stripe' });
    await webhook({ email, source: 'stripe' });
    await webhook();
    expect(await countsBy('provider', NOW)).toEqual({ clerk: 1, stripe: 1 });
  });

  it('counts on the day of the first signup, also when that becomes known later', async () => {
    const email = 'ada@example.com';
    await webhook({ email });
    expect(await people(1)).toBe(1);
    await webhook({
      email,
      source: 'backfill',
      occurredAt: iso(NOW - 9 * DAY),
      receivedAt: iso(NOW),
    });
    expect(await people(1)).toBe(0);
    expect(await people(30)).toBe(1);
  });

  it('without an address counts by customer, and without a customer by signup', async () => {
    const half = { email: undefined, customerId: 'cus_1' };
    await webhook(half);
    await webhook(half);
    await webhook({ email: undefined });
    expect(await people()).toBe(2);
    // The customer is somebody who is counted already.
    await webhook({ email: 'ada@example.com', customerId: 'cus_1' });
    expect(await people()).toBe(2);
  });

  it('whose address comes later is the person of that address', async () => {
    await webhook({ email: 'ada@example.com' });
    const half = { id: 'stripe:evt_half', email: undefined, customerId: 'cus_1' };
    await webhook(half);
    expect(await people()).toBe(2);
    await webhook({ ...half, email: 'ada@example.com' });
    expect(await people()).toBe(1);
  });

  it('has the known source of any signup, and is matched and delivered by any', async () => {
    const email = 'ada@example.com';
    const nothing = { match: 'no_visitor_id' as const };
    await webhook({ email, occurredAt: iso(NOW - 2 * HOUR) }, nothing);
    await webhook({ email }, { attribution: touched({ channel: 'Unknown' }) });
    await webhook(
      { email },
      { attribution: touched({ source: 'Google', campaign: 'brand', via: 'jane' }) },
    );
    const { total, rows } = await counted(NOW, 'campaign');
    expect(total).toMatchObject({ people: 1, matched: 1, known: 1, delivered: 1 });
    expect(rows).toMatchObject([{ value: 'brand', people: 1 }]);
    expect(await countsBy('partner', NOW)).toEqual({ jane: 1 });
    expect(await countsBy('source', NOW)).toEqual({ Google: 1 });
    expect(await countsBy('match', NOW)).toEqual({ matched: 1 });
  });

  it('has the newest score and value, the days to the signup, and is a customer after a payment', async () => {
    const prediction = (score: number, expectedValue: number) => ({
      prediction: { score, expectedValue },
    });
    await webhook({}, { ...prediction(40, 10.5), daysToSignup: 2, paidAt: iso(NOW) });
    await webhook({}, { ...prediction(81, 20), daysToSignup: 5 });
    await webhook({});
    expect((await counted(NOW)).total).toMatchObject({
      people: 3,
      customers: 1,
      meanScore: 60.5,
      meanExpectedValue: 15.25,
      expectedValue: 30.5,
      medianDaysToSignup: 3.5,
    });
    // Who paid after the period is no customer of the period.
    expect((await counted(NOW, 'channel', { untilMs: NOW - HOUR / 2 })).total.customers).toBe(0);
  });

  it('can be told apart by the visit of the signup', async () => {
    const attribution = touched({ campaign: 'first' });
    const conversion = { channel: 'Email' as const, campaign: 'mail', page: 'example.com/pricing' };
    await webhook({}, { attribution, conversion });
    expect(await countsBy('campaign', NOW)).toEqual({ first: 1 });
    const touch = 'converting' as const;
    expect(await countsBy('campaign', NOW, { touch })).toEqual({ mail: 1 });
    expect(await countsBy('landing_page', NOW, { touch })).toEqual({ 'example.com/pricing': 1 });
    expect(await countsBy('channel', NOW, { touch, filters: { campaign: 'mail' } })).toEqual({
      Email: 1,
    });
    expect(await countsBy('channel', NOW, { filters: { campaign: 'mail' } })).toEqual({});
  });

  it('has a known source where the touch that is asked for is known', async () => {
    const attribution = touched({});
    await webhook({}, { attribution, conversion: { channel: 'Direct' } });
    await webhook({}, { attribution });
    await webhook({}, { attribution: touched({ channel: 'Unknown' }) });
    const known = async (touch: 'first' | 'converting') =>
      (await counted(NOW, 'channel', { touch })).total.known;
    expect(await known('first')).toBe(2);
    expect(await known('converting')).toBe(1);
  });

  it('who was erased is not counted any more', async () => {
    await webhook({ email: 'ada@example.com' });
    await webhook();
    expect(await people()).toBe(2);
    await eraseRows(env.LEDGER, 'ada@example.com', iso(NOW));
    expect(await people()).toBe(1);
  });

  it('is nobody while the message cannot be read', async () => {
    await webhook({ id: 'unreadable:1', email: undefined }, { unreadable: 'x' });
    expect(await people()).toBe(0);
  });
});

describe('history', () => {
  const before = iso(NOW + 10 * DAY);
  const prune = () =>
    pruneSlice(
      env.LEDGER,
      {
        signups: before,
        tombstones: '',
        completions: '',
        loginFailures: '',
        counts: '',
        endedSessions: '',
      },
      1_000,
    );
  const later = NOW + 20 * DAY;

  it('stays when the signups are pruned, and nobody counts again', async () => {
    const email = 'ada@example.com';
    await webhook({ email });
    await webhook();
    await keepRollUps(env.LEDGER, NOW + DAY);
    await webhook({ email, occurredAt: iso(NOW + 12 * DAY) });
    await keepRollUps(env.LEDGER, NOW + 13 * DAY);
    expect(await prune()).toBe(2);
    await countAllAgain(env.LEDGER);
    await keepRollUps(env.LEDGER, later);
    expect(await people(40, later)).toBe(2);
    await webhook({ email, occurredAt: iso(later) });
    expect(await people(40, later)).toBe(2);
    expect(await people(5, later)).toBe(0);
  });

  it('is counted before its signups go', async () => {
    await webhook();
    expect(await prune()).toBe(0);
    await keepRollUps(env.LEDGER, later);
    expect(await prune()).toBe(1);
    expect(await people(40, later)).toBe(1);
  });

  it('of an hour becomes that of its day', async () => {
    for (const hours of [1, 2, 3]) await webhook({ occurredAt: iso(NOW - hours * HOUR) });
    expect(await people(1)).toBe(3);
    await keepRollUps(env.LEDGER, NOW + DAY);
    const rows = await env.LEDGER.prepare('SELECT period, people FROM roll_ups').all();
    expect(rows.results).toEqual([{ period: '2026-11-24', people: 3 }]);
    expect(await people(2, NOW + DAY)).toBe(3);
  });
});

describe('a recount', () => {
  it('puts right what was lost, and keeps what is pruned', async () => {
    await webhook({ occurredAt: iso(Date.now()) });
    expect(await people(30, Date.now())).toBe(1);
    await env.LEDGER.batch([
      env.LEDGER.prepare('UPDATE roll_ups SET people = 0'),
      env.LEDGER.prepare('DELETE FROM stale_periods'),
    ]);
    expect(await people(30, Date.now())).toBe(0);
    const response = await ask('/api/stats/recount', { method: 'POST' });
    expect(await response.json()).toEqual({ days: 1 });
    expect(await people(30, Date.now())).toBe(1);
  });
});

describe('two who count at once', () => {
  it('lose no change that comes between', async () => {
    await webhook();
    await Promise.all([people(), webhook(), people(), webhook(), people()]);
    expect(await people()).toBe(3);
  });
});

describe('/api/stats', () => {
  interface Answer {
    people: number;
    rows: { value: string | null; people: number; previous: number | null }[];
    [name: string]: unknown;
  }
  const stats = async (query = '') => (await ask(`/api/stats${query}`)).json<Answer>();

  it('counts people by day in the time zone, each day of the period', async () => {
    await webhook({ occurredAt: '2026-11-20T23:30:00.000Z' });
    const query = '?from=2026-11-20&to=2026-11-21';
    expect((await stats(query)).rows).toMatchObject([
      { value: '2026-11-20', people: 1 },
      { value: '2026-11-21', people: 0 },
    ]);
    expect((await stats(`${query}&zone=Europe/Berlin`)).rows).toMatchObject([
      { value: '2026-11-20', people: 0 },
      { value: '2026-11-21', people: 1 },
    ]);
    expect((await stats(`${query}&zone=America/New_York`)).rows[0]).toMatchObject({ people: 1 });
    expect(await stats('?from=2026-11-20T23:00:00Z&to=2026-11-20T23:30:00Z')).toMatchObject({
      people: 0,
    });
    expect(await stats('?from=2026-11-20T23:30:00Z&to=2026-11-20T23:45:00Z')).toMatchObject({
      people: 1,
    });
  });

  it('compares with the days right before, or with those of the year before', async () => {
    const attribution = touched({ campaign: 'brand' });
    for (const day of ['2026-11-10', '2026-11-11', '2026-11-08', '2025-11-10']) {
      await webhook({ occurredAt: `${day}T10:00:00.000Z` }, { attribution });
    }
    const query = '?from=2026-11-10&to=2026-11-12&by=campaign';
    expect(await stats(`${query}&compare=previous`)).toMatchObject({
      people: 2,
      rows: [{ value: 'brand', people: 2, previous: 1 }],
      previous: { from: '2026-11-07', to: '2026-11-09', people: 1 },
    });
    expect(await stats(`${query}&compare=year`)).toMatchObject({
      previous: { from: '2025-11-10', to: '2025-11-12', people: 1 },
    });
    expect(await stats(query)).toMatchObject({ previous: null, rows: [{ previous: null }] });
  });

  it('filters by every dimension, also by what is missing', async () => {
    const at = iso(Date.now());
    const attribution = touched({
      source: 'Google',
      campaign: 'brand',
      landingPage: '/pricing',
      via: 'jane',
    });
    await webhook({ occurredAt: at }, { attribution, country: 'DE' });
    await webhook({ occurredAt: at, source: 'clerk' }, { match: 'no_visitor_id' });
    for (const [filter, none] of [
      ['channel=Paid%20Search', 'channel=(none)'],
      ['brought_by=Google', 'brought_by=(none)'],
      ['campaign=brand', 'campaign=(none)'],
      ['landing_page=/pricing', 'landing_page=(none)'],
      ['country=de', 'country=(none)'],
      ['partner=jane', 'partner=(none)'],
      ['source=stripe', 'source=clerk'],
      ['match=matched', 'match=no_visitor_id'],
    ]) {
      for (const [query, provider] of [
        [filter, 'stripe'],
        [none, 'clerk'],
      ]) {
        expect((await stats(`?${query}&by=provider`)).rows).toMatchObject([
          { value: provider, people: 1 },
        ]);
        const { items } = await (await ask(`/api/signups?${query}`)).json<{
          items: { source: string }[];
        }>();
        expect(items.map(({ source }) => source)).toEqual([provider]);
      }
    }
  });

  it('gives its rows as a file that no spreadsheet takes for a formula', async () => {
    const attribution = touched({ campaign: '=HYPERLINK("https://evil.example")' });
    await webhook({ occurredAt: iso(Date.now()) }, { attribution });
    const response = await ask('/api/stats?by=campaign&format=csv');
    expect(response.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    const [head, row] = (await response.text()).split('\r\n');
    expect(head).toMatch(/^campaign,people,previous,matched/);
    expect(row).toMatch(/^"'=HYPERLINK/);
  });

  it.each([
    'days=0',
    'days=1.5',
    'days=x',
    'days=2000',
    'by=nonsense',
    'compare=nonsense',
    'zone=Mars/Base',
    'from=2026-13-01',
    'from=2026-11-20&to=2026-11-19',
    'from=1999-01-01&to=2026-01-01',
    'days=7&period=month',
    'touch=last',
    'channel=nonsense',
    'unknown=1',
  ])('refuses %s', async (query) => {
    expect((await ask(`/api/stats?${query}`)).status).toBe(400);
  });
});

describe('a ledger of many people', () => {
  /** Each came to a page of their own. */
  async function seed(day: number, people: number, page: string) {
    for (let from = 0; from < people; from += 1_000) {
      await env.LEDGER.prepare(
        `INSERT INTO signups (id, source, email, status, occurred_at, received_at, updated_at, signup, channel, match, attribution)
         WITH RECURSIVE n(i) AS (SELECT ?1 UNION ALL SELECT i + 1 FROM n WHERE i < ?1 + 999)
         SELECT 'clerk:' || ?4 || '_' || i, 'clerk', i || '.' || ?4 || '@example.com', iif(i = 7, 'failed', 'delivered'), ?2, ?2, ?2, '{}',
           'Direct', 'matched', json_object('campaign', iif(i % 2, 'spring', 'summer'), 'landingPage', i || ?3) FROM n`,
      )
        .bind(from, iso(NOW - day * DAY), page, day)
        .run();
    }
  }
  /** D1 itself refuses a text of more than two million bytes. The one of the tests takes more. */
  const bytesOf = (text: unknown) => new TextEncoder().encode(String(text)).length;

  it('has days on which every one of them came to a long page of their own', async () => {
    await seed(2, 9_000, 'x'.repeat(450));
    expect(await keepRollUps(env.LEDGER, NOW)).toBe(1);
    expect(await countsBy('campaign', NOW)).toEqual({ spring: 4_500, summer: 4_500 });
    expect(await countsBy('status', NOW)).toEqual({ delivered: 8_999, failed: 1 });
    expect(await countsBy('landing_page', NOW)).toEqual({ '(others)': 9_000 });
    expect(
      bytesOf(await env.LEDGER.prepare('SELECT columns FROM roll_ups').first('columns')),
    ).toBeLessThan(2_000_000);
  });

  it('is counted day by day where several days are too much for one statement', async () => {
    for (const day of [2, 3, 4, 5]) await seed(day, 2_000, 'ß'.repeat(300));
    const bound: number[] = [];
    const metered: Parameters<typeof keepRollUps>[0] = {
      prepare(sql) {
        const statement = env.LEDGER.prepare(sql);
        const bind = statement.bind.bind(statement);
        return Object.assign(statement, {
          bind(...values: unknown[]) {
            bound.push(...values.map(bytesOf));
            return bind(...values);
          },
        });
      },
      batch: (statements) => env.LEDGER.batch(statements),
    };
    expect(await keepRollUps(metered, NOW)).toBe(4);
    expect(await people()).toBe(8_000);
    expect(Math.max(...bound)).toBeLessThan(2_000_000);
  });
});

it('a monitor that signs up with the same address again and again is cheap to count', async () => {
  await env.LEDGER.prepare(
    `INSERT INTO signups (id, source, email, status, occurred_at, received_at, updated_at, signup)
     WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000)
     SELECT 'clerk:evt_' || i, 'clerk', 'monitor@example.com', 'delivered', at, at, at, '{}'
     FROM (SELECT i, strftime('%Y-%m-%dT%H:%M:%fZ', ?1 - i * 1200, 'unixepoch') AS at FROM n)`,
  )
    .bind(NOW / 1000)
    .run();
  await env.LEDGER.prepare('DELETE FROM stale_periods').run();
  await webhook({ email: 'monitor@example.com' });
  let rowsRead = 0;
  await keepRollUps(
    {
      prepare: (sql) => env.LEDGER.prepare(sql),
      async batch<Row>(statements: D1PreparedStatement[]) {
        const results = await env.LEDGER.batch<Row>(statements);
        for (const { meta } of results) rowsRead += meta.rows_read;
        return results;
      },
    },
    NOW,
  );
  expect(rowsRead).toBeLessThan(300);
});
