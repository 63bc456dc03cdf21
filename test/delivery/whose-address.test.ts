// Whose address it is: one that is not verified changes no contact that exists, until an event of the person verifies it.
import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, it } from 'vitest';
import { endWaits } from '../../src/ledger/end-waits.ts';
import { bringBack } from '../../src/maintenance/bring-back.ts';
import type { Signup } from '../../src/model.ts';
import { type Consumer, openConsumer, row } from './consumer.ts';

const START = Date.parse('2026-11-23T09:00:00.000Z');
const DAY_MS = 24 * 60 * 60 * 1000;
const EMAIL = 'ada@example.com';
let consumer: Consumer;
beforeEach(async () => {
  consumer = await openConsumer(START);
});
const contact = () => consumer.world.hubspot.contact(EMAIL)?.properties;
const tagged = (source: string) => consumer.world.visitor({ params: { utm_source: source } });
const unverified = (facts: Partial<Signup> = {}) =>
  consumer.signup({
    source: 'auth0',
    email: EMAIL,
    emailVerified: false,
    customerId: 'auth0|1',
    visitorId: tagged('newsletter'),
    ...facts,
  });
const verification = (facts: Partial<Signup> = {}) =>
  consumer.signup({
    source: 'auth0',
    email: EMAIL,
    emailVerified: true,
    customerId: 'auth0|1',
    completing: true,
    ...facts,
  });
/** A contact that is there already. */
async function known() {
  await consumer.run([
    consumer.signup({ source: 'stripe', email: EMAIL, visitorId: tagged('google') }),
  ]);
  consumer.nowMs += 60_000;
  return contact();
}
const ended = () => endWaits(env.LEDGER, new Date(consumer.nowMs).toISOString(), 500);
const rescued = async () => {
  const found: string[] = [];
  await bringBack({
    ledger: env.LEDGER,
    destinationNames: ['hubspot'],
    enqueueLater: async (later) => {
      // Refreshes are of other signups.
      found.push(...later.flatMap(({ message }) => ('due' in message ? message.due : [])));
    },
    now: () => consumer.nowMs,
  });
  return found;
};

