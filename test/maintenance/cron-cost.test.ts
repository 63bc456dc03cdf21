// What a run of cron costs: the Free plan allows an invocation 50 requests and 50 statements of D1.
import { createScheduledController } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { beforeEach, expect, it, vi } from 'vitest';
import { busyLedger, UNTOLD } from '../../lab/bench/busy-ledger.ts';
import { worker } from '../worker-under-test.ts';
import { createWorld } from '../world.ts';

beforeEach(async () => {
  await createWorld();
});

/** Cron runs once. */
async function run() {
  const cost = { requests: 0, statements: 0, messages: 0 };
  const count = (method: 'send' | 'sendBatch') => async (body: Iterable<unknown>) => {
    cost.messages += method === 'sendBatch' ? [...body].length : 1;
    return { metadata: { metrics: { backlogCount: 0, backlogBytes: 0 } } };
  };
  vi.spyOn(globalThis, 'fetch').mockImplementation(async () => {
    cost.requests += 1;
    return new Response(null, { status: 204 });
  });
  const counted = {
    ...env,
    ALERT_URL: 'https://ops.example.com/alerts',
    ALERT_SECRET: `whsec_${'A'.repeat(44)}`,
    LEDGER: new Proxy(env.LEDGER, {
      get(ledger, key) {
        if (key === 'prepare') cost.statements += 1;
        const value: unknown = Reflect.get(ledger, key);
        return typeof value === 'function' ? value.bind(ledger) : value;
      },
    }),
    SIGNUPS: {
      ...{ send: count('send'), sendBatch: count('sendBatch') },
      metrics: async () => ({ backlogCount: 0, backlogBytes: 0 }),
    },
  };
  await worker.scheduled(createScheduledController(), counted);
  return cost;
}

it('a quiet run asks nobody outside, and the ledger 50 times at most', async () => {
  const { requests, statements } = await run();
  expect(requests).toBe(0);
  expect(statements).toBeLessThanOrEqual(50);
});

it('a run that does all it may at once, and tells ten alerts, stays within the limits of the Free plan', async () => {
  for (const statement of busyLedger(Date.now())) await env.LEDGER.prepare(statement).run();
  await run();
  await env.LEDGER.prepare(UNTOLD).run();
  await env.LEDGER.prepare("DELETE FROM heartbeats WHERE name IN ('waits', 'refreshes')").run();
  const { requests, statements, messages } = await run();
  expect(messages).toBeGreaterThan(5);
  expect(requests).toBe(10);
  expect(statements).toBeLessThanOrEqual(50);
});
