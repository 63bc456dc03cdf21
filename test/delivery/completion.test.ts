// The first event is not the last word: a signup without an address waits in the ledger for an event that brings it.
import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, it } from 'vitest';
import type { QueueMessage } from '../../src/delivery/bundle.ts';
import { consumeDeadLetters } from '../../src/delivery/dead-letters.ts';
import { readMatches } from '../../src/ledger/alert-facts.ts';
import { takeNews } from '../../src/ledger/completions.ts';
import { endWaits } from '../../src/ledger/end-waits.ts';
import { bringBack } from '../../src/maintenance/bring-back.ts';
import { prune } from '../../src/maintenance/prune.ts';
import type { Signup } from '../../src/model.ts';
import { erasePerson } from '../../src/operations/erase.ts';
import { replaySignup } from '../../src/operations/replay.ts';
import { type Consumer, openConsumer, row } from './consumer.ts';

const START = Date.parse('2026-11-23T09:00:00.000Z');
const DAY_MS = 24 * 60 * 60 * 1000;
const EMAIL = 'ada@example.com';
let consumer: Consumer;
beforeEach(async () => {
  consumer = await openConsumer(START);
});

let count = 0;
function event(facts: Partial<Signup>): Signup {
  count += 1;
  return consumer.signup({
    id: `paddle:evt_${count}`,
    source: 'paddle',
    email: undefined,
    customerId: 'ctm_1',
    ...facts,
  });
}
const tagged = (source = 'google') => consumer.world.visitor({ params: { utm_source: source } });
const half = (facts: Partial<Signup> = {}) => event({ visitorId: tagged(), ...facts });
const news = (facts: Partial<Signup> = {}) =>
  event({ email: EMAIL, name: 'Ada Lovelace', completing: true, ...facts });
const later = (ms: number) => {
  consumer.nowMs += ms;
};
const contact = (email = EMAIL) => consumer.world.hubspot.contact(email)?.properties;
const statusOf = async ({ id }: Signup) => (await row(id))?.status;
const completions = () =>
  env.LEDGER.prepare('SELECT count(*) AS n FROM completions').first<number>('n');
const waits = () => env.LEDGER.prepare('SELECT count(*) AS n FROM waits').first<number>('n');
const end = () => endWaits(env.LEDGER, new Date(consumer.nowMs).toISOString(), 500);

/** Some hours later, cron brings back what is due by the ledger. */
async function rescue() {
  later(4 * 3_600_000);
  const rescued: QueueMessage[] = [];
  await bringBack({
    ledger: env.LEDGER,
    destinationNames: ['hubspot'],
    enqueueLater: async (sent) => rescued.push(...sent.map(({ message }) => message)),
    now: () => consumer.nowMs,
  });
  await consumer.run(rescued);
}

/** Delivers a batch, whose messages are all acknowledged, and none is put on the queue. */
async function run(...signups: Signup[]) {
  const { delays, explicitAcks } = await consumer.run(signups);
  expect({ delays, later: consumer.later }).toEqual({ delays: [], later: [] });
  expect(explicitAcks).toHaveLength(signups.length);
}

