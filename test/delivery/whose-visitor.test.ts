// Whose visitor it is: IDs that may be the app's own, and visitors of many people.
import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, it } from 'vitest';
import { readLedgerHealth } from '../../src/ledger/health.ts';
import type { Signup } from '../../src/model.ts';
import { erasePerson } from '../../src/operations/erase.ts';
import { replaySignup } from '../../src/operations/replay.ts';
import type { Outcome } from '../../src/outcome.ts';
import { reason } from '../../src/reasons.ts';
import { type Consumer, openConsumer, row } from './consumer.ts';

const START = Date.parse('2026-11-23T09:00:00.000Z');
const OWN_ID = '7d4c7f0e-1f0b-4c55-9f57-0c1f6f1f2a11';
let consumer: Consumer;
beforeEach(async () => {
  consumer = await openConsumer(START);
});
const contact = ({ email = '' }: Signup) => consumer.world.hubspot.contact(email)?.properties;
const guess = (visitorId: string) =>
  consumer.signup({ source: 'stripe', visitorId, visitorIdGuessed: true, userId: visitorId });
const REFUSED: Outcome = { status: 'rejected', reason: reason('gave_up') };
const refusing = () =>
  consumer.dependencies().destinations.map((one) => ({ ...one, upsert: async () => [REFUSED] }));

describe('a UUID where people also put their own IDs', () => {
  it('is the visitor when DataFast knows it', async () => {
    const signup = guess(consumer.world.visitor({ params: { utm_source: 'google' } }));
    await consumer.run([signup]);
    expect(contact(signup)).toMatchObject({
      datafast_match: 'matched',
      datafast_visitor_id: signup.visitorId,
    });
  });

  it('is asked about once, delays nobody, and counts as no visitor ID when DataFast does not know it', async () => {
    const signup = guess(OWN_ID);
    const { delays } = await consumer.run([signup]);
    expect(delays).toEqual([]);
    expect(contact(signup)).toMatchObject({ datafast_match: 'no_visitor_id' });
    expect(consumer.world.datafast.requests).toHaveLength(1);
    expect(await row(signup.id)).toMatchObject({
      status: 'delivered',
      match: 'no_visitor_id',
      visitorId: null,
      refreshAt: null,
      signup: { userId: OWN_ID },
    });
  });

  it('does not wait while DataFast is down, and a refresh asks later', async () => {
    const visitorId = consumer.world.visitor({ params: { utm_source: 'google' } });
    const signup = guess(visitorId);
    const wait = { status: 'retry' as const, reason: { code: 'datafast_server_error' } };
    await consumer.run([signup], undefined, {
      searchVisitors: async () => ({
        known: new Map(),
        ask: async () =>
          new Map([[visitorId, { kind: 'unavailable' as const, wait, rateLimited: false }]]),
        keep: async () => undefined,
      }),
    });
    expect(contact(signup)).toMatchObject({ datafast_match: 'no_visitor_id' });
    expect((await row(signup.id))?.refreshAt).toBe('2026-11-23T10:00:00.000Z');
    consumer.nowMs += 61 * 60 * 1000;
    const askedAt = new Date(consumer.nowMs).toISOString();
    await consumer.run([{ ...signup, refresh: { askedAt, matched: false } }]);
    expect(contact(signup)).toMatchObject({
      datafast_match: 'matched',
      datafast_visitor_id: visitorId,
    });
  });
});

