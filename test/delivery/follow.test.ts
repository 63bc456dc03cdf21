// A destination that follows: it is told how far the signup has come at the others, and waits for them an hour at most.
import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, it } from 'vitest';
import type { DeliveryDestination } from '../../src/delivery/attempts.ts';
import type { Contact, Signup } from '../../src/model.ts';
import { replaySignup } from '../../src/operations/replay.ts';
import type { Outcome } from '../../src/outcome.ts';
import { reason } from '../../src/reasons.ts';
import { type Consumer, openConsumer, row } from './consumer.ts';

const START = Date.parse('2026-11-23T09:00:00.000Z');
const HOUR_MS = 3600_000;
let consumer: Consumer;
let told: Contact[];
let answer: (contact: Contact) => Outcome;
let person: Signup;

beforeEach(async () => {
  consumer = await openConsumer(START);
  told = [];
  answer = () => ({ status: 'delivered', written: {}, memo: 'told' });
  person = consumer.signup();
});

const follower: DeliveryDestination = {
  name: 'follower',
  key: 'signup',
  follows: true,
  batchSize: 100,
  requestsPerBatch: (contacts) => contacts,
  upsert: async (contacts) => {
    told.push(...contacts);
    return contacts.map((contact) => answer(contact));
  },
};

/** One batch for HubSpot and the follower, which stands first in the list. */
function run(signups: readonly Signup[] = [person], withHubspot = true) {
  const { destinations } = consumer.dependencies();
  return consumer.run(signups, undefined, {
    destinations: [follower, ...(withHubspot ? destinations : [])],
  });
}

const delivery = async (destination: string) =>
  (await row(person.id))?.deliveries.find((one) => one.destination === destination);

