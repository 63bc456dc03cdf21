// What the Worker asks of the ledger all day must stay quick however much there is: every statement uses an index.
import { env } from 'cloudflare:workers';
import { beforeEach, expect, it } from 'vitest';
import { takeNews } from '../../src/ledger/completions.ts';
import type { LedgerDatabase } from '../../src/ledger/database.ts';
import { readItems } from '../../src/ledger/delivery-state.ts';
import { endWaits } from '../../src/ledger/end-waits.ts';
import { listSignups } from '../../src/ledger/list.ts';
import { readNeighbours } from '../../src/ledger/neighbours.ts';
import { readSignup } from '../../src/ledger/query.ts';
import { recordEntries } from '../../src/ledger/record.ts';
import { countReplayable } from '../../src/ledger/replays.ts';
import { claimVisitors } from '../../src/ledger/visitor-people.ts';
import { bringBack } from '../../src/maintenance/bring-back.ts';
import { prune } from '../../src/maintenance/prune.ts';
import { erasePerson } from '../../src/operations/erase.ts';
import { replayAll, replaySignup } from '../../src/operations/replay.ts';
import { signup } from '../operations/operator.ts';
import { createWorld } from '../world.ts';

beforeEach(async () => {
  await createWorld();
});

/** The ledger, and every statement that was prepared on it. */
function watched(): LedgerDatabase & { statements: string[]; roundTrips(): number } {
  const statements: string[] = [];
  let trips = 0;
  return {
    statements,
    roundTrips: () => trips,
    prepare(statement) {
      statements.push(statement);
      return env.LEDGER.prepare(statement);
    },
    batch(list) {
      trips += 1;
      return env.LEDGER.batch(list);
    },
  };
}

/** The steps of SQLite's plan that touch the big tables from end to end, or sort what an index could have sorted. */
async function badSteps(statement: string): Promise<string[]> {
  const { results } = await env.LEDGER.prepare(`EXPLAIN QUERY PLAN ${statement}`)
    .bind(...parameters(statement))
    .all<{ detail: string }>();
  return results
    .map(({ detail }) => detail)
    .filter((detail) =>
      /^SCAN (s|d|w|signups|deliveries|waits|completions|visitor_people)\b/.test(detail),
    );
}

/** As many as the statement has. Their values do not change the plan. */
function parameters(statement: string): string[] {
  const numbered = [...statement.matchAll(/\?(\d+)/g)].map(([, number]) => Number(number));
  const bare = [...statement.matchAll(/\?(?!\d)/g)].length;
  return Array.from({ length: Math.max(bare, 0, ...numbered) }, () => '[]');
}

const at = '2026-11-20T09:00:00.000Z';
const half = signup({ source: 'paddle', email: undefined, customerId: 'ctm_1' });
const told = signup({ source: 'paddle', customerId: 'ctm_1', completing: true });
const delivered = { destination: 'hubspot', status: 'delivered' as const, written: { a: 'b' } };
const settings = {
  destinationNames: ['hubspot'],
  enqueueAll: async () => undefined,
  enqueueLater: async () => undefined,
  now: () => Date.parse(at),
  retentionDays: 90,
};

