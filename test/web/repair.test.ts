// What an operator does about signups: those of the past, those that failed, and people who want to be forgotten.
import { createExecutionContext, createMessageBatch, getQueueResult } from 'cloudflare:test';
import { env, exports } from 'cloudflare:workers';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { readSignup } from '../../src/delivery/ledger-query.ts';
import { queuePortions } from '../../src/delivery/queue-portions.ts';
import { replayAll, replaySignup } from '../../src/delivery/replay.ts';
import type { Signup } from '../../src/model.ts';
import worker from '../../src/worker.ts';
import { createWorld, type World } from '../world.ts';

let world: World;
beforeEach(async () => {
  world = await createWorld();
});

const call = (method: string, path: string, body?: unknown) =>
  exports.default.fetch(
    new Request(`https://whence.example${path}`, {
      method,
      body: body === undefined ? null : JSON.stringify(body),
      headers: { authorization: `Bearer ${env.ADMIN_TOKEN}`, 'content-type': 'application/json' },
    }),
  );

let count = 0;
function signup(facts: Partial<Signup> = {}): Signup {
  count += 1;
  return {
    version: 1,
    id: `signup:msg_${count}`,
    source: 'signup',
    email: `repair${count}@example.com`,
    occurredAt: '2026-11-20T09:00:00.000Z',
    receivedAt: `2026-11-20T09:00:0${count % 10}.000Z`,
    test: false,
    ...facts,
  };
}

async function run(queue: string, ...bodies: Signup[]) {
  const messages = bodies.map((body, index) => ({
    id: String(index),
    timestamp: new Date(),
    attempts: 1,
    body,
  }));
  const batch = createMessageBatch(queue, messages);
  await worker.queue(batch, env);
  return getQueueResult(batch, createExecutionContext());
}

const settled = (id: string, status: string) =>
  vi.waitUntil(
    async () => {
      const row = await readSignup(env.LEDGER, id);
      return row?.status === status && row;
    },
    { timeout: 10_000 },
  );

describe('replay', () => {
  it('takes a dead letter to HubSpot once more', async () => {
    const dead = signup({ visitorId: world.visitor({ params: { utm_source: 'google' } }) });
    await run('whence-dead-letters', dead);
    expect(await readSignup(env.LEDGER, dead.id)).toMatchObject({ status: 'failed' });

    const response = await call('POST', `/api/signups/${encodeURIComponent(dead.id)}/replay`);
    expect(await response.json()).toEqual({ replayed: [dead.id], unreadable: [] });
    await settled(dead.id, 'delivered');
    expect(world.hubspot.contact(dead.email ?? '')?.properties.datafast_source).toBe('Google');
  });

  it('of what is delivered changes no first touch and rolls no newer value back', async () => {
    const visitorId = world.visitor({
      params: { utm_source: 'google' },
      prediction: { score: 40 },
    });
    const first = signup({ visitorId });
    const later = signup({
      email: first.email,
      visitorId: world.visitor({ params: { utm_source: 'reddit' }, prediction: { score: 90 } }),
      occurredAt: '2026-11-22T09:00:00.000Z',
    });
    await run('whence-signups', first);
    await run('whence-signups', later);
    const before = world.hubspot.contact(first.email ?? '')?.properties;
    await call('POST', `/api/signups/${encodeURIComponent(first.id)}/replay`);
    await settled(first.id, 'delivered');
    const after = world.hubspot.contact(first.email ?? '')?.properties;
    expect(after?.datafast_source).toBe('Google');
    expect(after?.datafast_signed_up_at).toBe(before?.datafast_signed_up_at);
  });

  it('takes all of a kind and a period, and says whether there is more', async () => {
    const dead = Array.from({ length: 3 }, () => signup());
    await run('whence-dead-letters', ...dead);
    const other = signup({ receivedAt: '2026-11-01T09:00:00.000Z' });
    await run('whence-dead-letters', other);

    const nothing = await call('POST', '/api/replay', { reason: 'gave_up: datafast' });
    expect(await nothing.json()).toEqual({ replayed: [], unreadable: [], nextCursor: null });
    const some = await call('POST', '/api/replay', {
      reason: 'gave_up',
      receivedFrom: '2026-11-10T00:00:00Z',
    });
    const { replayed } = await some.json<{ replayed: string[] }>();
    expect(new Set(replayed)).toEqual(new Set(dead.map(({ id }) => id)));
    for (const { id } of dead) await settled(id, 'delivered');
    expect(await readSignup(env.LEDGER, other.id)).toMatchObject({ status: 'failed' });
  });

  it('goes on where it stopped, and never sends one signup twice', async () => {
    const dead = Array.from({ length: 120 }, (_, index) =>
      signup({ id: `signup:many_${index}`, receivedAt: '2026-11-20T10:00:00.000Z' }),
    );
    for (let start = 0; start < dead.length; start += 40) {
      await run('whence-dead-letters', ...dead.slice(start, start + 40));
    }
    const queued: string[] = [];
    const dependencies = {
      ledger: env.LEDGER,
      enqueueAll: async (signups: readonly Signup[]) => queued.push(...signups.map(({ id }) => id)),
      now: Date.now,
    };
    const { next } = await replayAll(dependencies, { status: 'failed' });
    expect(queued).toHaveLength(100);
    expect(await replayAll(dependencies, { status: 'failed', after: next })).not.toHaveProperty(
      'next',
    );
    // Nor does a second call bring back what is on its way already.
    expect((await replayAll(dependencies, { status: 'waiting' })).replayed).toEqual([]);
    expect(queued).toHaveLength(120);
    expect(new Set(queued).size).toBe(120);
  });

  it('that the queue does not take leaves the signups failed, where they can be found', async () => {
    const dead = signup();
    await run('whence-dead-letters', dead);
    const enqueueAll = () => Promise.reject(new Error('no queue'));
    const dependencies = { ledger: env.LEDGER, enqueueAll, now: Date.now };
    await expect(replaySignup(dependencies, dead.id)).rejects.toThrow('no queue');
    expect(await readSignup(env.LEDGER, dead.id)).toMatchObject({
      status: 'failed',
      deliveries: [{ status: 'failed', reason: 'replay_not_queued' }],
    });
  });

  it('fits the queue’s own limits, whatever people wrote', () => {
    const messages = Array.from({ length: 250 }, () => ({
      body: { referrer: '漢'.repeat(1_900) },
    }));
    const portions = queuePortions(messages);
    expect(portions.flat()).toHaveLength(250);
    for (const portion of portions) {
      expect(portion.length).toBeLessThanOrEqual(100);
      const bytes = new TextEncoder().encode(JSON.stringify(portion)).length;
      expect(bytes).toBeLessThan(256_000);
    }
    expect(portions.length).toBeGreaterThan(3);
  });

  it.each([
    ['POST', '/api/signups/signup%3Anobody/replay', undefined, 404],
    ['POST', '/api/replay', { status: 'nonsense' }, 400],
    ['POST', '/api/replay', { receivedFrom: 'yesterday' }, 400],
  ])('%s %s with %j is answered %d', async (method, path, body, status) => {
    expect((await call(method, path, body)).status).toBe(status);
  });
});

