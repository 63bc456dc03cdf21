// Attempts: counted where they were made, never for a snooze, and never up to the queue's last one.
import { beforeEach, describe, expect, it } from 'vitest';
import type { Later } from '../../src/delivery/enqueue.ts';
import type { Signup } from '../../src/model.ts';
import { type Consumer, openConsumer, row } from './consumer.ts';

const START = Date.parse('2026-11-23T09:00:00.000Z');
let door: Consumer;

beforeEach(async () => {
  door = await openConsumer(START);
});

describe('attempts', () => {
  it('at DataFast and at HubSpot are counted, and back off, apart', async () => {
    const person = door.signup({ visitorId: door.world.visitor() });
    for (let failure = 0; failure < 4; failure += 1) {
      door.world.datafast.failWith({ status: 500 });
      await door.run([person]);
      door.nowMs += 3600_000;
    }
    expect(await row(person.id)).toMatchObject({ lookups: 4, deliveries: [{ attempts: 0 }] });
    door.world.datafast.failWith(undefined);
    door.world.hubspot.failWith({ status: 500 });
    const { delays } = await door.run([person]);
    // As after a first failure: 5 s, half of it random.
    expect(delays).toEqual([4]);
    expect(await row(person.id)).toMatchObject({ lookups: 4, deliveries: [{ attempts: 1 }] });
  });

  it('stand in the ledger one by one, with time and reason, and an outage of days keeps it small', async () => {
    const person = door.signup({ visitorId: door.world.visitor() });
    door.world.datafast.failWith({ status: 503 });
    for (let failure = 0; failure < 30; failure += 1) {
      await door.run([person]);
      door.nowMs += 3600_000;
    }
    door.world.datafast.failWith(undefined);
    await door.run([person]);
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
    door.world.hubspot.failWith({ status: 503 });
    for (let batch = 0; batch < 5; batch += 1) await door.run([door.signup()]);
    door.world.hubspot.forgetRequests();
    const person = door.signup();
    const result = await door.run([person]);
    expect(door.world.hubspot.requests).toEqual([]);
    expect(result.explicitAcks).toEqual(['0']);
    expect(door.later).toMatchObject([{ signup: { id: person.id } }]);
    expect(await row(person.id)).toMatchObject({
      status: 'waiting',
      deliveries: [{ reason: 'hubspot_down', attempts: 0 }],
    });
    door.nowMs += 15_000;
    await door.run([door.signup()]);
    expect(door.world.hubspot.requests).toHaveLength(1);
  });
  it('do not make a snooze longer, but age does: an outage of a day leaves the queue its operations', async () => {
    door.world.hubspot.failWith({ status: 503 });
    const people = Array.from({ length: 5 }, () => door.signup());
    for (const person of people) await door.run([person]);
    door.later.splice(0);
    const waiting = door.signup();
    let messages = 0;
    while (door.nowMs < START + 24 * 3600_000) {
      // Another signup finds out that HubSpot is still down.
      await door.run([door.signup()]);
      door.later.splice(0);
      await door.run([waiting]);
      messages += 1;
      const [later] = door.later.splice(0);
      expect(later?.signup).toEqual(waiting);
      door.nowMs += Number(later?.delaySeconds) * 1000;
    }
    expect(messages).toBeLessThan(60);
  });
});

describe('a burst', () => {
  it.each([
    ['with DataFast’s headers', 0],
    ['while somebody else uses a third of the budget', 20],
  ])(
    'of hundreds drains as fast as DataFast allows, without a refused request or a counted attempt, %s',
    async (_, others) => {
      const people = Array.from({ length: 240 }, () =>
        door.signup({ visitorId: door.world.visitor() }),
      );
      let open: Signup[] = [...people];
      let minute = -1;
      let refused = 0;
      for (let batches = 0; open.length > 0 && batches < 30; batches += 1) {
        const now = Math.floor((door.nowMs - START) / 60_500);
        if (now !== minute) {
          minute = now;
          for (let made = 0; made < others; made += 1) await ask();
        }
        door.world.datafast.forgetRequests();
        const result = await door.run(open.slice(0, 40));
        refused += door.world.datafast.requests.filter(({ status }) => status === 429).length;
        expect(result.delays).toEqual([]);
        open = [...open.slice(40), ...door.later.splice(0).map(({ signup }: Later) => signup)];
      }
      const minutes = (door.nowMs - START) / 60_000;
      expect(door.world.hubspot.contacts()).toHaveLength(240);
      expect((240 - (60 - others)) / minutes / (60 - others)).toBeGreaterThan(0.95);
      expect(refused).toBeLessThanOrEqual(others === 0 ? 0 : 6 * Math.ceil(minutes));
    },
  );

  async function ask() {
    const headers = { authorization: 'Bearer df_test_key' };
    await door.world.fetch(`https://datafa.st/api/v1/visitors/${crypto.randomUUID()}`, { headers });
  }
});
