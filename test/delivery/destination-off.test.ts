// A destination that cannot be used: nothing is lost, everything says so, and it goes on when the setting is right.
import { createExecutionContext, createMessageBatch, getQueueResult } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, it } from 'vitest';
import type { QueueMessage } from '../../src/delivery/bundle.ts';
import { findReason } from '../../src/health/all-reasons.ts';
import { bringBack } from '../../src/maintenance/bring-back.ts';
import type { Signup } from '../../src/model.ts';
import { worker } from '../worker-under-test.ts';
import { type Consumer, openConsumer, row } from './consumer.ts';

const HOUR_MS = 3_600_000;
let consumer: Consumer;
beforeEach(async () => {
  consumer = await openConsumer(Date.now());
});

/** A signup comes to the whole Worker, whose HUBSPOT_TOKEN is this. */
async function arrive(signup: Signup, token: string | undefined, queue = 'whence-signups') {
  const message = { id: '0', timestamp: new Date(), attempts: 1, body: signup };
  const batch = createMessageBatch(queue, [message]);
  const { HUBSPOT_TOKEN: _, ...others } = env;
  const given = { ...others, ...(token !== undefined && { HUBSPOT_TOKEN: token }) };
  await worker.queue(batch, given);
  return getQueueResult(batch, createExecutionContext());
}

/** The Worker goes by the real clock. */
async function waitIsOver({ id }: Signup) {
  await env.LEDGER.prepare('UPDATE deliveries SET next_attempt_at = ? WHERE signup_id = ?')
    .bind(new Date().toISOString(), id)
    .run();
}

describe('without a destination that can be used', () => {
  it.each([
    ['its key is not set', undefined],
    ['its key is blank', '  '],
    ['its key was pasted in two lines', 'pat-eu1-abc\npat-eu1-def'],
  ])('a signup waits and is not lost: %s', async (_, token) => {
    const signup = consumer.signup({ visitorId: consumer.world.visitor() });
    await arrive(signup, token);
    expect(await row(signup.id)).toMatchObject({
      status: 'waiting',
      deliveries: [{ destination: 'hubspot', status: 'waiting', reason: 'destination_not_set' }],
    });
    expect(consumer.world.hubspot.requests).toEqual([]);
  });

  it('the signup arrives once the key is right', async () => {
    const signup = consumer.signup();
    await arrive(signup, undefined);
    await waitIsOver(signup);
    await arrive(signup, env.HUBSPOT_TOKEN);
    expect(await row(signup.id)).toMatchObject({ status: 'delivered' });
    expect(consumer.world.hubspot.contact(signup.email ?? '')).toBeDefined();
  });

  it('a dead letter can be seen and replayed', async () => {
    const signup = consumer.signup();
    await arrive(signup, undefined, 'whence-dead-letters');
    expect(await row(signup.id)).toMatchObject({
      status: 'failed',
      deliveries: [{ destination: 'hubspot', status: 'failed', reason: 'gave_up' }],
    });
  });

  it('the operator is told what to do', () => {
    expect(findReason('destination_not_set')).toMatchObject({ class: 'configuration' });
  });
});

describe('a destination that was switched off', () => {
  const others = () => [
    {
      name: 'other',
      key: 'email' as const,
      batchSize: 100,
      requestsPerBatch: () => 0,
      upsert: async (contacts: readonly unknown[]) =>
        contacts.map(() => ({ status: 'delivered' as const, written: {} })),
    },
  ];

  it('lets a refresh end', async () => {
    const signup = consumer.signup({ visitorId: consumer.world.visitor() });
    await consumer.run([signup]);
    const askedAt = new Date(consumer.nowMs).toISOString();
    const refresh = { ...signup, refresh: { askedAt, matched: true } };
    const destinations = others();
    const { explicitAcks } = await consumer.run([refresh], undefined, { destinations });
    expect(explicitAcks).toEqual(['0']);
    expect(await row(signup.id)).toMatchObject({ status: 'delivered', refreshAt: null });
  });

  it('lets what waits for it end, so that it comes no more and is pruned in time', async () => {
    const signup = consumer.signup();
    consumer.world.hubspot.failWith({ status: 503 });
    await consumer.run([signup]);
    expect(await row(signup.id)).toMatchObject({ status: 'waiting' });
    consumer.nowMs += 5 * HOUR_MS;
    const enqueued: QueueMessage[] = [];
    await bringBack({
      ledger: env.LEDGER,
      enqueueLater: async (later) => enqueued.push(...later.map(({ message }) => message)),
      destinationNames: ['other'],
      now: () => consumer.nowMs,
    });
    expect(enqueued).toEqual([]);
    expect(await row(signup.id)).toMatchObject({
      status: 'skipped',
      deliveries: [{ destination: 'hubspot', status: 'skipped', reason: 'destination_off' }],
    });
  });
});
