// The preview shows what would be written next to what the CRM holds, and writes nothing.
import { createExecutionContext, createMessageBatch } from 'cloudflare:test';
import { env, exports } from 'cloudflare:workers';
import { beforeEach, describe, expect, it } from 'vitest';
import { worker } from '../worker-under-test.ts';
import { ask, createWorld, OTHER_KEYS, type World } from '../world.ts';

let world: World;
beforeEach(async () => {
  world = await createWorld();
});

interface Row {
  property: string;
  now: string | null;
  wouldBe: string | null;
  action: 'write' | 'kept';
  why: string;
}
interface Answer {
  match: string;
  destinations: { name: string; externalId: string | null; properties: Row[] }[];
}

async function preview(query: Record<string, string>) {
  const response = await ask(`/api/preview?${new URLSearchParams(query)}`);
  expect(response.status).toBe(200);
  const { match, destinations } = await response.json<Answer>();
  const rows = destinations[0]?.properties ?? [];
  const row = (property: string) => rows.find((candidate) => candidate.property === property);
  return { match, hubspot: destinations[0], row };
}

describe('the preview', () => {
  it('of somebody new shows what a first signup would write, and writes nothing', async () => {
    const visitorId = world.visitor({ params: { utm_source: 'google', utm_medium: 'cpc' } });
    const { match, hubspot, row } = await preview({ email: 'Ada@Example.com', visitorId });
    expect(match).toBe('matched');
    expect(hubspot).toMatchObject({ name: 'hubspot', externalId: null });
    expect(row('datafast_channel')).toEqual({
      property: 'datafast_channel',
      label: 'Channel',
      now: null,
      wouldBe: 'Paid Search',
      action: 'write',
      why: 'not there yet',
    });
    expect(world.hubspot.requests.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'POST /crm/objects/2026-03/contacts/batch/read',
      'GET /crm/properties/2026-03/contacts',
    ]);
    expect(world.hubspot.contacts()).toEqual([]);
  });

  it('looks for the referrer as a signup would, on the page and for the visitor alone', async () => {
    const at = new Date(Date.now() - 60 * 60_000).toISOString();
    const visitorId = world.visitor({
      referrer: 'Google',
      firstVisitAt: at,
      lastVisitAt: at,
      pages: ['example.com/'],
    });
    const { row } = await preview({ email: 'ada@example.com', visitorId });
    expect(row('datafast_channel')).toMatchObject({ wouldBe: 'Organic Search' });
    const visitor = await ask(`/api/visitors/${visitorId}`);
    expect(await visitor.json()).toMatchObject({ attribution: { channel: 'Organic Search' } });
  });

  it('of a known contact shows what is kept, and why', async () => {
    const held = {
      email: 'ada@example.com',
      datafast_visitor_id: crypto.randomUUID(),
      datafast_signed_up_at: '2026-01-01T00:00:00Z',
      datafast_channel: 'Email',
      datafast_last_seen_at: '2099-01-01T00:00:00Z',
      datafast_visits: '9',
      hs_google_click_id: 'theirs',
    };
    const contact = world.hubspot.addContact(held);
    const visitorId = world.visitor({ adClickIds: { gclid: 'ours' } });
    const { hubspot, row } = await preview({ email: 'ada@example.com', visitorId });
    expect(hubspot?.externalId).toBe(contact.id);
    expect(row('datafast_channel')).toMatchObject({
      now: 'Email',
      action: 'kept',
      why: 'already written; the first touch is written once',
    });
    expect(row('datafast_visits')).toMatchObject({
      now: '9',
      action: 'kept',
      why: 'older than datafast_last_seen_at',
    });
    expect(row('hs_google_click_id')).toMatchObject({ now: 'theirs', why: 'only if empty' });
    expect(row('datafast_match')).toMatchObject({ action: 'write', wouldBe: 'matched' });
    expect(row('datafast_term')).toMatchObject({ action: 'kept', why: 'no new value' });
    expect(world.hubspot.contact('ada@example.com')?.properties).toMatchObject(held);
  });

  it('says what HubSpot will refuse before anything is sent', async () => {
    world.hubspot.archiveProperty('datafast_source');
    world.hubspot.addProperty({ name: 'datafast_medium', readOnlyValue: true });
    const option = { label: 'Direct', value: 'Direct', displayOrder: 0, hidden: false };
    world.hubspot.addProperty({
      name: 'datafast_channel',
      type: 'enumeration',
      fieldType: 'select',
      options: [option],
    });
    const visitorId = world.visitor({ params: { utm_source: 'google', utm_medium: 'cpc' } });
    const { row } = await preview({ email: 'ada@example.com', visitorId });
    expect(row('datafast_source')).toMatchObject({
      action: 'kept',
      why: 'does not exist in HubSpot',
    });
    expect(row('datafast_medium')).toMatchObject({
      action: 'kept',
      why: 'is read-only in HubSpot',
    });
    expect(row('datafast_channel')).toMatchObject({
      action: 'kept',
      why: 'is no option in HubSpot',
    });
  });

  it('works without a visitor, and says so', async () => {
    const { match, row } = await preview({ email: 'ada@example.com' });
    expect(match).toBe('no_visitor_id');
    expect(row('datafast_match')).toMatchObject({ wouldBe: 'no_visitor_id', action: 'write' });
  });

  it('says when HubSpot cannot be read', async () => {
    world.hubspot.failWith({ status: 401 });
    const response = await ask('/api/preview?email=ada@example.com');
    expect(await response.json()).toMatchObject({
      destinations: [
        {
          name: 'hubspot',
          failed: 'hubspot_unauthorized',
          detail: expect.toBeOneOf([null, expect.any(String)]),
        },
      ],
    });
  });

  it('says when DataFast cannot be asked', async () => {
    world.datafast.failWith({ status: 500 });
    const visitorId = crypto.randomUUID();
    const response = await ask(`/api/preview?email=ada@example.com&visitorId=${visitorId}`);
    expect(response.status).toBe(503);
  });

  it.each(['', '?email=nobody', '?email=ada@example.com&visitorId=1'])(
    'refuses "%s" with a problem',
    async (query) => {
      const response = await ask(`/api/preview${query}`);
      expect(response.status).toBe(400);
      expect(response.headers.get('content-type')).toBe('application/problem+json');
    },
  );

  it('is for operators only', async () => {
    expect(env.ADMIN_TOKEN).toBeTruthy();
    const response = await exports.default.fetch(
      'https://whence.example/api/preview?email=ada@example.com',
    );
    expect(response.status).toBe(401);
  });
});

