// Whatever happens in whatever order, people are counted as somebody would who has every signup on paper.
import { env } from 'cloudflare:workers';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { eraseRows } from '../../src/ledger/erasure.ts';
import { keepRollUps } from '../../src/ledger/people/roll-ups.ts';
import { recordEntries } from '../../src/ledger/record.ts';
import type { Attribution, Channel, DeliveryStatus, Match } from '../../src/model.ts';
import { createWorld } from '../world.ts';
import { counted } from './counted.ts';

const NOW = Date.parse('2026-11-24T12:00:00.000Z');
const HOUR = 3_600_000;
const iso = (ms: number) => new Date(ms).toISOString();

/** One signup on paper. */
interface Paper {
  id: string;
  source: string;
  email: string | undefined;
  customer: string | undefined;
  at: number;
  channel: Channel | undefined;
  campaign: string | undefined;
  match: Match;
  status: DeliveryStatus;
}

const people = ['ada@example.com', 'grace@example.com', 'joan@example.com', 'mary@example.com'];
const happening = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant('webhook' as const),
      // The same event again, completed or not.
      number: fc.integer({ min: 0, max: 11 }),
      source: fc.constantFrom('stripe', 'clerk'),
      person: fc.option(fc.integer({ min: 0, max: 3 }), { nil: undefined }),
      customer: fc.option(fc.integer({ min: 0, max: 2 }), { nil: undefined }),
      hoursAgo: fc.integer({ min: 0, max: 400 }),
      isBackfilled: fc.boolean(),
      channel: fc.option(fc.constantFrom<Channel[]>('Paid Search', 'Unknown', 'Email'), {
        nil: undefined,
      }),
      campaign: fc.option(fc.constantFrom('a', 'b'), { nil: undefined }),
      status: fc.constantFrom<DeliveryStatus[]>('delivered', 'waiting', 'failed'),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('erasure' as const),
      person: fc.integer({ min: 0, max: 3 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('cron' as const) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('look' as const) }) },
);

/** Everybody's signups, by who they are. */
function byPerson(papers: readonly Paper[]): Paper[][] {
  const named = new Set(
    papers.flatMap(({ email, customer }) => (email && customer ? customer : [])),
  );
  const groups = Map.groupBy(
    // A customer whose address is known from another signup is that person, and not another one.
    papers.filter(({ email, customer }) => email || !customer || !named.has(customer)),
    ({ id, email, customer }) => email ?? customer ?? id,
  );
  return [...groups.values()].map((all) =>
    all.sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1)),
  );
}

it('the number of people agrees with the signups, whatever happened', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(happening, { minLength: 1, maxLength: 25 }), async (happenings) => {
      await createWorld();
      let papers: Paper[] = [];
      for (const [index, one] of happenings.entries()) {
        const now = NOW + index * 1000;
        if (one.kind === 'look') await counted(now);
        if (one.kind === 'cron') await keepRollUps(env.LEDGER, now);
        if (one.kind === 'erasure') {
          const email = people[one.person] ?? '';
          const customers = papers.flatMap((paper) =>
            paper.email === email ? (paper.customer ?? []) : [],
          );
          papers = papers.filter(
            (paper) => paper.email !== email && !customers.includes(paper.customer ?? ''),
          );
          await eraseRows(env.LEDGER, email, iso(now));
        }
        if (one.kind === 'webhook') {
          const at = NOW - one.hoursAgo * HOUR;
          // An ID belongs to one moment and one source, as with real providers.
          const id = `${one.source}:evt_${one.number}_${one.hoursAgo}`;
          const attribution: Attribution | undefined = one.channel && {
            channel: one.channel,
            campaign: one.campaign,
            paid: false,
            evidence: [],
            rulesVersion: 'x',
          };
          const signup = {
            version: 1 as const,
            id,
            source: one.source,
            email: one.person === undefined ? undefined : people[one.person],
            customerId: one.customer === undefined ? undefined : `cus_${one.customer}`,
            occurredAt: iso(at),
            receivedAt: iso(one.isBackfilled ? now : at),
            test: false,
          };
          const match = attribution ? ('matched' as const) : ('no_visitor_id' as const);
          const attempts = [{ destination: 'hubspot', status: one.status }];
          const recorded = await recordEntries(
            env.LEDGER,
            [{ signup, match, attribution, attempts }],
            iso(now),
          );
          if (!recorded.ids.has(id)) continue;
        }
        papers = await onPaper();
      }
      const expected = byPerson(papers);
      const { total, rows } = await counted(NOW + 60_000);
      expect(total.people).toBe(expected.length);
      expect(total.delivered).toBe(
        expected.filter((all) => all.some(({ status }) => status === 'delivered')).length,
      );
      const known = (all: Paper[]) =>
        all.find(({ channel }) => channel && channel !== 'Unknown')?.channel ??
        all.find(({ channel }) => channel)?.channel ??
        null;
      const channels = Map.groupBy(expected, known);
      expect(new Map(rows.map(({ value, people: count }) => [value, count]))).toEqual(
        new Map([...channels].map(([value, all]) => [value, all.length])),
      );
      for (const days of [1, 3, 7]) {
        const since = Date.parse('2026-11-25') - days * 24 * HOUR;
        expect((await counted(NOW + 60_000, 'channel', { days })).total.people).toBe(
          expected.filter(([first]) => (first?.at ?? 0) >= since).length,
        );
      }
    }),
    { numRuns: 40 },
  );
}, 240_000);

/** The rows, as the ledger has them: this test is about counting them. */
async function onPaper(): Promise<Paper[]> {
  const { results } = await env.LEDGER.prepare(
    `SELECT id, source, email, customer, occurred_at AS at, channel, attribution ->> 'campaign' AS campaign, match, status
     FROM signups`,
  ).all<Record<keyof Paper, string | null>>();
  return results.map((row) => ({
    id: String(row.id),
    source: String(row.source),
    email: row.email ?? undefined,
    customer: row.customer ?? undefined,
    at: Date.parse(String(row.at)),
    channel: (row.channel ?? undefined) as Channel | undefined,
    campaign: row.campaign ?? undefined,
    match: row.match as Match,
    status: row.status as DeliveryStatus,
  }));
}
