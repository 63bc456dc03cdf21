// The Free plan allows an invocation 50 statements of D1, and refuses the next one. Whatever a batch holds: it stays within them,
// and everything arrives.
import { createExecutionContext, createMessageBatch, getQueueResult } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, it } from 'vitest';
import { type ConsumeDependencies, consumeSignups } from '../../src/delivery/consume.ts';
import { consumeDeadLetters } from '../../src/delivery/dead-letters.ts';
import { attio } from '../../src/destinations/attio/attio.ts';
import { hubspot } from '../../src/destinations/hubspot/hubspot.ts';
import { openDestinations } from '../../src/destinations/index.ts';
import { stripe } from '../../src/destinations/stripe/stripe.ts';
import { webhook } from '../../src/destinations/webhook/webhook.ts';
import type { LedgerDatabase } from '../../src/ledger/database.ts';
import { meterStatements } from '../../src/ledger/statement-meter.ts';
import type { Signup } from '../../src/model.ts';
import { erasePerson } from '../../src/operations/erase.ts';
import { createReceiver } from '../../stand-ins/receiver.ts';
import { OTHER_KEYS } from '../world.ts';
import { type Consume, type Consumer, openConsumer, row } from './consumer.ts';

const START = Date.parse('2026-11-23T09:00:00.000Z');
const ALLOWED = 50;
const SECRET = 'whsec_d2ViaG9vay10ZXN0LXNlY3JldC1vZi0zMi1ieXRlcyE=';
let consumer: Consumer;
let receiver: ReturnType<typeof createReceiver>;
let most: number;
let refused: number;

beforeEach(async () => {
  consumer = await openConsumer(START);
  receiver = createReceiver({ secrets: [SECRET], now: () => consumer.nowMs });
  const io = {
    fetch: consumer.world.fetch,
    now: () => consumer.nowMs,
    sleep: async (seconds: number) => {
      consumer.nowMs += seconds * 1000;
    },
  };
  const [opened] = openDestinations(new Map(Object.entries(OTHER_KEYS)), new Map(), io, [attio]);
  await opened?.prepare?.();
  consumer.nowMs = START + 60_000;
  most = 0;
  refused = 0;
});

/** As D1 is within one invocation. */
function limited(): LedgerDatabase {
  let made = 0;
  return {
    prepare(statement) {
      made += 1;
      most = Math.max(most, made);
      if (made <= ALLOWED) return env.LEDGER.prepare(statement);
      refused += 1;
      throw new Error('D1_ERROR: Too many API requests by single worker invocation.');
    },
    batch: (statements) => env.LEDGER.batch(statements),
  };
}

const four = (): ConsumeDependencies =>
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
      return isReceiver ? receiver.app.fetch(request) : consumer.world.fetch(request);
    },
  });

let people = 0;
function person(facts: Partial<Signup> = {}): Signup {
  people += 1;
  const customerId = `cus_${people}`;
  consumer.world.stripe.addCustomer({ id: customerId });
  const visitorId = consumer.world.visitor({ params: { utm_source: 'google', utm_medium: 'cpc' } });
  return consumer.signup({ source: 'stripe', customerId, visitorId, ...facts });
}
const several = (count: number, facts: Partial<Signup> = {}) =>
  Array.from({ length: count }, () => person(facts));

interface Queued {
  id: string;
  body: unknown;
  attempts: number;
}
const queued = (bodies: readonly unknown[], attempts = 0): Queued[] =>
  bodies.map((body) => ({ id: crypto.randomUUID(), body, attempts }));

/** One invocation takes up to forty messages. Returns what is left of them, and what was put on the queue again. */
async function invoke(
  queue: readonly Queued[],
  more: Partial<ConsumeDependencies> = {},
  consume: Consume = consumeSignups,
): Promise<Queued[]> {
  const taken = queue.slice(0, 40).map((one) => ({ ...one, attempts: one.attempts + 1 }));
  const batch = createMessageBatch(
    'whence-signups',
    taken.map((message) => ({ ...message, timestamp: new Date(consumer.nowMs) })),
  );
  const ledgerWatch = { failure: undefined };
  const given = {
    ...four(),
    ledgerWatch,
    ...meterStatements(more.ledger ?? limited(), ALLOWED),
  };
  await consume(given, batch);
  const { explicitAcks } = await getQueueResult(batch, createExecutionContext());
  const later = consumer.later.splice(0).map(({ message }) => message);
  const left = taken.filter(({ id }) => !explicitAcks.includes(id));
  return [...queue.slice(40), ...left, ...queued(later)];
}

/** As many invocations as it takes, with what the ledger brings back. */
async function drain(queue: readonly Queued[], signups: readonly Signup[]): Promise<number> {
  let open = [...queue];
  for (let turn = 1; turn <= 60; turn += 1) {
    open = await invoke(open);
    consumer.nowMs += 61_000;
    const statuses = await Promise.all(signups.map(async ({ id }) => (await row(id))?.status));
    if (statuses.every((status) => status === 'delivered')) return turn;
    if (open.length === 0) {
      consumer.nowMs += 20 * 60_000;
      const due = signups.filter((_, index) => statuses[index] !== 'delivered');
      const ids = due.slice(0, 40).map(({ id }) => id);
      const askedAt = new Date(consumer.nowMs).toISOString();
      open = queued([{ version: 1, due: ids, refresh: [], askedAt }]);
    }
  }
  return Number.POSITIVE_INFINITY;
}

const trial = (id: string, deaths: number) =>
  env.LEDGER.prepare('INSERT INTO trials (signup_id, deaths, at) VALUES (?, ?, ?)')
    .bind(id, deaths, new Date(consumer.nowMs).toISOString())
    .run();

