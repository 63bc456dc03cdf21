// What a replay delivers again, and what it must not undo.
import { createExecutionContext, createMessageBatch } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, it } from 'vitest';
import { NotQueued } from '../../src/delivery/enqueue.ts';
import { readSignup } from '../../src/ledger/query.ts';
import type { Signup } from '../../src/model.ts';
import { replayAll, replaySignup } from '../../src/operations/replay.ts';
import { worker } from '../worker-under-test.ts';
import { createWorld, OTHER_KEYS, type World } from '../world.ts';
import { call, run, settled, signup } from './operator.ts';

let world: World;
beforeEach(async () => {
  world = await createWorld();
});

describe('replay', () => {
  it('delivers a dead letter to HubSpot again', async () => {
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
    // Past its quarter of an hour: the old signup's visitor is fetched again, and is still the old one.
    await env.VISITORS.delete(`visitor:1:${visitorId}`);
    await call('POST', `/api/signups/${encodeURIComponent(first.id)}/replay`);
    await settled(first.id, 'delivered');
    const after = world.hubspot.contact(first.email ?? '')?.properties;
    expect(after).toMatchObject({
      datafast_source: 'Google',
      datafast_signed_up_at: before?.datafast_signed_up_at,
      datafast_lead_score: '90',
    });
  });

  it('takes all of a kind and a period, and says whether there is more', async () => {
    const dead = Array.from({ length: 3 }, () => signup());
    await run('whence-dead-letters', ...dead);
    const other = signup({ receivedAt: '2026-11-01T09:00:00.000Z' });
    await run('whence-dead-letters', other);

    const nothing = await call('POST', '/api/replay', { reason: 'datafast_down' });
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

  it.each([
    ['failed', 'whence-dead-letters', 'gave_up'],
    ['delivered', 'whence-signups', null],
  ])(
    'that the queue does not take leaves a %s signup as it was, and its history says so',
    async (status, queue, reason) => {
      const person = signup();
      await run(queue, person);
      const enqueueAll = () => Promise.reject(new Error('no queue'));
      const dependencies = { ledger: env.LEDGER, enqueueAll, now: Date.now };
      await expect(replaySignup(dependencies, person.id)).rejects.toThrow('no queue');
      const row = await readSignup(env.LEDGER, person.id);
      expect(row).toMatchObject({ status, deliveries: [{ status, reason }] });
      expect(row?.deliveries[0]?.history?.at(-1)).toMatchObject({ reason: 'replay_not_queued' });
    },
  );

  it('that the queue takes in part leaves only the others as they were', async () => {
    const dead = [signup(), signup(), signup()];
    for (const person of dead) await run('whence-dead-letters', person);
    const [first, ...others] = dead.map(({ id }) => id);
    const enqueueAll = () => Promise.reject(new NotQueued(new Set(others), 'full'));
    const dependencies = { ledger: env.LEDGER, enqueueAll, now: Date.now };
    await expect(replayAll(dependencies, { status: 'failed' })).rejects.toThrow();
    const statusOf = async (id = '') => (await readSignup(env.LEDGER, id))?.status;
    expect(await statusOf(first)).toBe('waiting');
    for (const id of others) expect(await statusOf(id)).toBe('failed');
  });

  it('opens only what failed, and says in the history that an operator did', async () => {
    const dead = signup();
    await run('whence-dead-letters', dead);
    await env.LEDGER.prepare(
      `INSERT INTO deliveries (signup_id, destination, status, attempts, updated_at)
       VALUES (?, 'another', 'delivered', 1, '')`,
    )
      .bind(dead.id)
      .run();
    await call('POST', '/api/replay', { status: 'failed' });
    const row = await settled(dead.id, 'delivered');
    const [other, hubspot] = row.deliveries;
    expect(other).toMatchObject({ destination: 'another', attempts: 1 });
    expect(hubspot?.history?.map(({ status, reason }) => `${status} ${reason}`)).toEqual([
      'failed gave_up',
      'waiting replayed',
      'delivered null',
    ]);
  });

  it('counts by reason what it would take, and takes nothing', async () => {
    const never = [signup(), signup(), signup({ receivedAt: '2026-10-01T09:00:00.000Z' })];
    await run('whence-dead-letters', ...never, { half: 'a message' });
    const counted = await call('POST', '/api/replay', {
      dryRun: true,
      receivedFrom: '2026-11-01T00:00:00Z',
    });
    expect(await counted.json()).toEqual({
      total: 3,
      reasons: [
        { reason: 'gave_up', signups: 2 },
        { reason: 'message_unreadable', signups: 1 },
      ],
    });
    const none = await call('POST', '/api/replay', { dryRun: true, reason: 'hubspot_down' });
    expect(await none.json()).toEqual({ total: 0, reasons: [] });
    for (const { id } of never)
      expect(await readSignup(env.LEDGER, id)).toMatchObject({ status: 'failed' });
  });
});

describe('a message that this version cannot read', () => {
  const ofTheFuture = { ...signup({ id: 'signup:future' }), version: 2, loyalty: ['gold'] };

  it('is kept whole when a newer version may be able to, and named when replayed too early', async () => {
    await run('whence-dead-letters', ofTheFuture);
    const answer = await call('POST', '/api/replay', {});
    expect(await answer.json()).toEqual({
      replayed: [],
      unreadable: ['unreadable:0'],
      nextCursor: null,
    });
    const row = await readSignup(env.LEDGER, 'unreadable:0');
    expect(row?.signup).toEqual(ofTheFuture);
    expect((await call('POST', '/api/signups/unreadable%3A0/replay')).status).toBe(409);
  });

  it('is delivered under its own id by the version that can', async () => {
    await run('whence-dead-letters', ofTheFuture);
    // The newer version, to which this message is an ordinary one.
    await env.LEDGER.prepare("UPDATE signups SET signup = json_set(signup, '$.version', 1)").run();
    const answer = await call('POST', '/api/signups/unreadable%3A0/replay');
    expect(await answer.json()).toEqual({ replayed: ['signup:future'], unreadable: [] });
    await settled('signup:future', 'delivered');
    expect(await readSignup(env.LEDGER, 'unreadable:0')).toBeUndefined();
  });

  it('that no version can read leaves nothing of its content behind', async () => {
    await run('whence-dead-letters', { note: 'call ada@example.com' }, 'ada@example.com');
    for (const id of ['unreadable:0', 'unreadable:1']) {
      expect(await readSignup(env.LEDGER, id)).toMatchObject({ status: 'failed', signup: {} });
    }
  });
});

describe('replay at one destination', () => {
  const both = { ...env, ATTIO_TOKEN: OTHER_KEYS.ATTIO_TOKEN };
  const post = (body: unknown) => {
    const request = new Request<unknown, IncomingRequestCfProperties>(
      'https://whence.example/api/replay',
      {
        method: 'POST',
        body: JSON.stringify(body),
        headers: { authorization: `Bearer ${env.ADMIN_TOKEN}`, 'content-type': 'application/json' },
      },
    );
    return worker.fetch(request, both, createExecutionContext());
  };
  const at = async (id: string) =>
    Object.fromEntries(
      ((await readSignup(env.LEDGER, id))?.deliveries ?? []).map((one) => [
        one.destination,
        one.status,
      ]),
    );

  it('brings signups there that are from before it was set, and sends none to the others again', async () => {
    const old = signup();
    await run('whence-signups', old);
    expect(await at(old.id)).toEqual({ hubspot: 'delivered' });
    const filter = { status: 'delivered', destination: 'attio' };
    expect(await (await post({ ...filter, dryRun: true })).json()).toMatchObject({ total: 1 });
    expect(await (await post(filter)).json()).toMatchObject({ replayed: [old.id] });
    expect(await at(old.id)).toEqual({ hubspot: 'delivered', attio: 'waiting' });
    // What is on its way is not sent twice.
    expect(await (await post(filter)).json()).toMatchObject({ replayed: [] });
  });

  it('opens what failed there, and leaves what failed elsewhere alone', async () => {
    const dead = signup();
    const message = { id: '0', timestamp: new Date(), attempts: 1, body: dead };
    await worker.queue(createMessageBatch('whence-dead-letters', [message]), both);
    expect(await at(dead.id)).toEqual({ hubspot: 'failed', attio: 'failed' });
    await post({ destination: 'attio' });
    expect(await at(dead.id)).toMatchObject({ hubspot: 'failed' });
    expect((await at(dead.id)).attio).not.toBe('failed');
  });

  it('that is off is refused, with those that are on', async () => {
    const response = await post({ destination: 'stripe' });
    expect(response.status).toBe(400);
    expect(await response.text()).toContain('those are hubspot, attio');
  });
});
