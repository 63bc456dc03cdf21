// A person who wants to be forgotten, wherever something of them is.
import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { SAMPLE_EMAIL } from '../../src/identifiers.ts';
import { readPerson } from '../../src/ledger/erasure.ts';
import { readSignup } from '../../src/ledger/query.ts';
import type { Signup } from '../../src/model.ts';
import { erasePerson } from '../../src/operations/erase.ts';
import { replaySignup } from '../../src/operations/replay.ts';
import { openConsumer } from '../delivery/consumer.ts';
import { createWorld, type World } from '../world.ts';
import { call, run, signup } from './operator.ts';

let world: World;
beforeEach(async () => {
  world = await createWorld();
});

const NOTHING = { signups: 0, unreadable: 0, deliveries: 0, visitors: 0 };
/** Of somebody who signs up after what was before. */
const later = () => new Date(Date.now() + 60_000).toISOString();

describe('erasure', () => {
  it('that the cache interrupts can be repeated, and then nothing is left', async () => {
    const visitorId = world.visitor();
    await run('whence-signups', signup({ email: 'eve@example.com', visitorId }));
    const forgotten: string[] = [];
    const erase = (forgetVisitor: (id: string) => Promise<unknown>) =>
      erasePerson({ ledger: env.LEDGER, forgetVisitor, now: Date.now }, 'eve@example.com');
    await expect(erase(() => Promise.reject(new Error('KV is full')))).rejects.toThrow();
    expect(await erase(async (id) => forgotten.push(id))).toMatchObject({
      signups: 1,
      visitors: 1,
    });
    // Before the rows go, and after: a batch may have kept the visitor again in between.
    expect(forgotten).toEqual([visitorId, visitorId]);
  });

  it('removes a person from ledger and cache, answers what it removed, and then nothing is left', async () => {
    const visitorId = world.visitor();
    const person = signup({ email: 'ada@example.com', visitorId });
    await run('whence-signups', person);
    expect(await env.VISITORS.get(`visitor:1:${visitorId}`)).not.toBeNull();

    const erased = await call('DELETE', '/api/people/Ada%40Example.com');
    expect(await erased.json()).toEqual({
      signups: 1,
      unreadable: 0,
      deliveries: 1,
      visitors: 1,
    });
    expect(await readSignup(env.LEDGER, person.id)).toBeUndefined();
    expect(await env.VISITORS.get(`visitor:1:${visitorId}`)).toBeNull();
    const again = await call('DELETE', '/api/people/ada@example.com');
    expect(await again.json()).toEqual(NOTHING);
  });

  it('at the destinations finds the contact by its ID when its address was changed there', async () => {
    const visitorId = world.visitor();
    await run('whence-signups', signup({ email: 'ada@example.com', visitorId }));
    world.hubspot.correctContact('ada@example.com', { email: 'ada@new.example' });
    const erased = await call('DELETE', '/api/people/ada@example.com?destinations=true');
    expect(await erased.json()).toMatchObject({
      signups: 1,
      destinations: [
        {
          name: 'hubspot',
          status: 'delivered',
          reason: null,
          erased: expect.arrayContaining(['datafast_channel', 'datafast_visitor_id']),
        },
      ],
    });
    const { properties = {} } = world.hubspot.contact('ada@new.example') ?? {};
    expect(Object.keys(properties).filter((name) => name.startsWith('datafast_'))).toEqual([]);
  });

  it('at the destinations deletes the contact of setup’s sample, and of nobody else', async () => {
    for (const email of [SAMPLE_EMAIL, 'ada@example.com', 'whence.sample@example.org']) {
      await run('whence-signups', signup({ email }));
      const path = `/api/people/${encodeURIComponent(email)}?destinations=true`;
      const erased = await call('DELETE', path);
      const deleted = email === SAMPLE_EMAIL;
      expect(await erased.json()).toMatchObject({
        signups: 1,
        destinations: [{ name: 'hubspot', status: 'delivered', reason: null, deleted }],
      });
      expect(world.hubspot.contact(email) === undefined).toBe(deleted);
    }
  });

  it('at a destination that is down erases nothing anywhere, and can be repeated', async () => {
    const person = signup({ email: 'ada@example.com', visitorId: world.visitor() });
    await run('whence-signups', person);
    world.hubspot.failWith({ status: 503 });
    const path = '/api/people/ada@example.com?destinations=true';
    expect((await call('DELETE', path)).status).toBe(503);
    expect(await readSignup(env.LEDGER, person.id)).toBeDefined();
    world.hubspot.failWith(undefined);
    expect((await call('DELETE', path)).status).toBe(200);
    expect(await rowsInLedger()).toBe(0);
  });

  it('holds even where a message of the person still waits on the queue', async () => {
    const person = signup({ email: 'ada@example.com', visitorId: crypto.randomUUID() });
    const now = new Date().toISOString();
    Object.assign(person, { occurredAt: now, receivedAt: now });
    await run('whence-signups', person);
    expect(await readSignup(env.LEDGER, person.id)).toMatchObject({ status: 'waiting' });

    await call('DELETE', '/api/people/ada@example.com');
    const { explicitAcks } = await run('whence-signups', person);
    expect(explicitAcks).toEqual(['0']);
    await run('whence-dead-letters', person);
    expect(await readSignup(env.LEDGER, person.id)).toBeUndefined();
    expect(world.hubspot.contacts()).toHaveLength(0);
  });

  it('holds for what was on the queue and not yet in the ledger, and not for a later signup', async () => {
    const person = signup({ email: 'ada@example.com' });
    await call('DELETE', '/api/people/ada@example.com');
    await run('whence-signups', person);
    expect(world.hubspot.contacts()).toHaveLength(0);
    expect(await readSignup(env.LEDGER, person.id)).toBeUndefined();

    const again = { occurredAt: later(), receivedAt: later() };
    await run('whence-signups', signup({ email: 'ada@example.com', ...again }));
    expect(world.hubspot.contacts()).toHaveLength(1);
  });

  it('holds where only a later event tells whose the signup was', async () => {
    const consumer = await openConsumer(Date.now());
    const email = 'ada@example.com';
    const customerId = 'cus_erased';
    const occurredAt = new Date(consumer.nowMs - 86_400_000).toISOString();
    await erasePerson(consumer.dependencies(), email);
    consumer.nowMs += 1_000;
    await consumer.run([consumer.signup({ email, customerId, completing: true })]);
    await consumer.run([consumer.signup({ email: undefined, customerId, occurredAt })]);
    expect(consumer.world.hubspot.contact(email)).toBeUndefined();
    const now = new Date(consumer.nowMs).toISOString();
    await consumer.run([consumer.signup({ email: undefined, customerId, occurredAt: now })]);
    expect(consumer.world.hubspot.contact(email)).toBeDefined();
  });

  it('does not reach the person whose address somebody else gave without verifying it', async () => {
    const consumer = await openConsumer(Date.now());
    const victim = consumer.signup({ source: 'stripe', email: 'victim@example.com' });
    await consumer.run([victim]);
    const eve = { source: 'clerk', customerId: 'user_eve' };
    await consumer.run([
      consumer.signup({ ...eve, email: 'victim@example.com', emailVerified: false }),
    ]);
    await consumer.run([
      consumer.signup({ ...eve, email: 'eve@example.com', emailVerified: true, completing: true }),
    ]);
    consumer.nowMs += 1_000;
    const { emails } = await readPerson(env.LEDGER, 'eve@example.com');
    expect(emails).toEqual(['eve@example.com']);
    await erasePerson(consumer.dependencies(), 'eve@example.com');
    expect(await readSignup(env.LEDGER, victim.id)).toMatchObject({ status: 'delivered' });
    await consumer.run([victim]);
    expect(await readSignup(env.LEDGER, victim.id)).toMatchObject({ status: 'delivered' });
  });

  it('does not keep an old customer from signing up again', async () => {
    await run('whence-signups', signup({ email: 'ada@example.com' }));
    await call('DELETE', '/api/people/ada@example.com');
    const began = '2026-01-05T09:00:00.000Z';
    const again = signup({ email: 'ada@example.com', occurredAt: began });
    Object.assign(again, { eventAt: later(), receivedAt: later() });
    await run('whence-signups', again);
    expect(await readSignup(env.LEDGER, again.id)).toMatchObject({ occurredAt: began });
    const late = signup({ email: 'ada@example.com', occurredAt: began, receivedAt: later() });
    Object.assign(late, { eventAt: '2026-11-20T09:00:00.000Z' });
    await run('whence-signups', late);
    expect(await readSignup(env.LEDGER, late.id)).toBeUndefined();
  });

  it('finds the partial signups of the person that still wait for an email', async () => {
    const half = signup({ source: 'paddle', email: undefined, customerId: 'ctm_1' });
    const now = new Date().toISOString();
    Object.assign(half, { receivedAt: now });
    await run('whence-signups', half);
    await run(
      'whence-signups',
      signup({
        source: 'paddle',
        email: 'ada@example.com',
        customerId: 'ctm_1',
        completing: true,
      }),
    );
    const erased = await call('DELETE', '/api/people/ada@example.com');
    expect(await erased.json()).toMatchObject({ signups: 2, deliveries: 1 });
    expect(await readSignup(env.LEDGER, half.id)).toBeUndefined();
  });

  it.each([
    ['another case', 'Ada@Example.COM'],
    ['percent-encoding', 'ada%40example.com'],
    ['spaces around', '%20ada%40example.com%20'],
  ])('finds the person in %s', async (_, path) => {
    await run('whence-signups', signup({ email: 'ada@example.com' }));
    const erased = await call('DELETE', `/api/people/${path}`);
    expect(await erased.json()).toMatchObject({ signups: 1 });
  });

  it.each([
    'ada+trial@example.com',
    'o’brien@example.com',
    'a/b%c@example.com',
    'zoë@exämple.de',
    'Ülkü@example.com',
  ])('takes %s literally, and leaves everybody else alone', async (email) => {
    const others = ['ada@example.com', 'xada+trial@example.com', 'brien@example.com'];
    await run('whence-signups', ...[email, ...others].map((each) => signup({ email: each })));
    const erased = await call('DELETE', `/api/people/${encodeURIComponent(email)}`);
    expect(await erased.json()).toMatchObject({ signups: 1, deliveries: 1 });
    expect(await emailsInLedger()).toEqual(others.sort());
  });

  it.each(['ada', 'ada%2540example.com', '%20'])(
    'refuses %s, which is no address',
    async (path) => {
      expect((await call('DELETE', `/api/people/${path}`)).status).toBe(400);
    },
  );

  it('forgets visitor and referrer, and not those of another person', async () => {
    const facts = { pages: ['example.com/'], referrer: 'https://news.ycombinator.com/' };
    const [hers, his] = [world.visitor(facts), world.visitor(facts)];
    await run('whence-signups', signup({ email: 'ada@example.com', visitorId: hers }));
    await run('whence-signups', signup({ email: 'bob@example.com', visitorId: his }));
    for (const id of [hers, his]) {
      expect(await env.VISITORS.get(`visitor:1:${id}`)).toContain('news.ycombinator.com');
    }
    await call('DELETE', '/api/people/ada@example.com');
    const { keys } = await env.VISITORS.list();
    expect(keys.map(({ name }) => name)).toEqual([`visitor:1:${his}`]);
    expect(await emailsInLedger()).toEqual(['bob@example.com']);
  });

  it('finds signups whose email came from another event, under whichever address is given', async () => {
    const customerId = 'ctm_1';
    const half = signup({ source: 'paddle', email: undefined, customerId });
    const told = (email: string, occurredAt: string) =>
      signup({ source: 'paddle', email, customerId, completing: true, occurredAt });
    await run('whence-signups', half, told('ada@old.example', '2026-11-20T09:00:01.000Z'));
    await run('whence-signups', told('ada@new.example', '2026-11-21T09:00:00.000Z'));
    const erased = await call('DELETE', '/api/people/ada@new.example');
    expect(await erased.json()).toMatchObject({ signups: 2 });
    expect(await emailsInLedger()).toEqual([]);

    // Nor do events bring them back that were on their way under the old address, or under none.
    await run('whence-signups', told('ada@old.example', '2026-11-20T10:00:00.000Z'));
    await run('whence-signups', signup({ source: 'paddle', email: undefined, customerId }));
    expect(await rowsInLedger()).toBe(0);
  });

  it('reads unreadable dead letters for the address, and only for that one', async () => {
    const message = (email: string) => ({
      version: 2,
      id: 'signup:x',
      source: 'signup',
      who: { email },
    });
    const letters = [
      'mailto:Ada@Example.com',
      'Ada <ada@example.com>.',
      'xada@example.com',
      'ada@example.com.au',
    ];
    await run('whence-dead-letters', ...letters.map(message));
    const erased = await call('DELETE', '/api/people/ada@example.com');
    expect(await erased.json()).toEqual({ signups: 0, unreadable: 2, deliveries: 2, visitors: 0 });
    // One that comes afterwards does not bring the address back.
    await run('whence-dead-letters', message('ada@example.com'));
    expect(await rowsInLedger()).toBe(2);
  });

  it('removes dead letters, and those that only now come out of the queue', async () => {
    await run('whence-dead-letters', signup({ email: 'ada@example.com' }));
    expect(await (await call('DELETE', '/api/people/ada@example.com')).json()).toMatchObject({
      signups: 1,
    });
    const { explicitAcks } = await run('whence-dead-letters', signup({ email: 'ada@example.com' }));
    expect(explicitAcks).toEqual(['0']);
    expect(await rowsInLedger()).toBe(0);
  });

  it('outruns a replay: its message finds nobody', async () => {
    const dead = signup({ email: 'ada@example.com' });
    await run('whence-dead-letters', dead);
    const messages: Signup[] = [];
    const enqueueAll = async (signups: readonly Signup[]) => {
      messages.push(...signups);
    };
    await replaySignup({ ledger: env.LEDGER, enqueueAll, now: Date.now }, dead.id);
    await call('DELETE', '/api/people/ada@example.com');
    await run('whence-signups', ...messages);
    expect(world.hubspot.contacts()).toHaveLength(0);
    expect(await rowsInLedger()).toBe(0);
  });

  it('stands against a batch under way, which has read the ledger before', async () => {
    const visitorId = world.visitor();
    const person = signup({ email: 'ada@example.com', visitorId });
    const during = vi.spyOn(globalThis, 'fetch').mockImplementation(async (input, init) => {
      const request = new Request(input, init);
      if (request.url.includes('batch/upsert')) await call('DELETE', '/api/people/ada@example.com');
      return world.fetch(request);
    });
    await run('whence-signups', person);
    during.mockRestore();
    expect(await rowsInLedger()).toBe(0);
    expect((await env.VISITORS.list()).keys).toEqual([]);
  });

  it('stands against a batch that waits for a slow DataFast', async () => {
    const consumer = await openConsumer(Date.now());
    const [ada, bob] = ['ada@example.com', 'bob@example.com'].map((email) =>
      consumer.signup({ email, visitorId: consumer.world.visitor() }),
    );
    let isErased = false;
    consumer.world.datafast.failWith(async () => {
      if (isErased) return undefined;
      isErased = true;
      consumer.nowMs += 6_000;
      await erasePerson({ ...consumer.dependencies(), now: Date.now }, 'ada@example.com');
      return undefined;
    });
    const { explicitAcks } = await consumer.run([ada, bob]);
    expect(explicitAcks).toHaveLength(2);
    expect(consumer.world.hubspot.contact('ada@example.com')).toBeUndefined();
    expect(await emailsInLedger()).toEqual(['bob@example.com']);
  });

  it('says nothing of the person in its tombstones', async () => {
    await run(
      'whence-signups',
      signup({ email: 'ada@example.com', source: 'paddle', customerId: 'ctm_1' }),
    );
    await call('DELETE', '/api/people/ada@example.com');
    const { results } = await env.LEDGER.prepare('SELECT person FROM erased_people').all();
    expect(results).toHaveLength(2);
    expect(JSON.stringify(results)).not.toMatch(/ada|ctm/);
  });
});

async function emailsInLedger(): Promise<unknown[]> {
  const { results } = await env.LEDGER.prepare('SELECT email FROM signups ORDER BY email').all();
  return results.map(({ email }) => email);
}

async function rowsInLedger(): Promise<number> {
  const tables = ['signups', 'deliveries'].map((table) =>
    env.LEDGER.prepare(`SELECT count(*) AS rows FROM ${table}`).first<number>('rows'),
  );
  const [signups, deliveries] = await Promise.all(tables);
  expect(deliveries).toBe(signups);
  return signups ?? 0;
}