describe('a signup without an address', () => {
  it.each([
    ['has none', { visitorId: undefined }, 'no_visitor_id'],
    ['has something else', { visitorId: undefined, visitorIdInvalid: true }, 'invalid_visitor_id'],
    ['has one, and is not looked up yet', {}, null],
  ] as const)(
    'says whether it has the ID of a visitor while it waits: it %s',
    async (_, facts, match) => {
      const signup = half(facts);
      await run(signup);
      expect(await row(signup.id)).toMatchObject({ status: 'waiting', match });
      // An event may still bring one, so that nobody is alarmed.
      const now = new Date(consumer.nowMs).toISOString();
      expect(await readMatches(env.LEDGER, now, consumer.nowMs)).toEqual([]);
      later(8 * DAY_MS);
      await consumer.run([signup]);
      expect(await row(signup.id)).toMatchObject({ status: 'skipped', match });
    },
  );

  it('whose event brings the ID of a visitor as well is not without one while DataFast is down', async () => {
    const signup = half({ visitorId: undefined });
    await run(signup);
    consumer.world.datafast.failWith({ status: 503 });
    await consumer.run([news({ visitorId: tagged() })]);
    expect(await row(signup.id)).toMatchObject({ status: 'waiting', match: null });
    consumer.world.datafast.failWith(undefined);
    await rescue();
    expect(await row(signup.id)).toMatchObject({ status: 'delivered', match: 'matched' });
  });

  it('waits in the ledger for seven days without a message, and shows there what it waits for', async () => {
    const signup = half();
    await run(signup);
    expect(await row(signup.id)).toMatchObject({
      status: 'waiting',
      email: null,
      deliveries: [
        {
          reason: 'waiting_for_customer',
          attempts: 0,
          nextAttemptAt: new Date(START + 7 * DAY_MS).toISOString(),
        },
      ],
    });
    expect(consumer.world.datafast.requests).toHaveLength(0);
    expect(consumer.world.hubspot.contacts()).toHaveLength(0);
  });

  it('goes on with the event that brings it, in the same batch and at once', async () => {
    const signup = half();
    await run(signup);
    later(6.9 * DAY_MS);
    await run(news());
    expect(contact()).toMatchObject({ datafast_source: 'Google', firstname: 'Ada' });
    expect(contact()?.datafast_signed_up_at).toBe('2026-11-23T09:00:00Z');
    expect(await row(signup.id)).toMatchObject({ status: 'delivered', email: EMAIL });
    expect(await waits()).toBe(0);
  });

  it('is complete at once when the event came first, up to eight days before', async () => {
    await run(news());
    expect(consumer.world.hubspot.contacts()).toHaveLength(0);
    later(7.9 * DAY_MS);
    const signup = half();
    await run(signup);
    expect(contact()).toMatchObject({ datafast_source: 'Google', firstname: 'Ada' });
    expect(await statusOf(signup)).toBe('delivered');
  });

  it.each([false, true])('finds the event in its own batch, reversed: %s', async (isReversed) => {
    const batch = [half(), news()];
    await run(...(isReversed ? batch.reverse() : batch));
    expect(contact()).toMatchObject({ datafast_source: 'Google' });
    expect(consumer.world.hubspot.contacts()).toHaveLength(1);
  });

  it('finds the address of any other signup of the customer, before, after or beside it', async () => {
    const checkout = (email: string, customerId: string) => event({ email, customerId });
    await run(checkout('one@example.com', 'ctm_1'));
    await run(half({ customerId: 'ctm_1' }));
    await run(half({ customerId: 'ctm_2' }));
    await run(checkout('two@example.com', 'ctm_2'));
    await run(half({ customerId: 'ctm_3' }), checkout('three@example.com', 'ctm_3'));
    for (const name of ['one', 'two', 'three']) {
      expect(contact(`${name}@example.com`), name).toMatchObject({ datafast_source: 'Google' });
    }
    expect(consumer.world.hubspot.contacts()).toHaveLength(3);
  });

  it('gets the address that the customer gave last, whichever event came first', async () => {
    const older = { email: 'old@example.com', occurredAt: '2026-11-23T08:00:00.000Z' };
    await run(news(), news(older), half());
    await run(news({ ...older, customerId: 'ctm_2' }));
    await run(
      news({ customerId: 'ctm_2', email: 'new@example.com' }),
      half({ customerId: 'ctm_2' }),
    );
    expect(contact()).toBeDefined();
    expect(contact('new@example.com')).toBeDefined();
    expect(contact('old@example.com')).toBeUndefined();
  });

  it('never gets the address of another provider’s customer, or of another customer', async () => {
    await run(news({ source: 'stripe' }), news({ customerId: 'ctm_2' }));
    const signup = half();
    await run(signup);
    await run(news({ source: 'stripe' }), news({ customerId: 'ctm_2' }));
    expect(await statusOf(signup)).toBe('waiting');
  });

  it('gets the visitor from the event as well, when it has none or only a guess', async () => {
    const signups = [
      half({ visitorId: undefined }),
      half({ visitorId: undefined, visitorIdInvalid: true, customerId: 'ctm_2' }),
      half({ visitorId: crypto.randomUUID(), visitorIdGuessed: true, customerId: 'ctm_3' }),
      half({ customerId: 'ctm_4' }),
    ];
    await run(...signups);
    for (const [index, { customerId }] of signups.entries()) {
      await run(
        news({ customerId, email: `p${index}@example.com`, visitorId: tagged(`s${index}`) }),
      );
    }
    expect([0, 1, 2, 3].map((index) => contact(`p${index}@example.com`)?.datafast_source)).toEqual([
      's0',
      's1',
      's2',
      'Google',
    ]);
  });

  it('gets address and visitor from two events', async () => {
    await run(half({ visitorId: undefined }));
    await run(news({ email: undefined, visitorId: tagged('newsletter') }));
    expect(consumer.world.hubspot.contacts()).toHaveLength(0);
    await run(news());
    expect(contact()).toMatchObject({ datafast_source: 'Newsletter' });
  });

  it('and with several of the customer becomes one contact of the first of them', async () => {
    const visitorId = tagged();
    const first = half({ visitorId: undefined });
    await run(first);
    later(1000);
    await run(half({ visitorId }));
    later(1000);
    await run(news());
    expect(consumer.world.hubspot.contacts()).toHaveLength(1);
    expect(contact()).toMatchObject({
      datafast_visitor_id: visitorId,
      datafast_signed_up_at: '2026-11-23T09:00:00Z',
    });
  });

  it('is skipped after seven days by cron alone, and nothing asks in between', async () => {
    const signup = half();
    await run(signup);
    later(6.9 * DAY_MS);
    expect(await end()).toBe(0);
    later(0.2 * DAY_MS);
    expect(await end()).toBe(1);
    expect(await end()).toBe(0);
    expect(await row(signup.id)).toMatchObject({
      status: 'skipped',
      deliveries: [{ reason: 'no_email', nextAttemptAt: null }],
    });
    const enqueued: unknown[] = [];
    await bringBack({
      ledger: env.LEDGER,
      destinationNames: ['hubspot'],
      enqueueLater: async (later) => enqueued.push(...later),
      now: () => consumer.nowMs,
    });
    expect(enqueued).toEqual([]);
  });

  it('that was skipped is not done: a later event still delivers it', async () => {
    const signup = half();
    await run(signup);
    later(8 * DAY_MS);
    await end();
    await run(news());
    expect(contact()).toMatchObject({ datafast_source: 'Google' });
    expect(await statusOf(signup)).toBe('delivered');
  });

  it('whose provider names no customer is skipped, until the same event comes with an address', async () => {
    const visitorId = tagged();
    const signup = half({ customerId: undefined, visitorId });
    await run(signup);
    expect(await row(signup.id)).toMatchObject({
      status: 'skipped',
      deliveries: [{ reason: 'no_email' }],
    });
    await run(signup);
    later(1000);
    const occurredAt = new Date(consumer.nowMs).toISOString();
    await run({
      ...signup,
      email: EMAIL,
      visitorId: undefined,
      occurredAt,
      receivedAt: occurredAt,
    });
    expect(contact()).toMatchObject({
      datafast_visitor_id: visitorId,
      datafast_signed_up_at: '2026-11-23T09:00:00Z',
    });
  });

  it('is the same signup when its second event comes in the same batch', async () => {
    const visitorId = tagged();
    const signup = half({ customerId: undefined, visitorId });
    const { explicitAcks } = await consumer.run([
      signup,
      { ...signup, email: EMAIL, visitorId: undefined },
    ]);
    expect(explicitAcks).toHaveLength(2);
    expect(contact()).toMatchObject({ datafast_visitor_id: visitorId });
  });

  it('can be replayed: it waits on, or arrives when the address is known by then', async () => {
    const signup = half();
    await run(signup);
    const replayed: Signup[] = [];
    const replay = () =>
      replaySignup(
        {
          ledger: env.LEDGER,
          enqueueAll: async (signups) => replayed.push(...signups),
          now: () => consumer.nowMs,
        },
        signup.id,
      );
    await replay();
    await run(...replayed.splice(0));
    expect((await row(signup.id))?.deliveries).toMatchObject([{ reason: 'waiting_for_customer' }]);
    await replay();
    await run(news(), ...replayed.splice(0));
    expect(await statusOf(signup)).toBe('delivered');
  });

  it('goes on with its event however many others do so in the same batch', async () => {
    const customers = Array.from({ length: 35 }, (_, index) => `ctm_many_${index}`);
    const signups = customers.flatMap((customerId) => [
      half({ customerId, visitorId: undefined }),
      half({ customerId, visitorId: undefined }),
    ]);
    await run(...signups.slice(0, 35));
    await run(...signups.slice(35));
    await consumer.run(
      customers.map((customerId) => news({ customerId, email: `${customerId}@example.com` })),
    );
    later(4 * 3_600_000);
    await bringBack({
      ledger: env.LEDGER,
      destinationNames: ['hubspot'],
      enqueueLater: async (sent) => {
        for (const { message } of sent) await consumer.run([message]);
      },
      now: () => consumer.nowMs,
    });
    expect(consumer.world.hubspot.contacts()).toHaveLength(35);
    expect(new Set(await Promise.all(signups.map(statusOf)))).toEqual(new Set(['delivered']));
  });

  it('that goes on and cannot be looked up now comes back by a message', async () => {
    const signup = half();
    await run(signup);
    consumer.world.datafast.failWith({ status: 503, times: 1 });
    const { delays } = await consumer.run([news()]);
    expect(delays).toEqual([]);
    expect(consumer.later).toMatchObject([{ message: { due: [signup.id] } }]);
    later(consumer.later[0]?.delaySeconds ?? 0 * 1000);
    later(3_600_000);
    await consumer.run(consumer.later.splice(0).map(({ message }) => message));
    expect(contact()).toMatchObject({ datafast_source: 'Google', firstname: 'Ada' });
  });

  it('and the event that brings it find each other when two batches run at once', async () => {
    for (let round = 0; round < 5; round += 1) {
      const customerId = `ctm_at_once_${round}`;
      const email = `at.once.${round}@example.com`;
      const signup = half({ customerId });
      await Promise.all([consumer.run([signup]), consumer.run([news({ customerId, email })])]);
      expect(await statusOf(signup)).toBe('delivered');
      expect(contact(email)).toBeDefined();
    }
  });
});

