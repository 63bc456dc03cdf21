// HubSpot, Attio and Stripe at once: each within the requests of an invocation, each with its own trouble, and each alone.
import { createExecutionContext, createMessageBatch, getQueueResult } from 'cloudflare:test';
import { env, exports } from 'cloudflare:workers';
import { beforeEach, describe, expect, it } from 'vitest';
import { samples } from '../../samples/index.ts';
import { consumeSignups } from '../../src/delivery/consume.ts';
import { attio } from '../../src/destinations/attio/attio.ts';
import { hubspot } from '../../src/destinations/hubspot/hubspot.ts';
import { openDestinations } from '../../src/destinations/index.ts';
import { stripe } from '../../src/destinations/stripe/stripe.ts';
import { webhook } from '../../src/destinations/webhook/webhook.ts';
import type { Signup } from '../../src/model.ts';
import { createReceiver } from '../../stand-ins/receiver.ts';
import { worker } from '../worker-under-test.ts';
import { OTHER_KEYS } from '../world.ts';
import { type Consumer, openConsumer, row } from './consumer.ts';

let consumer: Consumer;
beforeEach(async () => {
  consumer = await openConsumer(Date.now());
  await createAttributes();
});

/** The limit of a second has tests of its own. */
async function createAttributes() {
  const { attio: workspace } = consumer.world;
  const at = consumer.nowMs;
  const io = {
    fetch: consumer.world.fetch,
    now: () => consumer.nowMs,
    sleep: async (seconds: number) => {
      consumer.nowMs += seconds * 1000;
    },
  };
  const [opened] = openDestinations(new Map(Object.entries(OTHER_KEYS)), new Map(), io, [attio]);
  await opened?.prepare?.();
  consumer.nowMs = at + 60_000;
  workspace.forgetRequests();
}

function all(allowed?: number) {
  return consumer.dependencies(allowed, undefined, {
    declared: [hubspot, attio, stripe],
    settings: OTHER_KEYS,
    fetch: consumer.world.fetch,
  });
}

let customers = 0;
/** Somebody pays, and DataFast knows them. */
function payer(facts: Partial<Signup> = {}): Signup {
  customers += 1;
  const customerId = `cus_${customers}`;
  consumer.world.stripe.addCustomer({ id: customerId });
  const visitorId = consumer.world.visitor({ params: { utm_source: 'google', utm_medium: 'cpc' } });
  return consumer.signup({ source: 'stripe', customerId, visitorId, ...facts });
}

const arrivedAt = ({ email = '', customerId = '' }: Signup) => ({
  hubspot: consumer.world.hubspot.contact(email) !== undefined,
  attio: consumer.world.attio.person(email) !== undefined,
  stripe: consumer.world.stripe.customer(customerId)?.metadata.datafast_channel !== undefined,
});
const EVERYWHERE = { hubspot: true, attio: true, stripe: true };

/** One invocation after the other, as the queue brings back what waits. */
async function drain(signups: readonly Signup[], mostInvocations = 20): Promise<number> {
  let open = signups;
  let invocations = 0;
  while (open.length > 0 && invocations < mostInvocations) {
    invocations += 1;
    await consumer.run(open.slice(0, 40), undefined, all(50));
    open = open.filter((person) => Object.values(arrivedAt(person)).includes(false));
    consumer.nowMs += 10_000;
  }
  return invocations;
}