describe('the preview at several destinations', () => {
  async function previewAt(email: string, visitorId: string) {
    const request = new Request<unknown, IncomingRequestCfProperties>(
      `https://whence.example/api/preview?${new URLSearchParams({ email, visitorId })}`,
      { headers: { authorization: `Bearer ${env.ADMIN_TOKEN}` } },
    );
    const response = await worker.fetch(
      request,
      { ...env, ...OTHER_KEYS },
      createExecutionContext(),
    );
    return response.json<{
      destinations: { name: string; skipped?: string; properties?: Row[] }[];
      sideBySide: { label: string; wouldChange: boolean; destinations: Record<string, Row> }[];
    }>();
  }

  it('shows them side by side, and why one of them would write nothing', async () => {
    const visitorId = world.visitor({ params: { utm_source: 'google' } });
    const { destinations, sideBySide } = await previewAt('ada@example.com', visitorId);
    expect(destinations.map(({ name }) => name)).toEqual(['hubspot', 'attio', 'stripe']);
    expect(destinations[2]).toMatchObject({ skipped: 'stripe_no_customer' });
    const source = { property: 'datafast_source', now: null, wouldBe: 'Google', action: 'write' };
    expect(sideBySide.find(({ label }) => label === 'Source')).toMatchObject({
      wouldChange: true,
      // Attio lacks the attribute here.
      destinations: { hubspot: source, attio: { ...source, action: 'kept' } },
    });
    const order = sideBySide.map(({ wouldChange }) => wouldChange);
    expect(order).toEqual([...order].sort((a, b) => Number(b) - Number(a)));
  });

  it('finds the customer of the person’s newest signup', async () => {
    const visitorId = world.visitor({ params: { utm_source: 'google' } });
    world.stripe.addCustomer({ id: 'cus_ada' });
    const signup = {
      version: 1,
      id: 'stripe:evt_1',
      source: 'stripe',
      email: 'ada@example.com',
      customerId: 'cus_ada',
      occurredAt: new Date().toISOString(),
      receivedAt: new Date().toISOString(),
      test: false,
    };
    const message = { id: '0', timestamp: new Date(), attempts: 1, body: signup };
    await worker.queue(createMessageBatch('whence-signups', [message]), env);
    const { destinations, sideBySide } = await previewAt('ada@example.com', visitorId);
    expect(sideBySide.find(({ label }) => label === 'Source')?.destinations).toHaveProperty(
      'stripe',
    );
    expect(destinations[2]).toMatchObject({
      name: 'stripe',
      externalId: 'cus_ada',
      properties: expect.arrayContaining([
        expect.objectContaining({ property: 'datafast_source', wouldBe: 'Google' }),
      ]),
    });
    expect(world.stripe.events).toEqual([]);
  });
});