describe('backfill', () => {
  it('accepts signups of the past, each with its own result, and the same again changes nothing', async () => {
    const visitorId = world.visitor({ params: { utm_source: 'chatgpt.com' } });
    const rows = [
      { email: 'Ada@Example.com', signed_up_at: '2026-10-01T08:00:00Z', visitor_id: visitorId },
      { email: 'not an address', signed_up_at: '2026-10-01T08:00:00Z' },
      { email: 'bob@example.com', signed_up_at: '2026-10-02', name: 'Bob' },
      { email: 'eve@example.com', signed_up_at: '2031-01-01' },
    ];
    const response = await call('POST', '/api/signups', { signups: rows });
    const { items } = await response.json<{ items: { status: string; id: string }[] }>();
    expect(items.map(({ status }) => status)).toEqual([
      'accepted',
      'refused',
      'accepted',
      'refused',
    ]);
    await settled(items[0]?.id ?? '', 'delivered');
    await settled(items[2]?.id ?? '', 'delivered');
    expect(world.hubspot.contact('ada@example.com')?.properties).toMatchObject({
      datafast_channel: 'AI Assistant',
      datafast_signup_source: 'backfill',
      datafast_signed_up_at: expect.stringContaining('2026-10-01T08:00:00'),
    });

    const again = await call('POST', '/api/signups', { signups: rows });
    expect(await again.json()).toEqual({ items });
    expect(world.hubspot.contacts()).toHaveLength(2);
  });

  it.each([
    ['nothing', {}],
    ['no list', { signups: 'ada@example.com' }],
    ['an empty list', { signups: [] }],
    ['more than a hundred', { signups: Array.from({ length: 101 }, () => ({})) }],
  ])('refuses %s', async (_, body) => {
    expect((await call('POST', '/api/signups', body)).status).toBe(400);
  });

  it('never puts an email into an id', async () => {
    const response = await call('POST', '/api/signups', {
      signups: [{ email: 'ada@example.com', signed_up_at: '2026-10-01' }],
    });
    expect(await response.text()).not.toContain('ada');
  });
});

describe('erasure', () => {
  it('removes a person from ledger and cache, answers what it removed, and then nothing is left', async () => {
    const visitorId = world.visitor();
    const person = signup({ email: 'ada@example.com', visitorId });
    await run('whence-signups', person);
    expect(await env.VISITORS.get(`visitor:1:${visitorId}`)).not.toBeNull();

    const erased = await call('DELETE', '/api/people/Ada%40Example.com');
    expect(await erased.json()).toEqual({ signups: 1, visitors: 1 });
    expect(await readSignup(env.LEDGER, person.id)).toBeUndefined();
    expect(await env.VISITORS.get(`visitor:1:${visitorId}`)).toBeNull();
    const again = await call('DELETE', '/api/people/ada@example.com');
    expect(await again.json()).toEqual({ signups: 0, visitors: 0 });
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

    const later = new Date(Date.now() + 60_000).toISOString();
    await run('whence-signups', signup({ email: 'ada@example.com', receivedAt: later }));
    expect(world.hubspot.contacts()).toHaveLength(1);
  });

  it('finds halves of the person that still wait for an email', async () => {
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
        customerOnly: true,
      }),
    );
    const erased = await call('DELETE', '/api/people/ada@example.com');
    expect(await erased.json()).toEqual({ signups: 2, visitors: 0 });
    expect(await readSignup(env.LEDGER, half.id)).toBeUndefined();
  });
});