describe('three destinations', () => {
  it('get 40 new people within a few invocations of 50 requests, HubSpot all at once, and nobody twice', async () => {
    const people = Array.from({ length: 40 }, () => payer());
    await consumer.run(people, undefined, all(50));
    expect(people.every((person) => arrivedAt(person).hubspot)).toBe(true);
    expect(people.every((person) => arrivedAt(person).stripe)).toBe(false);
    consumer.nowMs += 10_000;
    expect(await drain(people)).toBeLessThanOrEqual(5);
    for (const person of people) expect(arrivedAt(person)).toEqual(EVERYWHERE);
    expect(consumer.refusedRequests).toBe(0);
    expect(consumer.world.attio.people()).toHaveLength(40);
    expect(consumer.world.stripe.events).toHaveLength(40);
  });

  it('of which one is down for an hour: the others have everybody at once, and it is complete afterwards', async () => {
    const people = Array.from({ length: 10 }, () => payer());
    consumer.world.attio.failWith({ status: 503 });
    await consumer.run(people, undefined, all());
    for (const person of people) {
      expect(arrivedAt(person)).toEqual({ ...EVERYWHERE, attio: false });
      expect((await row(person.id))?.deliveries).toMatchObject([
        { destination: 'attio', status: 'waiting' },
        { destination: 'hubspot', status: 'delivered' },
        { destination: 'stripe', status: 'delivered' },
      ]);
    }
    const { world } = consumer;
    world.hubspot.forgetRequests();
    for (let minutes = 0; minutes < 60; minutes += 20) {
      consumer.nowMs += 20 * 60_000;
      await consumer.run(people, undefined, all());
    }
    world.attio.failWith(undefined);
    consumer.nowMs += 2 * 3_600_000;
    await drain(people);
    for (const person of people) expect(arrivedAt(person)).toEqual(EVERYWHERE);
    expect(world.hubspot.requests).toEqual([]);
    expect(world.stripe.events).toHaveLength(people.length);
  });

  it('are written once more after a crash between the write and the ledger’s row, and nothing is doubled', async () => {
    const person = payer();
    const crash = all();
    let written = 0;
    crash.ledger = new Proxy(env.LEDGER, {
      get(target, name) {
        if (name !== 'batch') return Reflect.get(target, name).bind(target);
        return async (statements: D1PreparedStatement[]) => {
          written += 1;
          if (arrivedAt(person).stripe) throw new Error('the isolate has died');
          return target.batch(statements);
        };
      },
    });
    const { explicitAcks } = await consumer.run([person], consumeSignups, crash);
    expect(written).toBeGreaterThan(0);
    expect(explicitAcks).toEqual([]);
    expect(arrivedAt(person)).toEqual(EVERYWHERE);
    const before = { ...consumer.world.attio.texts(person.email ?? '') };
    await drain([person]);
    expect((await row(person.id))?.status).toBe('delivered');
    expect(consumer.world.attio.people()).toHaveLength(1);
    expect(consumer.world.stripe.events).toHaveLength(1);
    expect(consumer.world.attio.texts(person.email ?? '')).toEqual(before);
  });

  it('get two events of one customer in a batch as one person and one customer', async () => {
    const first = payer();
    const second = { ...consumer.signup(first), id: 'stripe:evt_other' };
    await consumer.run([first, second], undefined, all());
    expect(consumer.world.attio.people()).toHaveLength(1);
    expect(consumer.world.stripe.requests.map(({ method }) => method)).toEqual(['GET', 'POST']);
    expect((await row(second.id))?.deliveries).toMatchObject([
      { status: 'delivered' },
      { status: 'delivered' },
      { status: 'delivered' },
    ]);
  });
});

