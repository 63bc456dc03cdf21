// Two destinations that fail each in their own way: each is tried at its own time, whatever brings the signup back.
import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, it } from 'vitest';
import { idsIn } from '../../src/delivery/bundle.ts';
import type { ConsumeDependencies } from '../../src/delivery/consume.ts';
import { consumeDeadLetters } from '../../src/delivery/dead-letters.ts';
import { hubspot } from '../../src/destinations/hubspot/hubspot.ts';
import { bringBack } from '../../src/maintenance/bring-back.ts';
import type { Signup } from '../../src/model.ts';
import { replaySignup } from '../../src/operations/replay.ts';
import { example } from '../destinations/example/example.ts';
import { createExample, type ExampleStandIn } from '../destinations/example/stand-in.ts';
import { type Consume, type Consumer, openConsumer, row } from './consumer.ts';

const START = Date.parse('2026-11-23T09:00:00.000Z');
let consumer: Consumer;
let there: ExampleStandIn;
let isExampleDown: boolean;
/** What happens when the example is asked. */
let atExample: () => unknown;
let person: Signup;

beforeEach(async () => {
  consumer = await openConsumer(START);
  there = createExample('token');
  isExampleDown = true;
  atExample = () => undefined;
  person = consumer.signup();
  // HubSpot is asked again after ten minutes, the example after seconds.
  consumer.world.hubspot.failWith({ status: 401 });
});

/** One message of the signup comes to HubSpot and the example. */
function run(consume?: Consume, overrides: Partial<ConsumeDependencies> = {}) {
  return consumer.run([person], consume, { ...both(), ...overrides });
}

/** HubSpot and the example. `allowed`: the requests of the invocation. */
function both(allowed?: number) {
  const dependencies = consumer.dependencies(allowed, undefined, {
    declared: [hubspot, example],
    settings: { EXAMPLE_TOKEN: 'token', EXAMPLE_URL: 'https://crm.example' },
    fetch: async (input, init) => {
      const isExample = new URL(new Request(input, init).url).hostname === 'crm.example';
      if (!isExample) return consumer.world.fetch(input, init);
      await atExample();
      return isExampleDown ? new Response('', { status: 503 }) : there.fetch(input, init);
    },
  });
  return dependencies;
}

async function deliveries() {
  const stored = await row(person.id);
  return Object.fromEntries(
    (stored?.deliveries ?? []).map(({ destination, ...delivery }) => [destination, delivery]),
  );
}

describe('a signup that waits for two destinations', () => {
  it('comes back for the earlier one, and the other one is not tried before its own time', async () => {
    const first = await run();
    expect(first.delays).toEqual([4]);
    consumer.world.hubspot.forgetRequests();

    consumer.nowMs += 4_000;
    const second = await run();
    expect(second.delays).toEqual([8]);
    expect(consumer.world.hubspot.requests).toEqual([]);
    expect(await deliveries()).toMatchObject({
      hubspot: { status: 'waiting', attempts: 1, reason: 'hubspot_unauthorized' },
      example: { status: 'waiting', attempts: 2 },
    });

    consumer.nowMs += 8_000;
    isExampleDown = false;
    const third = await run();
    // The ledger brings it back in ten minutes.
    expect(third.explicitAcks).toEqual(['0']);
    expect(consumer.world.hubspot.requests).toEqual([]);
    expect(await deliveries()).toMatchObject({ example: { status: 'delivered' } });

    consumer.nowMs += 588_000;
    consumer.world.hubspot.failWith(undefined);
    const fourth = await run();
    expect(fourth.explicitAcks).toEqual(['0']);
    expect(await row(person.id)).toMatchObject({ status: 'delivered' });
  });

  it('and whose message comes once more meanwhile is not tried at all, and comes at its time', async () => {
    isExampleDown = false;
    await run();
    consumer.world.hubspot.forgetRequests();
    consumer.nowMs += 60_000;
    expect((await run()).explicitAcks).toEqual(['0']);
    expect(consumer.world.hubspot.requests).toEqual([]);
    expect((await deliveries()).hubspot).toMatchObject({ status: 'waiting', attempts: 1 });
  });

  it('and comes back a few seconds early is tried', async () => {
    isExampleDown = false;
    await run();
    consumer.world.hubspot.failWith(undefined);
    consumer.nowMs += 598_000;
    await run();
    expect(await row(person.id)).toMatchObject({ status: 'delivered' });
  });

  it('is tried everywhere at once when an operator replays it', async () => {
    await run();
    consumer.world.hubspot.failWith(undefined);
    isExampleDown = false;
    consumer.nowMs += 1_000;
    await replaySignup(operation(), person.id);
    await run();
    expect(await row(person.id)).toMatchObject({ status: 'delivered' });
  });

  it('and waits at one of them for its address to be verified comes back for the other one alone', async () => {
    consumer.world.hubspot.failWith(undefined);
    await consumer.run([consumer.signup({ email: person.email })]);
    consumer.nowMs += 60_000;
    person = consumer.signup({ email: person.email, emailVerified: false });
    expect((await run()).delays).toEqual([4]);
    consumer.world.hubspot.forgetRequests();

    consumer.nowMs += 4_000;
    isExampleDown = false;
    expect((await run()).explicitAcks).toEqual(['0']);
    expect(consumer.world.hubspot.requests).toEqual([]);
    expect(await deliveries()).toMatchObject({
      hubspot: { status: 'waiting', reason: 'email_unverified' },
      example: { status: 'delivered' },
    });
    expect((await run()).explicitAcks).toEqual(['0']);
    await run(consumeDeadLetters);
    expect((await deliveries()).hubspot).toMatchObject({ status: 'waiting' });
  });

  it('and whose message was lost is tried again by the rescue, everywhere', async () => {
    await run();
    consumer.world.hubspot.failWith(undefined);
    isExampleDown = false;
    consumer.nowMs += 5 * 3600_000;
    expect(await bringBack({ ...operation(), enqueueLater: async () => undefined })).toMatchObject({
      rescued: 1,
    });
    await run();
    expect(await row(person.id)).toMatchObject({ status: 'delivered' });
  });
});

