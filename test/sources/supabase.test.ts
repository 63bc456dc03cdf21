// Supabase's before-user-created hook: it is signed, unlike the database webhook, and must never block a signup.
import { Webhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import { newToken, newWhsec, unixSeconds } from '../../samples/sample.ts';
import { supabase as webhook } from '../../samples/supabase.ts';
import { supabase } from '../../src/sources/supabase.ts';
import { NOW, openWebhookRoute } from './webhook-route.ts';

const SECRET = `v1,${newWhsec()}`;
const NEXT = `v1,${newWhsec()}`;
const TOKEN = newToken();
const USER_ID = '0f6d1c1e-5a77-4a7e-8f3c-6f2f3c9f4b10';
const VISITOR_ID = 'a3ab2331-989f-4cfa-91c6-2461c9e3c6bd';

const hook = (user: object = {}, metadata: object = {}) => ({
  metadata: {
    uuid: '2c7f4b0a-9d27-4f9e-8f0e-1b1c0a6e2d11',
    time: '2026-11-23T09:59:30.755552+01:00',
    name: 'before-user-created',
    ip_address: '192.0.2.1',
    ...metadata,
  },
  user: {
    id: USER_ID,
    aud: 'authenticated',
    role: '',
    email: 'ada@example.com',
    phone: '',
    is_anonymous: false,
    app_metadata: { provider: 'email', providers: ['email'] },
    user_metadata: { full_name: 'Ada Lovelace', datafast_visitor_id: VISITOR_ID },
    identities: [],
    // The user does not exist at this time.
    created_at: '0001-01-01T00:00:00Z',
    updated_at: '0001-01-01T00:00:00Z',
    ...user,
  },
});

const signature = (id: string, body: string, secret: string) =>
  new Webhook(secret.replace('v1,', '')).sign(id, NOW, body);

/** One attempt as Supabase makes it: a new id each time, and signatures joined with a comma and a space. */
function attempt(event: object, secrets: readonly string[] = [SECRET]) {
  const body = JSON.stringify(event);
  const id = crypto.randomUUID();
  const headers = new Headers({
    'content-type': 'application/json',
    'webhook-id': id,
    'webhook-timestamp': String(unixSeconds(NOW)),
    'webhook-signature': secrets.map((secret) => signature(id, body, secret)).join(', '),
  });
  return { headers, body };
}

const connected = (secret = SECRET, isQueueDown = false) =>
  openWebhookRoute({ settings: { SUPABASE_WEBHOOK_SECRET: secret }, isQueueDown });

describe('the before-user-created hook', () => {
  it('announces the person who signs up now, not in the year 1', async () => {
    const { post, queued } = connected();
    const { status, headers } = await post('supabase', attempt(hook()));
    expect(status).toBe(200);
    expect(headers.get('content-type')).toBe('application/json');
    expect(queued).toMatchObject([
      {
        id: `supabase:${USER_ID}`,
        email: 'ada@example.com',
        name: 'Ada Lovelace',
        userId: USER_ID,
        visitorId: VISITOR_ID,
        occurredAt: '2026-11-23T08:59:30.755Z',
      },
    ]);
  });

  it('is the same event in every attempt, although its webhook-id is new', async () => {
    const { post, queued } = connected();
    const attempts = [attempt(hook()), attempt(hook())];
    for (const each of attempts) await post('supabase', each);
    expect(new Set(attempts.map(({ headers }) => headers.get('webhook-id'))).size).toBe(2);
    expect(new Set(queued.map(({ id }) => id))).toEqual(new Set([`supabase:${USER_ID}`]));
  });

  it('and the database webhook of the same person are one event', async () => {
    const { post, queued } = connected(`${TOKEN} ${SECRET}`);
    const inserted = webhook.payload({ eventId: '', userId: USER_ID, occurredAt: NOW });
    await post('supabase', attempt(hook()));
    await post('supabase', await webhook.sign(inserted, { secret: TOKEN, eventId: '', at: NOW }));
    expect(queued.map(({ id }) => id)).toEqual(Array(2).fill(`supabase:${USER_ID}`));
  });

  it.each([
    ['first', [SECRET, newWhsec(), newWhsec()]],
    ['in the middle', [newWhsec(), SECRET, newWhsec()]],
    ['last', [newWhsec(), newWhsec(), SECRET]],
  ])('verifies with its signature %s of three', async (_, secrets) => {
    expect((await connected().post('supabase', attempt(hook(), secrets))).status).toBe(200);
  });

  it('takes both secrets of a rotation, as Supabase lists them', async () => {
    const both = connected(`${SECRET}|${NEXT}`);
    for (const secret of [SECRET, NEXT]) {
      expect((await both.post('supabase', attempt(hook(), [secret]))).status).toBe(200);
    }
    expect(both.queued).toHaveLength(2);
  });

  it.each<[string, object]>([
    ['of an anonymous person', hook({ is_anonymous: true })],
    ['without a user id', hook({ id: undefined })],
    ['without a name', hook({}, { name: undefined })],
    ['with another name', hook({}, { name: 'custom-access-token' })],
    ['that is empty', {}],
  ])(
    '%s is answered 200 and ignored, because a refusal would deny the signup',
    async (_, event) => {
      const { post, queued } = connected();
      expect(await post('supabase', attempt(event))).toMatchObject({
        status: 200,
        answer: { status: 'ignored' },
      });
      expect(queued).toEqual([]);
    },
  );

  it('is answered 200 even when the queue is down, and the log says so', async () => {
    const { post, logged } = connected(SECRET, true);
    const { status, answer } = await post('supabase', attempt(hook()));
    expect(status).toBe(200);
    expect(JSON.stringify(answer)).not.toContain('error');
    expect(logged.join()).toContain('queue_unavailable');
    expect(logged.join()).not.toContain('ada');
  });

  it('with a wrong signature is refused, also with a right token beside it', async () => {
    const { post, queued } = connected(`${SECRET} ${TOKEN}`);
    const forged = attempt(hook(), [newWhsec()]);
    forged.headers.set('authorization', `Bearer ${TOKEN}`);
    expect((await post('supabase', forged)).status).toBe(401);
    expect(queued).toEqual([]);
  });

  it('with its secret as a bearer token is refused', async () => {
    const { body } = attempt(hook());
    const headers = { authorization: `Bearer ${SECRET}` };
    expect((await connected().post('supabase', { headers, body })).status).toBe(401);
  });
});

describe('the database webhook', () => {
  const inserted = JSON.parse(
    webhook.payload({ eventId: '', email: 'ada@example.com', occurredAt: NOW }),
  );

  it('that cannot be queued is answered 503, which blocks no signup', async () => {
    const signed = await webhook.sign(JSON.stringify(inserted), {
      secret: TOKEN,
      eventId: '',
      at: NOW,
    });
    expect((await connected(TOKEN, true).post('supabase', signed)).status).toBe(503);
  });

  it.each<[string, object]>([
    ['of an UPDATE', { type: 'UPDATE' }],
    ['of another schema’s users', { schema: 'public' }],
    ['of an anonymous person', { record: { ...inserted.record, is_anonymous: true } }],
  ])('%s is ignored', (_, change) => {
    expect(supabase.parse({ ...inserted, ...change }, {})).toMatchObject({ kind: 'ignored' });
  });
});