it.each<[string, (ledger: LedgerDatabase) => Promise<unknown>]>([
  ['reading the state of a batch', (ledger) => readItems(ledger, [signup(), half])],
  [
    'recording a batch',
    (ledger) =>
      recordEntries(ledger, [{ signup: signup(), attempts: [delivered], refreshFrom: at }], at),
  ],
  [
    'who came as which visitor',
    (ledger) => claimVisitors(ledger, [{ visitorId: 'v', email: 'ada@example.com' }], at),
  ],
  ['what completes a signup', (ledger) => takeNews(ledger, [told], at)],
  ['a wait that is over', (ledger) => endWaits(ledger, '2027-01-01', 500)],
  ['one signup', (ledger) => readSignup(ledger, 'signup:1')],
  ['a list by status', (ledger) => listSignups(ledger, { status: 'failed', limit: 50 })],
  [
    'the neighbours in it',
    (ledger) => readNeighbours(ledger, { status: 'failed' }, { receivedAt: at, id: 'signup:1' }),
  ],
  [
    'the neighbours among all',
    (ledger) => readNeighbours(ledger, {}, { receivedAt: at, id: 'signup:1' }),
  ],
  [
    'the neighbours in a search',
    (ledger) => readNeighbours(ledger, { search: 'ada' }, { receivedAt: at, id: 'signup:1' }),
  ],
  [
    'its next page',
    (ledger) =>
      listSignups(ledger, { status: 'failed', limit: 50, after: { receivedAt: at, id: 'x' } }),
  ],
  [
    'the next page of all',
    (ledger) => listSignups(ledger, { limit: 50, after: { receivedAt: at, id: 'x' } }),
  ],
  ['a search', (ledger) => listSignups(ledger, { search: 'ada', limit: 50 })],
  [
    'what a replay takes',
    (ledger) => replayAll({ ledger, ...settings }, { status: 'failed', reason: 'gave_up' }),
  ],
  ['a replay of one', (ledger) => replaySignup({ ledger, ...settings }, 'signup:1')],
  ['counting what a replay would take', (ledger) => countReplayable(ledger, { status: 'failed' })],
  [
    'an erasure',
    (ledger) =>
      erasePerson({ ledger, ...settings, forgetVisitor: async () => undefined }, 'ada@example.com'),
  ],
  ['what is due', (ledger) => bringBack({ ledger, ...settings })],
  ['what is past its time', (ledger) => prune({ ledger, ...settings })],
])('%s reads no table from end to end', async (_, ask) => {
  const ledger = watched();
  await recordEntries(
    env.LEDGER,
    [
      {
        signup: signup({ id: 'signup:1' }),
        attempts: [delivered],
        refreshFrom: '2026-01-01T00:00:00.000Z',
      },
    ],
    at,
  );
  await ask(ledger);
  expect(ledger.statements).not.toEqual([]);
  for (const statement of ledger.statements)
    expect(await badSteps(statement), statement).toEqual([]);
});

it('a statement without an index would be seen', async () => {
  expect(await badSteps("SELECT id FROM signups WHERE lower(signup->>'email') = ?")).toEqual([
    'SCAN signups',
  ]);
});

/** The plan of the statement that contains the text. */
async function planOf({ statements }: { statements: string[] }, text: string): Promise<string> {
  const statement = statements.find((one) => one.includes(text)) ?? '';
  const { results } = await env.LEDGER.prepare(`EXPLAIN QUERY PLAN ${statement}`)
    .bind(...parameters(statement))
    .all<{ detail: string }>();
  return results.map(({ detail }) => detail).join('\n');
}

it('the first page of all follows the index of arrival and sorts nothing', async () => {
  const ledger = watched();
  await listSignups(ledger, { limit: 50 });
  const plan = await planOf(ledger, 'FROM signups');
  expect(plan).toContain('SCAN s USING INDEX signups_by_arrival');
  expect(plan).not.toContain('TEMP B-TREE');
});

it('the newest signup of a person is found by the address, the latest first', async () => {
  const ledger = watched();
  await readItems(ledger, [signup(), half]);
  const plan = await planOf(ledger, 'newest');
  expect(plan).toContain('SEARCH s USING INDEX signups_by_email (email=?)');
});

it('a batch costs one round trip to read and one to write', async () => {
  const ledger = watched();
  await readItems(ledger, [signup(), half]);
  expect(ledger.roundTrips()).toBe(1);
  await recordEntries(ledger, [{ signup: signup(), attempts: [delivered] }], at);
  expect(ledger.roundTrips()).toBe(2);
});

it('a signup of a visitor with 500 earlier signups reads no more rows than any other', async () => {
  const earlier = Array.from({ length: 500 }, (_, index) => `p${index}@example.com`);
  await env.LEDGER.prepare(
    `INSERT INTO signups (id, source, email, visitor_id, match, status, occurred_at, received_at, updated_at, signup)
     SELECT value, 'signup', value, 'v', iif(key < 250, 'matched', 'shared_visitor'), 'delivered', ?2, ?2, ?2, '{}'
     FROM json_each(?1)`,
  )
    .bind(JSON.stringify(earlier), at)
    .run();
  await claimVisitors(env.LEDGER, [{ visitorId: 'v', email: 'p0@example.com' }], at);
  await claimVisitors(env.LEDGER, [{ visitorId: 'v', email: 'p1@example.com' }], at);
  let rowsRead = 0;
  const metered: LedgerDatabase = {
    prepare: (statement) => env.LEDGER.prepare(statement),
    async batch<Row>(list: D1PreparedStatement[]) {
      const results = await env.LEDGER.batch<Row>(list);
      rowsRead += results.reduce((sum, { meta }) => sum + meta.rows_read, 0);
      return results;
    },
  };
  const pair = { visitorId: 'v', email: 'new@example.com' };
  expect((await claimVisitors(metered, [pair], at))(pair)).toBe(false);
  expect(rowsRead).toBeGreaterThan(0);
  expect(rowsRead).toBeLessThan(40);
});