describe('an address that is not verified', () => {
  it('creates a contact that does not exist yet, as usual', async () => {
    const signup = unverified();
    await consumer.run([signup]);
    expect(contact()).toMatchObject({ datafast_source: 'Newsletter' });
    expect((await row(signup.id))?.status).toBe('delivered');
  });

  it('is not verified by the same signup from an event that does not say it', async () => {
    const before = await known();
    const signup = unverified();
    await consumer.run([signup]);
    await consumer.run([{ ...signup, emailVerified: undefined }]);
    const other = unverified({ customerId: 'auth0|2' });
    await consumer.run([other, { ...other, emailVerified: undefined }]);
    const statuses = await Promise.all(
      [signup, other].map(async ({ id }) => (await row(id))?.status),
    );
    expect(statuses).toEqual(['waiting', 'waiting']);
    expect(contact()).toEqual(before);
  });

  it('changes nothing of a contact with a signup at the same moment from another source', async () => {
    await consumer.run([
      consumer.signup({ source: 'stripe', email: EMAIL, visitorId: tagged('google') }),
    ]);
    const before = contact();
    const signup = unverified();
    await consumer.run([signup]);
    expect((await row(signup.id))?.status).toBe('waiting');
    expect(contact()).toEqual(before);
  });

  it('waits as well when HubSpot had the contact that the read did not find', async () => {
    const before = await known();
    consumer.world.hubspot.failWith(async (request: Request) => {
      const text = await request.text();
      const isRead = new URL(request.url).pathname.endsWith('batch/read');
      if (!isRead || text.includes('"propertiesWithHistory":["')) return undefined;
      const errors = [{ category: 'OBJECT_NOT_FOUND', context: { ids: [EMAIL] } }];
      return { status: 207, body: { results: [], errors } };
    });
    const signup = unverified();
    await consumer.run([signup]);
    expect(await row(signup.id)).toMatchObject({
      status: 'waiting',
      refreshAt: null,
      deliveries: [{ reason: 'email_unverified' }],
    });
    for (const [property, value] of Object.entries(before ?? {})) {
      if (/_(visitor_id|channel|source|signed_up_at)$/.test(property)) {
        expect(contact()?.[property], property).toBe(value);
      }
    }
  });

  it('changes nothing of a contact that exists, and waits in the ledger without a message', async () => {
    const before = await known();
    const signup = unverified();
    const { delays, explicitAcks } = await consumer.run([signup]);
    expect(contact()).toEqual(before);
    expect({ delays, explicitAcks, later: consumer.later }).toEqual({
      delays: [],
      explicitAcks: ['0'],
      later: [],
    });
    expect(await row(signup.id)).toMatchObject({
      status: 'waiting',
      deliveries: [
        {
          reason: 'email_unverified',
          attempts: 0,
          nextAttemptAt: new Date(Date.parse(signup.receivedAt) + 7 * DAY_MS).toISOString(),
        },
      ],
    });
  });

  it('changes nothing of a contact from before Whence, whose first touch stays open', async () => {
    consumer.world.hubspot.addContact({ email: EMAIL, firstname: 'Ada' });
    const signup = unverified({ name: 'Eve Stranger' });
    await consumer.run([signup]);
    expect(contact()).toMatchObject({ firstname: 'Ada' });
    expect(contact()?.datafast_visitor_id).toBeFalsy();
    await consumer.run([verification()]);
    expect(contact()).toMatchObject({ firstname: 'Ada', datafast_visitor_id: signup.visitorId });
  });

  it('without a user goes on by no event of a user, but by a later one without a user', async () => {
    await known();
    const signup = unverified({ customerId: undefined });
    await consumer.run([signup]);
    consumer.nowMs += 60_000;
    await consumer.run([verification({ customerId: 'auth0|owner' })]);
    expect((await row(signup.id))?.status).toBe('waiting');
    await consumer.run([verification({ customerId: undefined })]);
    expect((await row(signup.id))?.status).toBe('delivered');
  });

  it('counts as verified where the provider does not say', async () => {
    await known();
    const signup = unverified({ emailVerified: undefined });
    await consumer.run([signup]);
    expect((await row(signup.id))?.status).toBe('delivered');
  });

  it('goes on at once when an event of the person verifies it', async () => {
    await known();
    const signup = unverified();
    await consumer.run([signup]);
    consumer.nowMs += DAY_MS;
    await consumer.run([verification()]);
    expect(await row(signup.id)).toMatchObject({ status: 'delivered' });
    await consumer.run([verification()]);
    expect(consumer.later).toEqual([]);
  });

  it('goes on when the event came first, or came in the same batch', async () => {
    await known();
    const first = unverified();
    await consumer.run([verification()]);
    await consumer.run([first]);
    expect((await row(first.id))?.status).toBe('delivered');
    const second = unverified({ customerId: 'auth0|2' });
    await consumer.run([second, verification({ customerId: 'auth0|2' })]);
    expect((await row(second.id))?.status).toBe('delivered');
  });

  it('of a second signup goes on when the verification came before, after the first had made the contact', async () => {
    await consumer.run([unverified()]);
    await consumer.run([verification()]);
    const second = unverified();
    await consumer.run([second]);
    expect((await row(second.id))?.status).toBe('delivered');
  });

  it.each([
    ['a user', 'auth0|1'],
    ['no user', undefined],
  ])(
    'goes on by another signup with %s whose address is verified: before, beside or after it',
    async (_, customerId) => {
      await known();
      const verified = () => unverified({ customerId, emailVerified: true });
      const before = verified();
      const waiting = () => unverified({ customerId });
      const [after, beside] = [waiting(), waiting()];
      await consumer.run([waiting(), before]);
      await consumer.run([after]);
      await consumer.run([beside, verified()]);
      const rows = await Promise.all([before, after, beside].map(({ id }) => row(id)));
      expect(rows.map((one) => one?.status)).toEqual(['delivered', 'delivered', 'delivered']);
    },
  );

  it('without a user goes on when the event without a user came first', async () => {
    await known();
    await consumer.run([verification({ customerId: undefined })]);
    const signup = unverified({ customerId: undefined });
    await consumer.run([signup]);
    expect((await row(signup.id))?.status).toBe('delivered');
  });

  it('without a user is not verified by an event that is older than the signup', async () => {
    await known();
    await consumer.run([verification({ customerId: undefined })]);
    consumer.nowMs += 60_000;
    const stranger = unverified({ customerId: undefined });
    await consumer.run([stranger]);
    expect((await row(stranger.id))?.status).toBe('waiting');
  });

  it('stays so when another user of the provider has the same address verified', async () => {
    await known();
    await consumer.run([
      unverified({ customerId: 'auth0|owner', emailVerified: true }),
      verification({ customerId: 'auth0|owner' }),
    ]);
    const stranger = unverified({ customerId: 'auth0|stranger' });
    const nobody = unverified({ customerId: undefined });
    await consumer.run([stranger, nobody]);
    const rows = await Promise.all([stranger, nobody].map(({ id }) => row(id)));
    expect(rows.map((one) => one?.status)).toEqual(['waiting', 'waiting']);
  });

  it.each<[string, Partial<Signup>]>([
    ['of another user of the provider', { customerId: 'auth0|9' }],
    ['that does not say the user', { customerId: undefined }],
    ['of another provider', { source: 'clerk' }],
    ['of another address', { email: 'bob@example.com' }],
    ['that says nothing about the address', { emailVerified: undefined }],
  ])('does not go on by an event %s', async (_, facts) => {
    await known();
    const signup = unverified();
    await consumer.run([signup]);
    await consumer.run([verification(facts)]);
    expect((await row(signup.id))?.status).toBe('waiting');
  });

  it('goes on by the same event with a newer token, also in one batch with the older one', async () => {
    await known();
    const signup = unverified({ source: 'firebase' });
    await consumer.run([signup, { ...signup, emailVerified: true }]);
    expect((await row(signup.id))?.status).toBe('delivered');
  });

  it('goes on by the same event with a newer token', async () => {
    await known();
    const signup = unverified({ source: 'firebase' });
    await consumer.run([signup]);
    await consumer.run([{ ...signup, emailVerified: true }]);
    expect(await row(signup.id)).toMatchObject({ status: 'delivered', match: 'matched' });
  });

  it('that waited seven days is skipped, and nothing asks in between', async () => {
    const before = await known();
    const signup = unverified();
    await consumer.run([signup]);
    consumer.nowMs += 6.9 * DAY_MS;
    expect([await ended(), await rescued()]).toEqual([0, []]);
    consumer.nowMs += 0.2 * DAY_MS;
    expect([await ended(), await rescued()]).toEqual([1, []]);
    expect(await row(signup.id)).toMatchObject({
      status: 'skipped',
      deliveries: [{ reason: 'email_unverified' }],
    });
    expect(contact()).toEqual(before);
  });

  it('beside a verified signup of the same person in one batch does not hold that up', async () => {
    const visitorId = tagged('google');
    const own = consumer.signup({ source: 'stripe', email: EMAIL, visitorId });
    const stranger = unverified({ occurredAt: new Date(START - DAY_MS).toISOString() });
    await consumer.run([stranger, own]);
    expect(contact()).toMatchObject({ datafast_visitor_id: visitorId });
    expect((await row(own.id))?.status).toBe('delivered');
    expect((await row(stranger.id))?.status).toBe('waiting');
  });

  it('of a signup that created the contact is refreshed and replayed as usual', async () => {
    const signup = unverified();
    await consumer.run([signup]);
    consumer.nowMs += DAY_MS;
    const askedAt = new Date(consumer.nowMs).toISOString();
    await consumer.run([{ ...signup, refresh: { askedAt, matched: true } }]);
    expect(await row(signup.id)).toMatchObject({ status: 'delivered', refreshes: 1 });
  });
});
