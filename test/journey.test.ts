// The whole way: a signed webhook in, through the real queue, KV and D1, a contact in the CRM.
import { env, exports } from 'cloudflare:workers';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { ask, createWorld, lookupsOf, send, somebody, type World } from './world.ts';

let world: World;
beforeEach(async () => {
  world = await createWorld();
});

const contactOf = (email: string | undefined) =>
  vi.waitUntil(() => world.hubspot.contact(email ?? ''), { timeout: 10_000 });
const settled = (id: string) =>
  vi.waitUntil(
    async () => {
      const response = await ask(`/api/signups/${encodeURIComponent(id)}`);
      const row = await response.json<{ status: string }>();
      return response.ok && row.status !== 'waiting' && row;
    },
    { timeout: 10_000 },
  );

describe('the journey of a signup', () => {
  it.each(['stripe', 'clerk', 'signup'])(
    'a %s webhook becomes a contact with its source',
    async (source) => {
      const visitorId = world.visitor({
        params: {
          utm_source: 'google',
          utm_medium: 'cpc',
          utm_campaign: 'brand-eu',
          utm_term: 'crm sync',
        },
        adClickIds: { gclid: 'Cj0KCQiA-test' },
        pages: ['example.com/pricing?gclid=Cj0KCQiA-test', 'example.com/signup'],
        prediction: { score: 81 },
      });
      const person = somebody({ visitorId });

      const response = await send(source, person);
      expect(response.status).toBe(200);
      expect(await response.json()).toEqual({
        status: 'accepted',
        id: `${source}:${person.eventId}`,
      });

      expect((await contactOf(person.email)).properties).toMatchObject({
        email: person.email,
        datafast_match: 'matched',
        datafast_channel: 'Paid Search',
        datafast_source: 'Google',
        datafast_medium: 'cpc',
        datafast_campaign: 'brand-eu',
        datafast_term: 'crm sync',
        datafast_click_id: 'Cj0KCQiA-test',
        datafast_click_id_type: 'gclid',
        datafast_landing_page: 'example.com/pricing',
        datafast_lead_score: '81',
        datafast_signup_source: source,
        datafast_visitor_id: visitorId,
        hs_google_click_id: 'Cj0KCQiA-test',
        firstname: 'Person',
      });
      expect(await settled(`${source}:${person.eventId}`)).toMatchObject({
        status: 'delivered',
        match: 'matched',
        channel: 'Paid Search',
        attribution: { evidence: expect.arrayContaining(['utm_medium=cpc']) },
        deliveries: [{ destination: 'hubspot', status: 'delivered', attempts: 1 }],
      });
    },
  );

  it('the same event five times at once is one contact and one row', async () => {
    const person = somebody({ visitorId: world.visitor() });
    const responses = await Promise.all(Array.from({ length: 5 }, () => send('stripe', person)));
    expect(responses.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
    await settled(`stripe:${person.eventId}`);

    expect(world.hubspot.contacts()).toHaveLength(1);
    const { items } = await (await ask(`/api/signups?q=${person.email}`)).json<{
      items: unknown[];
    }>();
    expect(items).toHaveLength(1);
    expect(lookupsOf(world)).toHaveLength(1);
  });

  it('one visitor through Stripe and Clerk is one DataFast request and one contact', async () => {
    const visitorId = world.visitor();
    const person = somebody({ visitorId });
    const second = { ...person, eventId: `evt_${crypto.randomUUID()}` };
    await Promise.all([send('stripe', person), send('clerk', second)]);
    await settled(`stripe:${person.eventId}`);
    await settled(`clerk:${second.eventId}`);

    expect(lookupsOf(world)).toHaveLength(1);
    expect(world.hubspot.contacts()).toHaveLength(1);
  });

  it('a signup without an address waits for the event that brings it, and says so', async () => {
    const person = somebody({ email: undefined, visitorId: world.visitor() });
    await send('clerk', person);
    const waiting = await vi.waitUntil(
      async () => {
        const response = await ask(`/api/signups/${encodeURIComponent(`clerk:${person.eventId}`)}`);
        return response.ok && response.json<{ status: string }>();
      },
      { timeout: 10_000 },
    );
    expect(waiting).toMatchObject({
      status: 'waiting',
      deliveries: [{ status: 'waiting', reason: 'waiting_for_customer' }],
    });
    expect(world.hubspot.contacts()).toHaveLength(0);
    expect(world.datafast.requests).toHaveLength(0);
  });

  it('a visitor’s result can be looked up before anybody signs up', async () => {
    const visitorId = world.visitor({ params: { utm_source: 'chatgpt.com' } });
    const response = await ask(`/api/visitors/${visitorId}`);
    expect(await response.json()).toMatchObject({
      visitorId,
      match: 'matched',
      visitor: { visitorId },
      attribution: { channel: 'AI Assistant', source: 'ChatGPT' },
      fields: { datafast_channel: 'AI Assistant', datafast_visitor_id: visitorId },
      cachedAt: expect.any(String),
    });
    expect(await env.VISITORS.get(`visitor:1:${visitorId}`)).not.toBeNull();
  });

  it('strangers see that it runs, and nothing else', async () => {
    const health = await exports.default.fetch('https://whence.example/health');
    expect(await health.json()).toEqual({ status: 'ok', version: expect.any(String) });
    for (const path of ['/api/signups', '/api/signups/x', '/api/visitors/x', '/api/nothing']) {
      const response = await exports.default.fetch(`https://whence.example${path}`);
      expect(response.status, path).toBe(401);
      expect(response.headers.get('content-type')).toBe('application/problem+json');
    }
  });
});
