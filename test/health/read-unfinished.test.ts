// What waits or failed, for a page that asks again by itself: fresh where it costs little, and for everybody who loads it.
import { env } from 'cloudflare:workers';
import { beforeEach, expect, it } from 'vitest';
import { rememberUnfinished } from '../../src/health/read-unfinished.ts';
import { createWorld } from '../world.ts';

const AT = '2026-11-24T09:00:00.000Z';

beforeEach(async () => {
  await createWorld();
});

async function fail(from: number, to: number): Promise<void> {
  const numbers = `WITH RECURSIVE n(i) AS (SELECT ${from} UNION ALL SELECT i + 1 FROM n WHERE i + 1 < ${to})`;
  await env.LEDGER.batch([
    env.LEDGER.prepare(
      `INSERT INTO signups (id, source, status, occurred_at, received_at, updated_at, signup)
       ${numbers} SELECT 'stripe:evt_' || n.i, 'stripe', 'failed', '${AT}', '${AT}', '${AT}', '{}' FROM n`,
    ),
    env.LEDGER.prepare(
      `INSERT INTO deliveries (signup_id, destination, status, attempts, reason, updated_at)
       ${numbers} SELECT 'stripe:evt_' || n.i, 'hubspot', 'failed', 1, 'gave_up', '${AT}' FROM n`,
    ),
  ]);
}

function openPage() {
  const clock = { nowMs: Date.parse(AT) };
  const read = rememberUnfinished(env.LEDGER, () => clock.nowMs);
  const failed = async (isPolling: boolean) => (await read(isPolling)).unfinished[0]?.count ?? 0;
  return { clock, load: () => failed(false), poll: () => failed(true) };
}

it('a few are seen by the next poll', async () => {
  const { clock, load, poll } = openPage();
  expect(await load()).toBe(0);
  await fail(0, 1);
  expect(await poll()).toBe(1);
  await fail(1, 3);
  clock.nowMs += 15_000;
  expect(await poll()).toBe(3);
});

it('of many, a poll after a while sees what has changed, and a load at once', async () => {
  await fail(0, 30);
  const { clock, load, poll } = openPage();
  expect(await load()).toBe(30);
  await fail(30, 40);
  clock.nowMs += 15_000;
  expect(await poll()).toBe(30);
  clock.nowMs += 60_000;
  expect(await poll()).toBe(40);
  await fail(40, 45);
  expect(await poll()).toBe(40);
  expect(await load()).toBe(45);
  expect(await poll()).toBe(45);
});

/** Everything is replayed, and the first `count` arrive. */
const arrive = (count: number) =>
  env.LEDGER.batch([
    env.LEDGER.prepare(
      `UPDATE deliveries SET status = 'delivered', reason = NULL WHERE CAST(substr(signup_id, 12) AS INTEGER) < ${count}`,
    ),
    env.LEDGER.prepare(
      `UPDATE signups SET status = 'delivered' WHERE CAST(substr(id, 12) AS INTEGER) < ${count}`,
    ),
  ]);

it.each([40, 30])(
  'what has arrived waits on no page, however short ago an isolate saw it there: %i of 40',
  async (count) => {
    await fail(0, 40);
    const other = openPage();
    expect(await other.load()).toBe(40);
    await arrive(count);
    expect(await openPage().load()).toBe(40 - count);
    other.clock.nowMs += 15_000;
    expect(await other.poll()).toBe(40 - count);
  },
);