describe('four destinations and a burst of 200', () => {
  const SECRET = 'whsec_d2ViaG9vay10ZXN0LXNlY3JldC1vZi0zMi1ieXRlcyE=';

  it('with Attio down for an hour: the others have everybody, Attio is complete afterwards, and nothing is doubled', async () => {
    const { world } = consumer;
    const receiver = createReceiver({ secrets: [SECRET], now: () => consumer.nowMs });
    const four = () =>
      consumer.dependencies(50, undefined, {
        declared: [hubspot, attio, stripe, webhook],
        settings: {
          ...OTHER_KEYS,
          WEBHOOK_URL: 'https://receiver.example/whence',
          WEBHOOK_SECRET: SECRET,
        },
        fetch: async (input, init) => {
          const request = new Request(input, init);
          const isReceiver = new URL(request.url).hostname === 'receiver.example';
          return isReceiver ? receiver.app.fetch(request) : world.fetch(request);
        },
      });
    const people = Array.from({ length: 200 }, () => payer());
    const startMs = consumer.nowMs;
    let line = people;
    /** At most so many batches of those who lack something, each in its turn. */
    const goOn = async (lacks: (person: Signup) => boolean, batches: number, seconds = 5) => {
      for (let taken = 0; taken < batches && line.some(lacks); taken += 1) {
        const batch = line.filter(lacks).slice(0, 40);
        line = [...line.filter((person) => !batch.includes(person)), ...batch];
        await consumer.run(batch, undefined, four());
        consumer.nowMs += seconds * 1000;
      }
    };
    world.attio.failWith({ status: 503 });
    await goOn((person) => !arrivedAt(person).hubspot, 100);
    expect(people.every((person) => arrivedAt(person).hubspot)).toBe(true);
    await goOn((person) => !arrivedAt(person).stripe, 150);
    expect(people.every((person) => arrivedAt(person).stripe)).toBe(true);
    // DataFast answers for 60 visitors a minute.
    expect(consumer.nowMs - startMs).toBeLessThan(15 * 60_000);
    expect(people.some((person) => arrivedAt(person).attio)).toBe(false);

    consumer.nowMs = startMs + 3_600_000;
    world.attio.failWith(undefined);
    const isTold = ({ id }: Signup) =>
      [...receiver.events.keys()].some((event) => event.startsWith(`${id}:`));
    consumer.nowMs += 3_600_000;
    await goOn((person) => !arrivedAt(person).attio || !isTold(person), 200, 60);
    for (const person of people) expect(arrivedAt(person)).toEqual(EVERYWHERE);
    expect(people.every(isTold)).toBe(true);
    expect(consumer.refusedRequests).toBe(0);
    expect(world.hubspot.contacts()).toHaveLength(200);
    expect(world.attio.people()).toHaveLength(200);
    expect(world.stripe.events).toHaveLength(200);
    expect(receiver.refusals).toEqual([]);
    const told = [...receiver.events.values()].map(({ type }) => type);
    expect(told.filter((type) => type === 'signup.enriched')).toHaveLength(200);
    // Those that were told with the outcome `waiting` hear the end of it; no event comes twice.
    expect(new Set(told)).toEqual(new Set(['signup.enriched', 'signup.updated']));
    expect(receiver.bodies).toHaveLength(receiver.events.size);
  }, 120_000);
});

describe('without HubSpot', () => {
  const { HUBSPOT_TOKEN: _, ...others } = env;

  async function arrive(signup: Signup, keys: object) {
    const message = { id: '0', timestamp: new Date(), attempts: 1, body: signup };
    const batch = createMessageBatch('whence-signups', [message]);
    await worker.queue(batch, { ...others, ...keys });
    return getQueueResult(batch, createExecutionContext());
  }

  it.each([
    ['attio', { ATTIO_TOKEN: OTHER_KEYS.ATTIO_TOKEN }],
    ['stripe', { STRIPE_API_KEY: OTHER_KEYS.STRIPE_API_KEY }],
  ] as const)('%s alone gets the signup', async (name, keys) => {
    const person = payer();
    expect((await arrive(person, keys)).explicitAcks).toEqual(['0']);
    expect(arrivedAt(person)).toEqual({
      ...{ hubspot: false, attio: false, stripe: false },
      [name]: true,
    });
    expect(await row(person.id)).toMatchObject({
      status: 'delivered',
      channel: 'Paid Search',
      deliveries: [{ destination: name }],
    });
    expect(consumer.world.hubspot.requests).toEqual([]);
  });

  it('Stripe’s event of our own change is answered, and puts nothing anywhere', async () => {
    const person = payer();
    await arrive(person, { STRIPE_API_KEY: OTHER_KEYS.STRIPE_API_KEY });
    const [event] = consumer.world.stripe.events;
    expect(event?.data.object).toMatchObject({ metadata: { datafast_channel: 'Paid Search' } });
    const sample = samples.get('stripe');
    if (!sample) throw new Error('no sample');
    const { headers, body } = await sample.sign(JSON.stringify(event), {
      secret: env.STRIPE_WEBHOOK_SECRET,
      eventId: event?.id ?? '',
      at: new Date(),
    });
    const count = () => env.LEDGER.prepare('SELECT count(*) AS n FROM signups').first('n');
    const before = await count();
    const answer = await exports.default.fetch(
      new Request('https://whence.example/webhooks/stripe', { method: 'POST', headers, body }),
    );
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({ reason: 'own_change' });
    expect(await count()).toBe(before);
    expect(consumer.later).toEqual([]);
  });
});
