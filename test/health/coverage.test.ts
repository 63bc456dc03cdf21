// How far signups get, and why the others are lost: the cause, its share, its trend and the list that shows it.
import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, it } from 'vitest';
import { Coverages } from '../../src/api/coverage.ts';
import { checkCoverage } from '../../src/health/check-coverage.ts';
import { coverageOf } from '../../src/health/coverage.ts';
import { rememberCoverage } from '../../src/health/read-coverage.ts';
import type { CoverageRow } from '../../src/ledger/coverage.ts';
import { coverageTable } from '../../src/web/dashboard/overview/coverage-table.ts';
import { meter } from '../ledger/meter.ts';
import { ask, createWorld } from '../world.ts';

const rows = (counts: Partial<Record<string, number>>, more: Partial<CoverageRow> = {}) =>
  Object.entries(counts).map(
    ([match, count = 0]): CoverageRow => ({
      source: 'stripe',
      match: match as CoverageRow['match'],
      status: 'delivered',
      known: Number(match === 'matched'),
      guessed: 0,
      count,
      ...more,
    }),
  );
const causes = (found: readonly CoverageRow[], before: readonly CoverageRow[] = []) =>
  coverageOf(found, before)[0]?.losses.map(({ cause, count }) => `${cause} ${count}`);

describe('the causes are told apart', () => {
  it.each<[string, CoverageRow[], string[]]>([
    ['some without the cookie', rows({ matched: 6, no_visitor_id: 4 }), ['no_cookie 4']],
    ['a site without cookies', rows({ no_visitor_id: 9 }), ['cookieless 9']],
    ['too few to tell', rows({ no_visitor_id: 2 }), ['no_cookie 2']],
    ['an ad blocker', rows({ matched: 6, not_found: 4 }), ['ad_blocker 4']],
    [
      'another website’s key',
      rows({ not_found: 9, no_visitor_id: 1 }),
      ['other_website 9', 'no_cookie 1'],
    ],
    ['a guessed ID', rows({ matched: 1, no_visitor_id: 3 }, { guessed: 1 }), ['guessed_id 3']],
    ['a wrapped value', rows({ matched: 1, invalid_visitor_id: 3 }), ['wrapped_value 3']],
    ['a bot', rows({ matched: 1, bot: 3 }), ['bot 3']],
    ['no tag', rows({ matched: 3 }, { known: 0 }), ['no_mark 3']],
    ['a signup that failed', rows({ matched: 3 }, { status: 'failed' }), ['failed 3']],
  ])('%s', (_, found, expected) => {
    expect(causes(found)).toEqual(expected);
  });

  it('with share, trend, fix and the filters of the list', () => {
    const [, stripe] = coverageOf(
      rows({ matched: 2, no_visitor_id: 8 }),
      rows({ matched: 9, no_visitor_id: 1 }),
    );
    expect(stripe).toMatchObject({
      source: 'stripe',
      received: 10,
      withVisitorId: 2,
      matched: 2,
      share: 0.2,
      shareBefore: 0.9,
      losses: [
        {
          cause: 'no_cookie',
          share: 0.8,
          shareBefore: 0.1,
          fix: expect.stringContaining('docs/sources.md#stripe'),
          filters: { match: 'no_visitor_id', source: 'stripe' },
        },
      ],
    });
  });

  it('in each source apart: a lost cookie at one is not hidden by the other', () => {
    const [all, first, second] = coverageOf(
      [...rows({ matched: 20 }), ...rows({ no_visitor_id: 5, matched: 4 }, { source: 'clerk' })],
      [],
    );
    expect([all?.source, first?.source, second?.source]).toEqual([null, 'stripe', 'clerk']);
    expect(first?.losses).toEqual([]);
    expect(second?.losses).toMatchObject([{ cause: 'no_cookie', count: 5 }]);
    expect(checkCoverage([second].filter((one) => one !== undefined))).toMatchObject([
      { status: 'warning', fix: 'The cookie is not always sent along: docs/sources.md#clerk' },
    ]);
  });
});