describe('two signups of one customer that both lack the same', () => {
  it.each([
    ['the address', {}],
    ['its verification', { source: 'auth0', email: EMAIL, emailVerified: false }],
  ])('%s wait, and do not wake each other', async (_, facts) => {
    await run(consumer.signup({ source: 'stripe', email: EMAIL, visitorId: tagged() }));
    later(60_000);
    const [one, other] = [half(facts), half(facts)];
    await run(one);
    await run(other);
    for (let turn = 0; turn < 3; turn += 1) {
      later(3_600_000);
      const { rescued } = await bringBack({
        ledger: env.LEDGER,
        destinationNames: ['hubspot'],
        enqueueLater: async () => undefined,
        now: () => consumer.nowMs,
      });
      expect(rescued).toBe(0);
    }
    expect([await statusOf(one), await statusOf(other)]).toEqual(['waiting', 'waiting']);
  });
});

describe('a completing event', () => {
  it('of before an erasure takes nothing of a signup that came after it', async () => {
    const old = news({ occurredAt: new Date(START - DAY_MS).toISOString() });
    await run(event({ email: EMAIL }));
    later(60_000);
    await erasePerson(consumer.dependencies(), EMAIL);
    later(60_000);
    const before = half({
      occurredAt: new Date(START - DAY_MS).toISOString(),
      receivedAt: old.receivedAt,
    });
    const signup = half();
    await run(before, signup);
    await run(old);
    expect(await row(before.id)).toBeUndefined();
    expect(await statusOf(signup)).toBe('waiting');
    await run(news());
    expect(await statusOf(signup)).toBe('delivered');
  });

  it('alone is no signup: no contact, no row, no lookup', async () => {
    const event = news({ visitorId: tagged() });
    await run(event);
    expect(await row(event.id)).toBeUndefined();
    expect(consumer.world.hubspot.contacts()).toHaveLength(0);
    expect(consumer.world.datafast.requests).toHaveLength(0);
  });

  it('is kept as one row for a customer, for eight days, and not for one who has arrived', async () => {
    await run(news(), news(), news());
    expect(await completions()).toBe(1);
    await run(event({ email: 'bob@example.com', customerId: 'ctm_2' }));
    await run(news({ email: 'bob@example.com', customerId: 'ctm_2' }));
    expect(await completions()).toBe(1);
    const pruneNow = () =>
      prune({ ledger: env.LEDGER, retentionDays: 90, now: () => consumer.nowMs });
    later(7.9 * DAY_MS);
    await pruneNow();
    expect(await completions()).toBe(1);
    later(0.2 * DAY_MS);
    await pruneNow();
    expect(await completions()).toBe(0);
  });

  it('that the queue gave up on is kept, and what waits for it goes on with the rescue', async () => {
    const signup = half();
    await run(signup);
    await consumer.run([news()], consumeDeadLetters);
    await rescue();
    expect(contact()).toMatchObject({ datafast_source: 'Google' });
  });
});