describe('a visitor who has brought two people', () => {
  const family = async (...emails: string[]) => {
    const visitorId = consumer.world.visitor({ params: { utm_source: 'google' }, visitCount: 7 });
    return emails.map((email) => consumer.signup({ email, visitorId }));
  };

  it('is not the source of a third one, who gets the signup alone', async () => {
    const [ada, bob, eve] = await family('ada@example.com', 'bob@example.com', 'eve@example.com');
    for (const signup of [ada, bob, eve]) await consumer.run([signup]);
    expect(await row(ada?.id ?? '')).toMatchObject({ match: 'matched', channel: 'Organic Search' });
    expect(await row(bob?.id ?? '')).toMatchObject({ match: 'matched' });
    expect(await row(eve?.id ?? '')).toMatchObject({
      status: 'delivered',
      match: 'shared_visitor',
      channel: null,
      refreshAt: null,
    });
    const held = consumer.world.hubspot.contact('eve@example.com')?.properties ?? {};
    expect(held).toMatchObject({
      datafast_match: 'shared_visitor',
      datafast_signup_source: 'signup',
    });
    for (const property of ['datafast_visitor_id', 'datafast_channel', 'datafast_visits']) {
      expect(held[property], property).toBeFalsy();
    }
  });

  it('keeps the first two when all come in one batch, by the time of their signup', async () => {
    const [ada, bob, eve] = await family('ada@example.com', 'bob@example.com', 'eve@example.com');
    const earlier = (signup: Signup | undefined, days: number) => ({
      ...signup,
      occurredAt: new Date(START - days * 86_400_000).toISOString(),
    });
    await consumer.run([earlier(ada, 1), earlier(bob, 2), earlier(eve, 3)]);
    expect((await row(ada?.id ?? ''))?.match).toBe('shared_visitor');
    expect((await row(bob?.id ?? ''))?.match).toBe('matched');
    expect((await row(eve?.id ?? ''))?.match).toBe('matched');
  });

  it('has two people, too, when batches come at the same time', async () => {
    const signups = await family(
      ...Array.from({ length: 6 }, (_, index) => `p${index}@example.com`),
    );
    await Promise.all(signups.map((signup) => consumer.run([signup])));
    const rows = await Promise.all(signups.map(({ id }) => row(id)));
    expect(rows.filter((found) => found?.match === 'matched')).toHaveLength(2);
    expect(rows.filter((found) => found?.match === 'shared_visitor')).toHaveLength(4);
  });

  it('keeps them through a replay, a backfill and more signups of theirs', async () => {
    const [ada, bob, eve] = await family('ada@example.com', 'bob@example.com', 'eve@example.com');
    await consumer.run([ada, bob]);
    await consumer.run([eve]);
    const queued: Signup[] = [];
    await replaySignup(
      {
        ledger: env.LEDGER,
        enqueueAll: async (signups) => {
          queued.push(...signups);
        },
        now: () => consumer.nowMs,
      },
      ada?.id ?? '',
    );
    const old = { ...bob, id: 'backfill:1', occurredAt: '2026-01-01T00:00:00.000Z' };
    const again = { ...ada, id: 'signup:again' };
    await consumer.run([...queued, old, again]);
    for (const id of [ada?.id ?? '', 'backfill:1', 'signup:again']) {
      expect(await row(id), id).toMatchObject({ status: 'delivered', match: 'matched' });
    }
  });

  it('is named by the doctor', async () => {
    const signups = await family('ada@example.com', 'bob@example.com', 'eve@example.com');
    for (const signup of signups) await consumer.run([signup]);
    const { sharedVisitors } = await readLedgerHealth(env.LEDGER, consumer.nowMs);
    expect(sharedVisitors).toEqual([{ visitorId: signups[0]?.visitorId, people: 3 }]);
  });

  it('stays free when the addresses of earlier signups were refused', async () => {
    const [bad, worse, ada] = await family('bad@example.com', 'worse@example.com', 'a@example.com');
    for (const signup of [bad, worse]) {
      await consumer.run([signup], undefined, { destinations: refusing() });
    }
    expect((await row(worse?.id ?? ''))?.status).toBe('failed');
    await consumer.run([ada]);
    expect(await row(ada?.id ?? '')).toMatchObject({ status: 'delivered', match: 'matched' });
  });

  it('stays theirs when only a later signup of theirs was refused', async () => {
    const [ada, bob, eve] = await family('ada@example.com', 'bob@example.com', 'eve@example.com');
    await consumer.run([ada, bob]);
    const again = { ...ada, id: 'signup:again' };
    await consumer.run([again], undefined, { destinations: refusing() });
    await consumer.run([eve]);
    expect((await row(eve?.id ?? ''))?.match).toBe('shared_visitor');
  });

  it('has room again when one of the two was erased', async () => {
    const [ada, bob, eve] = await family('ada@example.com', 'bob@example.com', 'eve@example.com');
    await consumer.run([ada, bob]);
    await erasePerson(
      { ledger: env.LEDGER, forgetVisitor: async () => undefined, now: () => consumer.nowMs },
      'bob@example.com',
    );
    await consumer.run([eve]);
    expect((await row(eve?.id ?? ''))?.match).toBe('matched');
  });
});