describe('the doctor', () => {
  const line = (found: readonly CoverageRow[], before: readonly CoverageRow[] = []) =>
    checkCoverage(coverageOf(found, before))[0];

  it.each<[CoverageRow[], string]>([
    [rows({ no_visitor_id: 6 }), 'The cookie is never sent along'],
    [rows({ no_visitor_id: 4, matched: 2 }), 'The cookie is not always sent along'],
    [rows({ invalid_visitor_id: 2, matched: 4 }), 'Something else than the cookie’s value'],
    [rows({ not_found: 5 }), 'The key is of another website'],
    [rows({ not_found: 4, matched: 2 }), 'The script is blocked'],
  ])('names the likely cause (%#)', (found, cause) => {
    expect(line(found)).toMatchObject({
      status: 'warning',
      fix: expect.stringMatching(new RegExp(`^${cause}.*#stripe$`)),
    });
  });

  it('shows the trend', () => {
    expect(line(rows({ matched: 4 }), rows({ matched: 1, no_visitor_id: 1 }))?.what).toBe(
      'stripe: 4 signups, all with a known visitor; 100 % with a known source, 50 % in the week before',
    );
  });

  it('claims nothing of visitors that were not looked up, as while DataFast is down', () => {
    const waiting = rows({ any: 2 }, { match: null, status: 'waiting' });
    const whatOf = (found: readonly CoverageRow[]) => line(found)?.what;
    expect(whatOf(waiting)).toBe('stripe: 2 signups, 2 not looked up; 0 % with a known source');
    expect(whatOf([...waiting, ...rows({ matched: 2, no_visitor_id: 1 })])).toContain(
      '1 without a visitor ID, 2 not looked up; 40 %',
    );
    expect(whatOf([...waiting, ...rows({ matched: 1, shared_visitor: 1 })])).toContain(
      '1 of a shared visitor, 2 not looked up',
    );
  });

  it('says nothing about few signups, nor about signups of the past', () => {
    expect(line(rows({ no_visitor_id: 4 }))?.status).toBe('ok');
    expect(line(rows({ no_visitor_id: 453 }, { source: 'backfill' }))?.status).toBe('ok');
  });
});

describe('GET /api/coverage', () => {
  beforeEach(async () => {
    await createWorld();
  });
  const row = (id: string, match: string, daysAgo: number) => {
    const at = new Date(Date.now() - daysAgo * 86_400_000).toISOString();
    return env.LEDGER.prepare(
      `INSERT INTO signups (id, source, match, status, channel, occurred_at, received_at, updated_at, signup)
       VALUES (?1, 'stripe', ?2, 'delivered', iif(?2 = 'matched', 'Paid Search', NULL), ?3, ?3, ?3, '{}')`,
    ).bind(id, match, at);
  };

  it('compares the days with as many days before', async () => {
    await env.LEDGER.batch([
      row('stripe:1', 'matched', 0),
      row('stripe:2', 'no_visitor_id', 1),
      row('stripe:3', 'matched', 8),
      row('stripe:4', 'matched', 20),
    ]);
    const { days, coverage } = Coverages.parse(await (await ask('/api/coverage')).json());
    expect(days).toBe(7);
    expect(coverage[0]).toMatchObject({ source: null, received: 2, share: 0.5, shareBefore: 1 });
    const month = Coverages.parse(await (await ask('/api/coverage?days=30')).json());
    expect(month.coverage[0]).toMatchObject({ received: 4, share: 0.75, shareBefore: null });
  });

  it('counts nobody for a message that cannot be read, as the figures of people do', async () => {
    await env.LEDGER.batch([row('stripe:1', 'matched', 0), row('unreadable:message-1', '', 0)]);
    await env.LEDGER.prepare("UPDATE signups SET match = NULL WHERE match = ''").run();
    const { coverage } = Coverages.parse(await (await ask('/api/coverage')).json());
    expect(coverage[0]).toMatchObject({ received: 1, withVisitorId: 1, matched: 1 });
  });

  it('answers on an empty ledger', async () => {
    const { coverage } = Coverages.parse(await (await ask('/api/coverage')).json());
    expect(coverage).toMatchObject([{ source: null, received: 0, share: null, losses: [] }]);
  });
});

