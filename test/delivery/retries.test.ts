// Attempts: counted where they were made, never for a snooze, and never up to the queue's last one.
import { beforeEach, describe, expect, it } from 'vitest';
import type { QueueMessage } from '../../src/delivery/bundle.ts';
import { type Consumer, openConsumer, row } from './consumer.ts';

const START = Date.parse('2026-11-23T09:00:00.000Z');
let consumer: Consumer;

beforeEach(async () => {
  consumer = await openConsumer(START);
});

describe('attempts', () => {
  it('at DataFast and at HubSpot are counted, and back off, apart', async () => {
    const person = consumer.signup({ visitorId: consumer.world.visitor() });
    for (let failure = 0; failure < 4; failure += 1) {
      consumer.world.datafast.failWith({ status: 500 });
      await consumer.run([person]);
      consumer.nowMs += 3600_000;
    }
    expect(await row(person.id)).toMatchObject({ lookups: 4, deliveries: [{ attempts: 0 }] });
    consumer.world.datafast.failWith(undefined);
    consumer.world.hubspot.failWith({ status: 500 });
    const { delays } = await consumer.run([person]);
    // As after a first failure: 5 s, half of it random.
    expect(delays).toEqual([4]);
    expect(await row(person.id)).toMatchObject({ lookups: 4, deliveries: [{ attempts: 1 }] });
  });

  it('stand in the ledger one by one, with time and reason, and an outage of days keeps it small', async () => {
    const person = consumer.signup({ visitorId: consumer.world.visitor() });
    consumer.world.datafast.failWith({ status: 503 });
    for (let failure = 0; failure < 30; failure += 1) {
      await consumer.run([person]);
      consumer.nowMs += 3600_000;
    }
    consumer.world.datafast.failWith(undefined);
    await consumer.run([person]);
    const history = (await row(person.id))?.deliveries[0]?.history ?? [];
    expect(history).toHaveLength(20);
    expect(history[0]).toEqual({
      at: new Date(START).toISOString(),
      status: 'waiting',
      reason: 'datafast_unavailable',
      detail: 'HTTP 503',
      refresh: false,
    });
    expect(history.at(-1)).toMatchObject({ status: 'delivered', reason: null });
  });

  it('are not used up by a HubSpot that is down: it is left alone, and asked by one batch at a time', async () => {
    consumer.world.hubspot.failWith({ status: 503 });
    for (let batch = 0; batch < 5; batch += 1) await consumer.run([consumer.signup()]);
    consumer.world.hubspot.forgetRequests();
    const person = consumer.signup();
    const result = await consumer.run([person]);
    expect(consumer.world.hubspot.requests).toEqual([]);
    // The ledger keeps it, since nobody knows how often a message would come back in vain.
    expect(result.explicitAcks).toEqual(['0']);
    expect(consumer.later).toEqual([]);
    expect(await row(person.id)).toMatchObject({
      status: 'waiting',
      deliveries: [{ reason: 'hubspot_down', attempts: 0 }],
    });
    consumer.nowMs += 15_000;
    await consumer.run([consumer.signup()]);
    expect(consumer.world.hubspot.requests).toHaveLength(1);
  });
  it('do not make a snooze longer, but age does: an outage of a day leaves the queue its operations', async () => {
    consumer.world.hubspot.failWith({ status: 503 });
    const people = Array.from({ length: 5 }, () => consumer.signup());
    for (const person of people) await consumer.run([person]);
    consumer.later.splice(0);
    const waiting = consumer.signup();
    let messages = 0;
    while (consumer.nowMs < START + 24 * 3600_000) {
      // Another signup finds out that HubSpot is still down.
      await consumer.run([consumer.signup()]);
      consumer.later.splice(0);
      await consumer.run([waiting]);
      messages += 1;
      consumer.nowMs = Date.parse((await row(waiting.id))?.deliveries[0]?.nextAttemptAt ?? '');
    }
    expect(messages).toBeLessThan(60);
  });
});

interface Waiting {
  message: QueueMessage;
  dueMs: number;
}

describe('a burst', () => {
  it.each([
    ['with DataFast’s headers', 0],
    ['while somebody else uses a third of the budget', 20],
  ])(
    'of hundreds drains as fast as DataFast allows, without a refused request or a counted attempt, %s',
    async (_, others) => {
      const people = Array.from({ length: 240 }, () =>
        consumer.signup({ visitorId: consumer.world.visitor() }),
      );
      let open = people.map((message): Waiting => ({ message, dueMs: START }));
      let minute = -1;
      let refused = 0;
      let batches = 0;
      while (open.length > 0 && batches < 60) {
        consumer.nowMs = Math.max(consumer.nowMs, Math.min(...open.map(({ dueMs }) => dueMs)));
        const now = Math.floor((consumer.nowMs - START) / 60_500);
        if (now !== minute) {
          minute = now;
          for (let made = 0; made < others; made += 1) await ask();
        }
        const batch = open.filter(({ dueMs }) => dueMs <= consumer.nowMs).slice(0, 40);
        consumer.world.datafast.forgetRequests();
        const result = await consumer.run(batch.map(({ message }) => message));
        batches += 1;
        refused += consumer.world.datafast.requests.filter(({ status }) => status === 429).length;
        const dueAfter = (seconds = 0) => consumer.nowMs + seconds * 1000;
        const later = consumer.later
          .splice(0)
          .map(({ message, delaySeconds }) => ({ message, dueMs: dueAfter(delaySeconds) }));
        const again = result.retryMessages.flatMap(({ msgId, delaySeconds }) => {
          const one = batch[Number(msgId)];
          return one ? [{ ...one, dueMs: dueAfter(delaySeconds) }] : [];
        });
        open = [...open.filter((one) => !batch.includes(one)), ...later, ...again];
      }
      const minutes = (consumer.nowMs - START) / 60_000;
      expect(consumer.world.hubspot.contacts()).toHaveLength(240);
      expect((240 - (60 - others)) / minutes / (60 - others)).toBeGreaterThan(0.95);
      expect(refused).toBeLessThanOrEqual(others === 0 ? 0 : 6 * Math.ceil(minutes));
    },
  );

  async function ask() {
    const headers = { authorization: 'Bearer df_test_key' };
    await consumer.world.fetch(`https://datafa.st/api/v1/visitors/${crypto.randomUUID()}`, {
      headers,
    });
  }
});
