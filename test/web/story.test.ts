// The page of a signup: what the visitor did before it, and what happened to it, as somebody reads it.
import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, it } from 'vitest';
import { readSignup } from '../../src/ledger/query.ts';
import { recordEntries } from '../../src/ledger/record.ts';
import { visitMoments } from '../../src/web/dashboard/story-visits.ts';
import { signup } from '../operations/operator.ts';
import { createWorld, send, somebody, type World } from '../world.ts';
import { openSession, type Session } from './browser-session.ts';

let world: World;
let session: Session;
beforeEach(async () => {
  world = await createWorld();
  session = await openSession();
});

const textOf = (html: string) => html.replace(/<[^>]*>/g, ' ').replace(/\s+/g, ' ');

async function storyOf(visitorId: string): Promise<string> {
  const person = somebody({ visitorId });
  const { id } = await (await send('signup', person)).json<{ id: string }>();
  const isDelivered = async () => (await readSignup(env.LEDGER, id))?.status;
  await expect.poll(isDelivered, { timeout: 10_000 }).toBe('delivered');
  return textOf(await session.html(`/signups/${encodeURIComponent(id)}`));
}

describe('a story', () => {
  it('shows the visits with their pages, and the goals, without the queries of the pages', async () => {
    const page = (url: string, at: string) => ({ url, timestamp: at });
    const text = await storyOf(
      world.visitor({
        firstVisitAt: '2026-11-20T09:00:00.000Z',
        pages: [
          page('acme.example/?utm_source=google&email=ada@example.com', '2026-11-20T09:00:00.000Z'),
          page('acme.example/pricing', '2026-11-20T09:01:00.000Z'),
          page('acme.example/pricing', '2026-11-20T09:02:00.000Z'),
          page('acme.example/docs', '2026-11-22T09:01:00.000Z'),
          page('acme.example/hello/ada@example.com/now', '2026-11-22T09:02:00.000Z'),
          page('acme.example/hello/ada%40example.com', '2026-11-22T09:03:00.000Z'),
        ],
        goals: [
          { name: 'demo_booked', origin: 'manual', timestamp: '2026-11-22T09:05:00.000Z' },
          { name: 'payment', origin: 'payment_provider', timestamp: '2026-11-22T10:05:00.000Z' },
        ],
      }),
    );
    expect(text).toMatch(
      /First visit: \/ → \/pricing .* Visit: \/docs → \/hello\/…\/now → \/hello\/… .* Goal: demo_booked .* Paid \(payment\)/,
    );
    expect(text.match(/First visit/g)?.length).toBe(1);
    expect(text).not.toMatch(/ada(@|%40)example\.com/);
  });

  it('says once what ended alike at several destinations', async () => {
    const at = '2026-11-20T09:00:00.000Z';
    const refused = { code: 'gave_up', detail: 'HTTP 503' };
    const attempts = [
      { destination: 'hubspot', status: 'delivered' as const },
      { destination: 'attio', status: 'delivered' as const },
      { destination: 'stripe', status: 'failed' as const, reason: refused },
    ];
    const entry = { signup: signup(), match: 'no_visitor_id' as const, attempts };
    await recordEntries(env.LEDGER, [entry], at);
    const { id } = entry.signup;
    const text = textOf(await session.html(`/signups/${encodeURIComponent(id)}`));
    expect(text).toMatch(/Delivered (HubSpot, attio|attio, HubSpot): It was delivered\./);
    expect(text).toMatch(/Failed stripe: Whence gave up/);
    expect(text).toMatch(/UTC (HubSpot, attio|attio, HubSpot): Delivered .*UTC stripe: Failed/);
  });
});

describe('the visits of a journey', () => {
  const at = (minutes: number) => new Date(Date.UTC(2026, 10, 20) + minutes * 60_000).toISOString();
  const pages = (count: number, minutesApart: number) =>
    Array.from({ length: count }, (_, index) => ({
      url: `https://acme.example/${index}`,
      at: at(index * minutesApart),
    }));

  it('of hundreds shows the first and the latest', () => {
    const visits = visitMoments({ pages: pages(300, 60), goals: [] });
    expect(visits.length).toBe(8);
    expect(visits[0]?.what).toBe('First visit: /0');
    expect(visits.at(-1)?.what).toBe('Visit: /299');
  });

  it('of a long visit shows its first pages, and how many follow', () => {
    const [visit] = visitMoments({ pages: pages(20, 1), goals: [] });
    expect(visit?.what).toBe('First visit: /0 → /1 → /2 → /3 → /4 → /5 and 14 more');
  });

  it('leaves out what has no time or no address', () => {
    const odd = [{ url: 'acme.example/' }, { url: 'acme.example/', at: 'yesterday' }];
    expect(visitMoments({ pages: odd, goals: [{ name: 'x' }] })).toEqual([]);
    expect(visitMoments({ pages: [{ url: '::', at: at(0) }], goals: [] })[0]?.what).toBe(
      'First visit: ',
    );
  });
});

it('a trial is a goal, and so is what the site itself calls a payment', () => {
  const at = '2026-11-22T10:00:00.000Z';
  const goals = [
    { name: 'free_trial', origin: 'payment_provider', at },
    { name: 'payment', at },
    { name: 'renewal', origin: 'payment_provider', at },
    { name: 'payment', origin: 'manual', at },
    { name: 'payment', origin: 'payment_provider', at },
    { name: 'subscription_ended', origin: 'payment_provider', at },
  ];
  expect(visitMoments({ pages: [], goals }).map(({ what }) => what)).toEqual([
    'Goal: free_trial',
    'Paid (payment)',
    'Paid (renewal)',
    'Goal: payment',
    'Paid (payment)',
    'Goal: subscription_ended',
  ]);
});
