// What the first page costs the ledger, however many people it counts.
import { env } from 'cloudflare:workers';
import { beforeEach, expect, it, onTestFinished, vi } from 'vitest';
import { keepRollUps } from '../../src/ledger/people/roll-ups.ts';
import { meter } from '../ledger/meter.ts';
import { createWorld } from '../world.ts';
import { openSession, type Session } from './browser-session.ts';

let session: Session;
beforeEach(async () => {
  await createWorld();
  session = await openSession();
});

/** Two webhooks for each person, over sixty days until now. */
async function fill(people: number): Promise<void> {
  const now = Date.now();
  const apart = (60 * 86_400) / people / 2;
  const at = `strftime('%Y-%m-%dT%H:%M:%fZ', ${now / 1000 - 60 * 86_400} + n.i * ${apart}, 'unixepoch')`;
  await env.LEDGER.prepare(
    `INSERT INTO signups (id, source, email, match, status, channel, occurred_at, received_at, updated_at, signup, attribution)
     WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < ${people * 2})
     SELECT 'stripe:evt_' || n.i, 'stripe', 'p' || (n.i / 2) || '@example.com', 'matched', 'delivered', 'Email', ${at}, ${at}, ${at},
       '{}', json_object('channel', 'Email', 'campaign', 'c' || (n.i / 2 % 50)) FROM n`,
  ).run();
  while ((await keepRollUps(env.LEDGER, now)) > 0);
}

/** Everything that is asked of the ledger for one page. */
async function costOf(path: string): Promise<{ html: string; read: number }> {
  const prepare = env.LEDGER.prepare.bind(env.LEDGER);
  const batch = env.LEDGER.batch.bind(env.LEDGER);
  const { ledger, billed } = meter({ prepare, batch });
  const spies = [
    vi.spyOn(env.LEDGER, 'prepare').mockImplementation(ledger.prepare),
    vi.spyOn(env.LEDGER, 'batch').mockImplementation(ledger.batch),
  ];
  onTestFinished(() => {
    for (const spy of spies) spy.mockRestore();
  });
  const html = await session.html(path);
  for (const spy of spies) spy.mockRestore();
  return { html, read: billed.read };
}

/** The coverage looks at the newest signups, and is kept for a while. */
const withCoverage = () => session.html('/');

it.each([500, 3_000])('the first page of %i people reads fewer than 500 rows', async (people) => {
  await fill(people);
  await withCoverage();
  const { html, read } = await costOf('/');
  // Thirty of the sixty days, of which today is not over.
  const shown = Number(/People<\/dt><dd><b>([\d,]+)/.exec(html)?.[1]?.replace(',', ''));
  expect(shown / people).toBeCloseTo(0.5, 1);
  expect(read).toBeGreaterThan(60);
  expect(read).toBeLessThan(500);
});

it('a comparison with the period before reads a row a day more', async () => {
  await fill(500);
  await withCoverage();
  const { read } = await costOf('/');
  const { read: compared } = await costOf('/?compare=previous&by=campaign');
  expect(compared - read).toBeGreaterThanOrEqual(29);
  expect(compared - read).toBeLessThanOrEqual(32);
});