describe('a first half that the queue gives up on', () => {
  it('goes on with the rescue when the event came while its message could not be delivered', async () => {
    const signup = half();
    await run(signup);
    // The event looked for it before its row was there, and the message of the signup came again, but never got through.
    await takeNews(env.LEDGER, [news()], new Date(consumer.nowMs).toISOString());
    await consumer.run([signup], consumeDeadLetters);
    await rescue();
    expect(await statusOf(signup)).toBe('delivered');
    expect(contact()).toMatchObject({ datafast_source: 'Google' });
  });

  it.each([
    ['before', (signup: Signup) => [signup, news()]],
    ['after', (signup: Signup) => [news(), signup]],
  ])(
    'goes on with the rescue when the event is a dead letter of the same batch, and stands %s',
    async (_, lettersOf) => {
      const signup = half();
      await run(signup);
      await consumer.run(lettersOf(signup), consumeDeadLetters);
      await rescue();
      expect(await statusOf(signup)).toBe('delivered');
      expect(contact()).toMatchObject({ datafast_source: 'Google' });
    },
  );

  it('goes on with the rescue when the event only verifies its address', async () => {
    const signup = half({ email: EMAIL, emailVerified: false });
    consumer.world.hubspot.addContact({ email: EMAIL });
    await run(signup);
    expect(await statusOf(signup)).toBe('waiting');
    await consumer.run([signup, news({ emailVerified: true })], consumeDeadLetters);
    await rescue();
    expect(await statusOf(signup)).toBe('delivered');
  });

  it('goes on waiting when nothing has come', async () => {
    const signup = half();
    await run(signup);
    await consumer.run([signup], consumeDeadLetters);
    expect(await statusOf(signup)).toBe('waiting');
    expect(await waits()).toBe(1);
  });

  it('takes nothing from the ledger that the second half has said', async () => {
    const first = half({ visitorId: undefined });
    const whole = { ...first, email: EMAIL, visitorId: tagged() };
    consumer.world.hubspot.failWith({ status: 503, times: 1 });
    await consumer.run([whole]);
    await consumer.run([first], consumeDeadLetters);
    expect((await row(first.id))?.signup).toMatchObject({
      email: EMAIL,
      visitorId: whole.visitorId,
    });
  });

  it('nor where that one has arrived', async () => {
    const first = half({ visitorId: undefined });
    const whole = { ...first, email: EMAIL, visitorId: tagged() };
    await consumer.run([whole]);
    await consumer.run([first], consumeDeadLetters);
    expect(await row(first.id)).toMatchObject({ status: 'delivered', signup: { email: EMAIL } });
  });
});