describe('a destination that follows', () => {
  it('is told where the signup has arrived, in the same batch', async () => {
    const { explicitAcks } = await run();
    expect(explicitAcks).toEqual(['0']);
    const externalId = (await delivery('hubspot'))?.externalId;
    expect(externalId).toBeTruthy();
    expect(told).toMatchObject([
      { elsewhere: { deliveries: [{ destination: 'hubspot', status: 'delivered', externalId }] } },
    ]);
  });

  it('is told of each signup of a person apart, where its record is the signup', async () => {
    const other = consumer.signup({ email: person.email });
    await run([person, other]);
    expect(told.map(({ first }) => first.signup.id)).toEqual([person.id, other.id]);
  });

  it('waits while another one is down, and is told as soon as that is over', async () => {
    consumer.world.hubspot.failWith({ status: 503, times: 1 });
    const { delays } = await run();
    expect(delays).toEqual([4]);
    expect(told).toEqual([]);
    expect(await delivery('follower')).toMatchObject({
      status: 'waiting',
      attempts: 0,
      reason: 'waiting_for_others',
    });
    consumer.nowMs += 4_000;
    await run();
    expect(told).toMatchObject([{ elsewhere: { deliveries: [{ status: 'delivered' }] } }]);
    expect(await row(person.id)).toMatchObject({ status: 'delivered' });
  });

  it('waits no longer than an hour, then hears that the other one still waits, and later how it ended', async () => {
    answer = ({ elsewhere }) => ({
      status: 'delivered',
      written: {},
      memo: 'told',
      ...(elsewhere?.deliveries.some(({ status }) => status === 'waiting') && {
        reason: reason('sent_before_others'),
      }),
    });
    consumer.world.hubspot.failWith({ status: 503 });
    await run();
    consumer.nowMs = START + HOUR_MS - 60_000;
    await run();
    expect(told).toEqual([]);
    consumer.nowMs = START + HOUR_MS;
    await run();
    expect(told).toMatchObject([
      { elsewhere: { deliveries: [{ status: 'waiting', reason: 'hubspot_unavailable' }] } },
    ]);
    consumer.nowMs += HOUR_MS;
    await run();
    expect(told).toHaveLength(1);
    consumer.world.hubspot.failWith(undefined);
    consumer.nowMs += HOUR_MS;
    await run();
    expect(told).toMatchObject([
      {},
      { memo: 'told', elsewhere: { deliveries: [{ status: 'delivered' }] } },
    ]);
    consumer.nowMs += HOUR_MS;
    await run();
    expect(told).toHaveLength(2);
  });

  it('hears of a contact that the other one refuses', async () => {
    consumer.world.hubspot.failWith(async (request) =>
      request.url.endsWith('upsert')
        ? { status: 400, body: { status: 'error', category: 'VALIDATION_ERROR', message: 'no' } }
        : undefined,
    );
    await run();
    expect(told).toMatchObject([{ elsewhere: { deliveries: [{ status: 'failed' }] } }]);
  });

  it('comes no later for a contact that waits for its address to be verified than after an hour', async () => {
    await run([consumer.signup({ email: person.email })]);
    told = [];
    consumer.nowMs += 60_000;
    person = consumer.signup({ email: person.email, emailVerified: false });
    expect((await run()).explicitAcks).toEqual(['0']);
    consumer.nowMs += HOUR_MS;
    await run();
    expect(told).toMatchObject([
      { elsewhere: { deliveries: [{ status: 'waiting', reason: 'email_unverified' }] } },
    ]);
  });

  it('gets back what it has left behind, after a failure too', async () => {
    answer = () => ({ status: 'retry', reason: reason('destination_failed'), memo: 'first' });
    await run();
    consumer.nowMs += HOUR_MS;
    answer = () => ({ status: 'retry', reason: reason('destination_failed') });
    await run();
    consumer.nowMs += HOUR_MS;
    await run();
    expect(told.map(({ memo }) => memo)).toEqual([undefined, 'first', 'first']);
  });

  it('whose own attempt failed goes on although another one waits', async () => {
    consumer.world.hubspot.failWith({ status: 503 });
    answer = () => ({ status: 'retry', reason: reason('destination_failed'), memo: 'first' });
    await run();
    consumer.nowMs += HOUR_MS;
    await run();
    consumer.nowMs += HOUR_MS;
    await run();
    expect(told).toHaveLength(2);
  });

  it('is told alone where there is no other one', async () => {
    await run([person], false);
    expect(told).toMatchObject([{ elsewhere: { deliveries: [] } }]);
    expect(await row(person.id)).toMatchObject({ status: 'delivered' });
  });

  it('is told again by a replay, with what it has left behind', async () => {
    await run();
    await replaySignup(
      { ledger: env.LEDGER, enqueueAll: async () => undefined, now: () => consumer.nowMs },
      person.id,
    );
    await run();
    expect(told).toMatchObject([{}, { memo: 'told', waitedFor: ['replayed'] }]);
  });

  it('is looked at again by a refresh when its condition has left the signup out', async () => {
    answer = () => ({ status: 'skipped', reason: reason('left_out_by_condition') });
    person = consumer.signup({ visitorId: consumer.world.visitor() });
    await run();
    consumer.nowMs += HOUR_MS;
    answer = () => ({ status: 'delivered', written: {} });
    const askedAt = new Date(consumer.nowMs).toISOString();
    await run([{ ...person, refresh: { askedAt, matched: true } }]);
    expect(told).toHaveLength(2);
    expect(await delivery('follower')).toMatchObject({ status: 'delivered' });
  });

  it('keeps what it has left behind at a refresh that failed', async () => {
    person = consumer.signup({ visitorId: consumer.world.visitor() });
    await run();
    consumer.nowMs += HOUR_MS;
    const refreshed = () => ({
      ...person,
      refresh: { askedAt: new Date(consumer.nowMs).toISOString(), matched: true },
    });
    answer = () => ({ status: 'retry', reason: reason('destination_failed'), memo: 'refresh' });
    await run([refreshed()]);
    expect(await delivery('follower')).toMatchObject({ status: 'delivered' });
    consumer.nowMs += HOUR_MS;
    await run([refreshed()]);
    expect(told.map(({ memo }) => memo)).toEqual([undefined, 'told', 'refresh']);
  });
});