it('forty messages of somebody who was erased stay within 50 statements, and are over', async () => {
  const monitor = several(40, { email: 'monitor@example.com' });
  consumer.nowMs += 1000;
  await erasePerson(consumer.dependencies(), 'monitor@example.com');
  consumer.nowMs += 1000;
  expect(await invoke(queued(monitor))).toEqual([]);
  expect(most).toBeLessThanOrEqual(ALLOWED);
  expect(refused).toBe(0);
});

describe('with four destinations, a batch of', () => {
  it.each<[string, () => Promise<Queued[]>]>([
    ['forty that need a lookup', async () => queued(several(40))],
    [
      'those that need one and those that need none',
      async () => queued([...several(20), ...several(20, { visitorId: undefined })]),
    ],
    ['twenty whose invocation ended without a word', async () => queued(several(20), 1)],
    [
      'new ones of both kinds beside twenty whose invocation ended without a word',
      async () => [
        ...queued([...several(8), ...several(8, { visitorId: undefined })]),
        ...queued(several(20), 1),
      ],
    ],
    [
      'the same beside three that are on trial',
      async () => {
        const suspects = several(3);
        for (const { id } of suspects) await trial(id, 1);
        const others = [...several(8), ...several(8, { visitorId: undefined })];
        return [...queued(others), ...queued(several(15), 1), ...queued(suspects, 3)];
      },
    ],
  ])('%s arrives, and no invocation makes more than 50 statements', async (_, open) => {
    const queue = await open();
    const signups = queue.map(({ body }) => body as Signup);
    expect(await drain(queue, signups)).toBeLessThan(Number.POSITIVE_INFINITY);
    expect({ most: most <= ALLOWED, refused }).toEqual({ most: true, refused: 0 });
    expect(consumer.refusedRequests).toBe(0);
    const left = await env.LEDGER.prepare('SELECT count(*) AS n FROM trials').first('n');
    expect(left).toBe(0);
  });

  it('new ones, doubtful ones and an event that wakes sixty who wait for it stays within 50 statements', async () => {
    const waiting = several(60, { customerId: 'cus_hot' }).map((one) => ({
      ...one,
      email: undefined,
    }));
    consumer.world.stripe.addCustomer({ id: 'cus_hot' });
    await invoke(queued(waiting.slice(0, 30)));
    await invoke(queued(waiting.slice(30)));
    const event = person({ customerId: 'cus_hot', completing: true, email: 'hot@example.com' });
    const others = [...several(8), ...several(8, { visitorId: undefined })];
    const doubtful = several(10);
    consumer.nowMs += 61_000;
    const queue = [...queued([event, ...others]), ...queued(doubtful, 1)];
    expect(await drain(queue, [...waiting, ...others, ...doubtful])).toBeLessThan(60);
    expect({ most: most <= ALLOWED, refused }).toEqual({ most: true, refused: 0 });
  });

  it('refreshes whose invocation ended without a word are all made, beside new ones of both kinds', async () => {
    const known = several(12);
    expect(await drain(queued(known), known)).toBeLessThan(60);
    consumer.nowMs += 3_600_000;
    const askedAt = new Date(consumer.nowMs).toISOString();
    const refresh = known.map(({ id }) => id);
    consumer.world.datafast.forgetRequests();
    const others = [...several(4), ...several(4, { visitorId: undefined })];
    let queue = [...queued([{ version: 1, due: [], refresh, askedAt }], 1), ...queued(others)];
    for (let turn = 0; turn < 20 && queue.length > 0; turn += 1) {
      queue = await invoke(queue);
      consumer.nowMs += 61_000;
    }
    expect(queue).toEqual([]);
    const asked = consumer.world.datafast.requests.map(({ path }) => path.split('/').at(-1));
    expect(asked).toEqual(expect.arrayContaining(known.map(({ visitorId }) => visitorId)));
    expect({ most: most <= ALLOWED, refused }).toEqual({ most: true, refused: 0 });
  });

  /** D1 refuses whatever holds this signup. */
  const refusing = (bad: Signup | undefined): LedgerDatabase => {
    const ledger = limited();
    return {
      prepare(statement) {
        const prepared = ledger.prepare(statement);
        if (!statement.includes('INSERT INTO signups')) return prepared;
        return Object.assign(Object.create(prepared), {
          bind: (...values: unknown[]) => {
            if (String(values[0]).includes(`"${bad?.id}"`)) throw new Error('D1_ERROR: no');
            return prepared.bind(...values);
          },
        });
      },
      batch: (statements) => ledger.batch(statements),
    };
  };

  it('dead letters of which the ledger refuses one: the others are recorded', async () => {
    const signups = several(12);
    const [bad, ...others] = signups;
    let queue = queued(signups);
    for (let turn = 0; turn < 12 && queue.length > 1; turn += 1) {
      queue = await invoke(queue, { ledger: refusing(bad) }, consumeDeadLetters);
    }
    expect(queue.map(({ body }) => (body as Signup).id)).toEqual([bad?.id]);
    for (const { id } of others) expect(await row(id)).toMatchObject({ status: 'failed' });
    expect({ most: most <= ALLOWED, refused }).toEqual({ most: true, refused: 0 });
  });

  it('which one signup makes fail: it is found, and the others arrive', async () => {
    const signups = several(12);
    const [bad] = signups;
    let queue = queued(signups, 2);
    for (let turn = 0; turn < 40 && queue.length > 1; turn += 1) {
      queue = await invoke(queue, { ledger: refusing(bad) });
      consumer.nowMs += 61_000;
    }
    expect(queue.map(({ body }) => (body as Signup).id)).toEqual([bad?.id]);
    expect({ most: most <= ALLOWED, refused }).toEqual({ most: true, refused: 0 });
  });
});