describe('a destination that hangs', () => {
  beforeEach(() => {
    isExampleDown = false;
    consumer.world.hubspot.failWith(undefined);
  });

  it('does not hold up the others: they are asked at the same time', async () => {
    // The example answers only when HubSpot has the contact.
    const hasArrived = Promise.withResolvers<void>();
    atExample = () => hasArrived.promise;
    consumer.world.hubspot.failWith((request) => {
      if (request.url.includes('upsert')) hasArrived.resolve();
      return undefined;
    });
    await run();
    expect(await row(person.id)).toMatchObject({ status: 'delivered' });
  });

  it('is given up for this batch, and what the others have achieved is recorded', async () => {
    const hangs = Promise.withResolvers<void>();
    atExample = () => hangs.promise;
    let asked = 0;
    const { delays } = await run(undefined, {
      within: async (_, work) => {
        asked += 1;
        // The example is the second one.
        return asked === 2 ? undefined : work;
      },
    });
    expect(await deliveries()).toMatchObject({
      hubspot: { status: 'delivered' },
      example: { status: 'waiting', reason: 'destination_too_slow', attempts: 1 },
    });
    expect(delays).toEqual([4]);
    hangs.resolve();
    consumer.nowMs += 4_000;
    atExample = () => undefined;
    consumer.world.hubspot.forgetRequests();
    await run();
    expect(await row(person.id)).toMatchObject({ status: 'delivered' });
    expect(consumer.world.hubspot.requests).toEqual([]);
  });
});

describe('40 people and the 50 requests of an invocation', () => {
  it('reach the CRM that takes all at once at once, and the one that takes each alone with the next batch', async () => {
    isExampleDown = false;
    consumer.world.hubspot.failWith(undefined);
    const people = Array.from({ length: 40 }, () =>
      consumer.signup({ visitorId: consumer.world.visitor() }),
    );
    const left: number[] = [];
    const deliver = async (signups: readonly Signup[]) => {
      const dependencies = both(50);
      const result = await consumer.run(signups, undefined, dependencies);
      left.push(dependencies.requestsLeft());
      return result;
    };
    const first = await deliver(people);
    expect(consumer.world.hubspot.contacts()).toHaveLength(40);
    const waiting = people.filter(({ email = '' }) => there.held(email) === undefined);
    expect(waiting.length).toBeGreaterThan(0);
    expect(waiting.length).toBeLessThan(40);
    expect(first.delays).toEqual([]);
    expect(consumer.later.flatMap(({ message }) => idsIn(message))).toEqual(
      waiting.map(({ id }) => id),
    );

    consumer.nowMs += 5_000;
    consumer.world.hubspot.forgetRequests();
    expect((await deliver(waiting)).explicitAcks).toHaveLength(waiting.length);
    for (const { email = '' } of people) expect(there.held(email), email).toBeDefined();
    expect(consumer.world.hubspot.requests).toEqual([]);
    expect(Math.min(...left)).toBeGreaterThanOrEqual(0);
    expect(consumer.refusedRequests).toBe(0);
  });
});

const operation = () => ({
  ledger: env.LEDGER,
  enqueueAll: async () => undefined,
  destinationNames: ['hubspot', 'example'],
  now: () => consumer.nowMs,
});