describe('an erasure', () => {
  const erase = () =>
    erasePerson(
      { ledger: env.LEDGER, forgetVisitor: async () => undefined, now: () => consumer.nowMs },
      EMAIL,
    );

  it('removes the half that waits and what events have said, and neither comes back', async () => {
    const signup = half();
    await run(news({ email: 'ada@old.example' }));
    await run(news());
    await env.LEDGER.prepare('DELETE FROM deliveries').run();
    const told = news();
    const waiting = half({ customerId: 'ctm_2' });
    await run(waiting);
    await run(event({ email: EMAIL, customerId: 'ctm_3' }));
    expect(await erase()).toMatchObject({ signups: 2 });
    expect(await completions()).toBe(0);
    expect(await statusOf(waiting)).toBe('waiting');
    await run(told, signup);
    expect(await completions()).toBe(0);
    expect(await row(signup.id)).toBeUndefined();
  });

  it('removes a half whose customer is known by an event that came with another address', async () => {
    const signup = half();
    await consumer.run([signup]);
    await env.LEDGER.prepare('DELETE FROM waits').run();
    await run(news());
    expect(await erase()).toMatchObject({ signups: 2 });
    expect(await row(signup.id)).toBeUndefined();
    expect([await completions(), await waits()]).toEqual([0, 0]);
  });
});
