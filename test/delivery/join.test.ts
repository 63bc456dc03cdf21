// Two events of one person, of which only one has the email: they find each other in any order.
import { createExecutionContext, createMessageBatch, getQueueResult } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { readSignup } from '../../src/ledger/query.ts';
import type { Signup } from '../../src/model.ts';
import { worker } from '../worker-under-test.ts';
import { createWorld, type World } from '../world.ts';

const START = Date.parse('2026-11-23T09:00:00.000Z');
let world: World;
beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: START });
  world = await createWorld();
  return () => vi.useRealTimers();
});

let count = 0;
function event(facts: Partial<Signup>): Signup {
  count += 1;
  const at = new Date().toISOString();
  return {
    version: 1,
    id: `paddle:evt_${count}`,
    source: 'paddle',
    customerId: 'ctm_1',
    occurredAt: at,
    receivedAt: at,
    test: false,
    ...facts,
  };
}
const subscription = (facts: Partial<Signup> = {}) =>
  event({ visitorId: world.visitor({ params: { utm_source: 'google' } }), ...facts });
const customer = (facts: Partial<Signup> = {}) =>
  event({ email: 'ada@example.com', name: 'Ada Lovelace', completing: true, ...facts });

/** One batch through the Worker's own consumer; the delays of what has to come again. */
async function run(...signups: Signup[]): Promise<(number | undefined)[]> {
  const batch = createMessageBatch(
    'whence-signups',
    signups.map((body, index) => ({
      id: String(index),
      timestamp: new Date(),
      attempts: 1,
      body,
    })),
  );
  const retries = batch.messages.map((message) => vi.spyOn(message, 'retry'));
  await worker.queue(batch, env);
  await getQueueResult(batch, createExecutionContext());
  return retries.flatMap(({ mock }) => mock.calls.map(([options]) => options?.delaySeconds));
}
const later = (seconds: number) => vi.setSystemTime(Date.now() + seconds * 1000);
const contact = () => world.hubspot.contact('ada@example.com')?.properties;

describe('a subscription without an email', () => {
  it('finds its customer who came before', async () => {
    await run(customer());
    expect(world.hubspot.contacts()).toHaveLength(0);
    const half = subscription();
    expect(await run(half)).toEqual([]);
    expect(contact()).toMatchObject({ datafast_source: 'Google', firstname: 'Ada' });
    expect(await readSignup(env.LEDGER, half.id)).toMatchObject({
      status: 'delivered',
      email: 'ada@example.com',
    });
  });

  it('waits for its customer who comes after, and shows in the ledger meanwhile', async () => {
    const half = subscription();
    expect(await run(half)).toEqual([5]);
    expect(await readSignup(env.LEDGER, half.id)).toMatchObject({
      status: 'waiting',
      email: null,
      deliveries: [{ reason: 'waiting_for_customer' }],
    });
    expect(world.datafast.requests).toHaveLength(0);

    await run(customer());
    later(5);
    await run(half);
    expect(contact()).toMatchObject({ datafast_source: 'Google' });
    expect(await readSignup(env.LEDGER, half.id)).toMatchObject({ status: 'delivered' });
  });

  it('finds its customer within one batch, whatever the order', async () => {
    expect(await run(subscription(), customer())).toEqual([]);
    expect(contact()).toMatchObject({ datafast_source: 'Google' });
  });

  it('finds the email of any other event of the customer, such as a checkout', async () => {
    await run(event({ email: 'ada@example.com' }));
    await run(subscription());
    expect(contact()).toMatchObject({ datafast_source: 'Google' });
    expect(world.hubspot.contacts()).toHaveLength(1);
  });

  it('finds the address the customer gave last, whichever came first', async () => {
    const older = { email: 'old@example.com', occurredAt: '2026-11-23T08:00:00.000Z' };
    await run(customer(), customer(older), subscription());
    expect(contact()).toMatchObject({ datafast_source: 'Google' });
    await run(customer({ ...older, customerId: 'ctm_3' }));
    await run(
      customer({ customerId: 'ctm_3', email: 'new@example.com' }),
      subscription({ customerId: 'ctm_3' }),
    );
    expect(world.hubspot.contact('new@example.com')).toBeDefined();
    expect(world.hubspot.contact('old@example.com')).toBeUndefined();
  });

  it('never takes the customer of another provider, or another customer', async () => {
    await run(customer({ source: 'stripe' }), customer({ customerId: 'ctm_2' }));
    expect(await run(subscription())).toEqual([5]);
  });

  it('is looked for during a day, more and more slowly, and then skipped', async () => {
    const half = subscription();
    const delays: number[] = [];
    for (let turn = 0; turn < 20; turn += 1) {
      const [delay] = await run(half);
      const next = (await readSignup(env.LEDGER, half.id))?.deliveries[0]?.nextAttemptAt;
      if (!next) break;
      delays.push(delay ?? Math.ceil((Date.parse(next) - Date.now()) / 1000));
      later(delays.at(-1) ?? 0);
    }
    expect(delays).toEqual([5, 10, 45, 240, 1500, 5400, 14_400, 43_200, 21_600]);
    expect(await readSignup(env.LEDGER, half.id)).toMatchObject({
      status: 'skipped',
      deliveries: [{ reason: 'no_email' }],
    });
    expect(world.hubspot.contacts()).toHaveLength(0);
  });
});

describe('the customer’s event', () => {
  it('is no signup: it makes no contact, and the ledger says what it is', async () => {
    const details = customer();
    await run(details);
    expect(await readSignup(env.LEDGER, details.id)).toMatchObject({
      status: 'skipped',
      deliveries: [{ reason: 'customer_details' }],
    });
    expect(world.hubspot.contacts()).toHaveLength(0);
  });
});
