// Webhooks as people really send them, through the whole Worker: what the contact says in the end.
import { exports } from 'cloudflare:workers';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { samples } from '../samples/index.ts';
import { createWorld, lookupsOf, SECRETS, somebody, type World } from './world.ts';

let world: World;
beforeEach(async () => {
  world = await createWorld();
});

/** Posts any event, genuinely signed. */
async function post(source: string, event: object): Promise<unknown> {
  const signed = await samples.get(source)?.sign(JSON.stringify(event), {
    secret: SECRETS[source] ?? '',
    eventId: `msg_${crypto.randomUUID()}`,
    at: new Date(),
  });
  const response = await exports.default.fetch(
    new Request(`https://whence.example/webhooks/${source}`, { method: 'POST', ...signed }),
  );
  expect(response.status).toBe(200);
  return response.json();
}

async function contactOf(email: string): Promise<Record<string, string | null>> {
  const find = () => world.hubspot.contact(email);
  return (await vi.waitUntil(find, { timeout: 10_000 })).properties;
}

const signup = (data: object) => ({
  type: 'user.signup',
  timestamp: new Date().toISOString(),
  data,
});

function checkout(object: object) {
  return {
    id: `evt_${crypto.randomUUID()}`,
    object: 'event',
    type: 'checkout.session.completed',
    created: Math.floor(Date.now() / 1000),
    livemode: true,
    data: { object: { object: 'checkout.session', metadata: {}, ...object } },
  };
}

describe('a contact', () => {
  it.each<[string, (id: string) => unknown]>([
    ['quotes', (id) => `"${id}"`],
    ['percent-encoded quotes', (id) => `%22${id}%22`],
    ['the object of Next.js', (id) => ({ name: 'datafast_visitor_id', value: id })],
    ['a list of one', (id) => [id]],
  ])('has its first touch from a cookie in %s', async (_, wrapped) => {
    const visitorId = world.visitor({ params: { utm_source: 'google', utm_medium: 'cpc' } });
    const { email = '' } = somebody();
    await post('signup', signup({ email, datafast_visitor_id: wrapped(visitorId) }));
    expect(await contactOf(email)).toMatchObject({
      datafast_match: 'matched',
      datafast_visitor_id: visitorId,
      datafast_channel: 'Paid Search',
    });
  });

  it.each(['GA1.2.123.456', `${crypto.randomUUID()}/../goals`, [crypto.randomUUID(), 'x']])(
    'of a cookie with the value %j says that it is none',
    async (value) => {
      const { email = '' } = somebody();
      await post('signup', signup({ email, datafast_visitor_id: value }));
      expect(await contactOf(email)).toMatchObject({ datafast_match: 'invalid_visitor_id' });
      expect(lookupsOf(world)).toEqual([]);
    },
  );

  it('of an app’s own UUID comes at once, without a visitor', async () => {
    const { email = '' } = somebody();
    const client_reference_id = crypto.randomUUID();
    await post('stripe', checkout({ client_reference_id, customer_details: { email } }));
    expect(await contactOf(email)).toMatchObject({ datafast_match: 'no_visitor_id' });
    expect(lookupsOf(world)).toHaveLength(1);
  });

  it('has the name of the person, and that of the company beside it', async () => {
    const { email = '' } = somebody();
    const names = { name: 'Biz Ltd', individual_name: 'Ind Ividual', business_name: 'Biz Ltd' };
    await post('stripe', checkout({ customer_details: { email, ...names } }));
    expect(await contactOf(email)).toMatchObject({
      firstname: 'Ind',
      lastname: 'Ividual',
      company: 'Biz Ltd',
    });
  });

  it('of an old customer has signed up when the customer began', async () => {
    const { email = '' } = somebody();
    await post('signup', signup({ email, created_at: '2024-02-29T12:00:00.000Z' }));
    expect(await contactOf(email)).toMatchObject({
      datafast_signed_up_at: expect.stringContaining('2024-02-29T12:00:00'),
    });
  });
});

describe('no contact', () => {
  it.each<[string, string, object, string]>([
    ['stripe', 'a thin event', { object: 'v2.core.event' }, 'thin_event'],
    ['stripe', 'a checkout that saves a card', checkout({ mode: 'setup' }), 'card_saved'],
    ['signup', 'an anonymous user', signup({ is_anonymous: true }), 'anonymous_user'],
  ])('comes from %s for %s', async (source, _, event, reason) => {
    const type = 'v1.checkout.session.completed';
    expect(await post(source, { type, ...event })).toEqual({ status: 'ignored', reason });
  });

  it('comes for an address that no mail reaches, and nothing fails', async () => {
    const email = 'k3f9@anonymous.placeholder.invalid';
    const visitor_id = world.visitor();
    expect(await post('signup', signup({ email, user_id: 'u1', visitor_id }))).toMatchObject({
      status: 'accepted',
    });
    const { email: other = '' } = somebody();
    await post('signup', signup({ email: other }));
    await contactOf(other);
    expect(world.hubspot.contacts()).toHaveLength(1);
  });
});