describe('for a page that is open all day, the coverage', () => {
  const NOW = Date.parse('2026-11-24T12:00:00.000Z');
  const MINUTE_MS = 60_000;

  beforeEach(async () => {
    await createWorld();
  });

  /** So many signups of this week, and as many of the week before. */
  async function fill(count: number): Promise<void> {
    const numbers = `WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < ${count * 2})`;
    const at = `iif(n.i < ${count}, '2026-11-23T09:00:00.000Z', '2026-11-14T09:00:00.000Z')`;
    await env.LEDGER.prepare(
      `INSERT INTO signups (id, source, match, status, channel, occurred_at, received_at, updated_at, signup)
       ${numbers} SELECT 'stripe:evt_' || n.i, 'stripe', iif(n.i % 2, 'matched', 'no_visitor_id'), 'delivered', 'Email', ${at}, ${at}, ${at}, '{}' FROM n`,
    ).run();
  }
  const looker = (now: () => number) => {
    const { ledger, billed } = meter();
    const remembered = rememberCoverage(ledger, now);
    const read = async () => (await remembered()).coverage;
    return { billed, read, countedAtMs: async () => (await remembered()).countedAtMs };
  };

  it('of few signups is always that of now', async () => {
    await fill(20);
    const { read } = looker(() => NOW);
    expect((await read())[0]?.received).toBe(20);
    await env.LEDGER.prepare("UPDATE signups SET match = 'matched'").run();
    expect((await read())[0]?.matched).toBe(20);
  });

  it('of many is looked up once for all isolates, and again after a while without the week before', async () => {
    await fill(1_000);
    let nowMs = NOW;
    const one = looker(() => nowMs);
    const all = await one.read();
    expect(all[0]).toMatchObject({ received: 1_000, matched: 500, share: 0.5, shareBefore: 0.5 });
    expect(one.billed.read).toBeGreaterThan(2_000);
    const before = one.billed.read;
    expect(await one.read()).toEqual(all);
    expect(one.billed.read).toBe(before);
    const other = looker(() => nowMs);
    expect(await other.read()).toEqual(all);
    expect(await other.countedAtMs()).toBe(NOW);
    expect(other.billed.read).toBeLessThanOrEqual(5);
    nowMs += 51 * MINUTE_MS;
    expect(await other.read()).toEqual(all);
    expect(await other.countedAtMs()).toBe(nowMs);
    expect(other.billed.read).toBeLessThan(before * 0.6);
    // On another day, the week before is another one.
    nowMs += 24 * 60 * MINUTE_MS;
    await other.read();
    expect(other.billed.read).toBeGreaterThan(before);
  });

  it('says on the page when it was counted, where that is a while ago', async () => {
    await fill(20);
    const all = await looker(() => NOW).read();
    const shown = async (at?: string) => String(await coverageTable(all, at));
    expect(await shown('2026-11-24T08:20:00.000Z')).toContain(
      'Counted at <time datetime="2026-11-24T08:20:00.000Z">2026-11-24 08:20 UTC</time>.',
    );
    expect(await shown()).not.toContain('Counted at');
    // A part that is not on every page would load the open page anew.
    expect(await shown()).toContain('id="coverage-at" data-live');
  });

  it('is shown while the ledger takes no rows', async () => {
    await fill(200);
    await env.LEDGER.prepare(
      "CREATE TRIGGER refuse BEFORE INSERT ON heartbeats BEGIN SELECT RAISE(ABORT, 'exceeded'); END",
    ).run();
    expect((await looker(() => NOW).read())[0]?.received).toBe(200);
  });
});
