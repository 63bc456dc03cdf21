// What every source must do that declares what completes a signup. A new source is tested by this with its own sample.
import { env } from 'cloudflare:workers';
import { createLocalJWKSet } from 'jose';
import { beforeEach, describe, expect, it } from 'vitest';
import type { LaterEvent, Sample, SampleSignup } from '../../samples/sample.ts';
import { parseObject } from '../../src/json.ts';
import { endWaits } from '../../src/ledger/end-waits.ts';
import type { Signup } from '../../src/model.ts';
import { erasePerson } from '../../src/operations/erase.ts';
import { replaySignup } from '../../src/operations/replay.ts';
import type { Source } from '../../src/sources/source.ts';
import { type Consumer, openConsumer, row } from '../delivery/consumer.ts';

const START = Date.parse('2026-11-23T09:00:00.000Z');
const DAY_MS = 24 * 60 * 60 * 1000;
const EMAIL = 'ada@example.com';

type Completion = NonNullable<Sample['completion']>;

export function describeCompletion(source: Source, sample: Sample, completion: Completion): void {
  describe(source.name, () => completionTests(source, sample, completion));
}

function completionTests(source: Source, sample: Sample, completion: Completion): void {
  const secret = sample.newSecret();
  const bytes = (text: string) => new TextEncoder().encode(text);
  let consumer: Consumer;
  let person: SampleSignup;
  beforeEach(async () => {
    consumer = await openConsumer(START);
    person = {
      eventId: `evt_${source.name}`,
      email: EMAIL,
      name: 'Ada Lovelace',
      userId: `user_${source.name}`,
      visitorId: consumer.world.visitor({ params: { utm_source: 'google' } }),
      occurredAt: new Date(START - 1000),
    };
  });

  /** The event as its provider sends it now, as the message that it becomes. */
  async function received(payload: string, eventId: string): Promise<Signup> {
    const now = consumer.nowMs;
    const { headers, body } = await sample.sign(payload, { secret, eventId, at: new Date(now) });
    const verification = await source.verify({
      headers,
      body: bytes(body),
      secrets: [secret],
      now,
      issuerKeys: async (url) =>
        createLocalJWKSet((await sample.publishedKeys?.(url)) ?? { keys: [] }),
    });
    if (!verification.ok) throw new Error(`the sample is not genuine: ${verification.reason}`);
    const parsed = source.parse(
      verification.payload ?? parseObject(bytes(body)) ?? {},
      verification.signed,
    );
    if (parsed.kind !== 'signup') throw new Error(`${parsed.kind}: ${parsed.reason}`);
    const receivedAt = new Date(now).toISOString();
    return { version: 1, occurredAt: receivedAt, ...parsed.signup, receivedAt };
  }

  const half = () => {
    const { email: _, ...nameless } = person;
    return received(sample.payload(nameless), person.eventId);
  };
  const event = () => {
    const later: LaterEvent = { eventId: `${person.eventId}_later`, at: new Date(consumer.nowMs) };
    return received(completion(person, later), later.eventId);
  };

  /** Every message is acknowledged, and the wait puts none on the queue. */
  async function run(...signups: Signup[]) {
    const { delays, explicitAcks } = await consumer.run(signups);
    expect({ delays, later: consumer.later }).toEqual({ delays: [], later: [] });
    expect(explicitAcks).toHaveLength(signups.length);
  }
  const contact = () => consumer.world.hubspot.contact(EMAIL)?.properties;
  const expectContact = () => {
    expect(consumer.world.hubspot.contacts()).toHaveLength(1);
    expect(contact()).toMatchObject({
      email: EMAIL,
      ...(sample.carries.includes('visitorId') && { datafast_source: 'Google' }),
    });
  };
  const rows = () =>
    env.LEDGER.prepare(
      'SELECT (SELECT count(*) FROM signups) + (SELECT count(*) FROM completions) + (SELECT count(*) FROM waits) AS n',
    ).first<number>('n');

  describe('a signup without an address', () => {
    it('waits for it without a message, and goes on with the event days later', async () => {
      const signup = await half();
      await run(signup);
      expect(await row(signup.id)).toMatchObject({
        status: 'waiting',
        deliveries: [{ reason: 'waiting_for_customer' }],
      });
      expect(consumer.world.datafast.requests).toHaveLength(0);
      consumer.nowMs += 6.9 * DAY_MS;
      await run(await event());
      expectContact();
      expect(contact()?.datafast_signed_up_at).toBe('2026-11-23T08:59:59Z');
      expect((await row(signup.id))?.status).toBe('delivered');
    });

    it('is completed by the event that came days before', async () => {
      const late = await half();
      await run(await event());
      consumer.nowMs += 6.9 * DAY_MS;
      await run({ ...late, receivedAt: new Date(consumer.nowMs).toISOString() });
      expectContact();
    });

    it.each([false, true])('finds the event in its batch, reversed: %s', async (isReversed) => {
      const batch = [await half(), await event()];
      const { explicitAcks } = await consumer.run(isReversed ? batch.reverse() : batch);
      expect(explicitAcks).toHaveLength(2);
      expectContact();
    });

    it('is skipped after seven days, and delivered by an event that comes still later', async () => {
      const signup = await half();
      await run(signup);
      const late = await event();
      consumer.nowMs += 7.1 * DAY_MS;
      await endWaits(env.LEDGER, new Date(consumer.nowMs).toISOString(), 500);
      expect(await row(signup.id)).toMatchObject({
        status: 'skipped',
        deliveries: [{ reason: 'no_email' }],
      });
      await run({ ...late, receivedAt: new Date(consumer.nowMs).toISOString() });
      expectContact();
    });

    it('can be replayed while it waits', async () => {
      const signup = await half();
      await run(signup);
      const replayed: Signup[] = [];
      await replaySignup(
        {
          ledger: env.LEDGER,
          enqueueAll: async (signups) => replayed.push(...signups),
          now: () => consumer.nowMs,
        },
        signup.id,
      );
      await run(...replayed);
      expect((await row(signup.id))?.status).toBe('waiting');
      await run(await event());
      expectContact();
    });

    it('is erased with the person, and comes back by no event from before', async () => {
      const [signup, told] = [await half(), await event()];
      await run(told, signup);
      await erasePerson(
        { ledger: env.LEDGER, forgetVisitor: async () => undefined, now: () => consumer.nowMs },
        EMAIL,
      );
      expect(await rows()).toBe(0);
      await run(signup);
      await run(told);
      expect(await rows()).toBe(0);
    });
  });

  it('the completing event alone makes nothing, unless it is the signup itself', async () => {
    const told = await event();
    await run(told);
    if (told.completing) {
      expect(consumer.world.hubspot.contacts()).toHaveLength(0);
      expect(await row(told.id)).toBeUndefined();
    } else {
      expect(told.id).toBe((await half()).id);
      expectContact();
    }
  });
}
