// What Auth0, WorkOS, Logto, Stytch and Descope do differently from the other providers.
import { describe, expect, it } from 'vitest';
import { samples } from '../../samples/index.ts';
import { newToken, type SampleSignup } from '../../samples/sample.ts';
import type { JsonObject } from '../../src/json.ts';
import { sources } from '../../src/sources/index.ts';
import { sampleWith, withValue } from './sample-with.ts';
import { NOW, openWebhookRoute } from './webhook-route.ts';

const VISITOR_ID = 'a3ab2331-989f-4cfa-91c6-2461c9e3c6bd';
const ada: SampleSignup = {
  eventId: 'evt_1',
  email: 'ada@example.com',
  name: 'Ada Lovelace',
  occurredAt: NOW,
};

/** The sample's payload with one place changed. */
const changed = (source: string, place: string, value: unknown) =>
  sampleWith(source, { [place]: value });

/** What the source reads when the id `msg_1` is signed. */
function read(source: string, payload: JsonObject) {
  const parsed = sources.get(source)?.parse(payload, { id: 'msg_1' });
  return parsed?.kind === 'signup' ? parsed.signup : parsed;
}

describe('Auth0', () => {
  it('uses the email as the name of people without one, which does not count as a name', () => {
    const payload = changed('auth0', 'data.object.name', 'ada@example.com');
    expect(read('auth0', payload)).toMatchObject({ email: 'ada@example.com', name: undefined });
  });

  it('has given and family name, which count when the full name is an email', () => {
    const nameless = changed('auth0', 'data.object.name', 'ada@example.com');
    const named = withValue(nameless, ['data', 'object', 'given_name'], 'Ada');
    expect(read('auth0', named)).toMatchObject({ name: 'Ada' });
  });

  const token = newToken();
  const settings = { AUTH0_WEBHOOK_SECRET: token };
  const webhook = (body: string) => ({ headers: { authorization: `Bearer ${token}` }, body });

  it.each([
    ['an event without an id', JSON.stringify(changed('auth0', 'id', undefined))],
    ['a JSON array', '[]'],
    ['no JSON', '{'],
  ])(
    'is answered 200 for %s, because a 4xx is final and a few of them switch the stream off',
    async (_, body) => {
      const { post, queued, logged } = openWebhookRoute({ settings });
      expect((await post('auth0', webhook(body))).status).toBe(200);
      expect(queued).toEqual([]);
      expect(logged.join()).toContain('webhook_unreadable');
    },
  );

  it('is asked to send again while the queue is down', async () => {
    const { post } = openWebhookRoute({ settings, isQueueDown: true });
    const body = samples.get('auth0')?.payload(ada) ?? '';
    expect((await post('auth0', webhook(body))).status).toBe(503);
  });
});

describe('WorkOS', () => {
  const secret = newToken();
  const body = samples.get('workos')?.payload(ada) ?? '';

  async function post(change: (header: string) => string): Promise<number> {
    const signed = await samples.get('workos')?.sign(body, { secret, eventId: '', at: NOW });
    const header = signed?.headers.get('workos-signature') ?? '';
    const { post: send } = openWebhookRoute({ settings: { WORKOS_WEBHOOK_SECRET: secret } });
    return (await send('workos', { headers: { 'workos-signature': change(header) }, body })).status;
  }

  it.each<[string, (header: string) => string, number]>([
    ['a space after the comma, as it comes', (header) => header, 200],
    ['no space after the comma', (header) => header.replace(', ', ','), 200],
    ['a second v1 during rotation', (header) => `${header}, v1=${'0'.repeat(64)}`, 200],
    ['the valid v1 last', (header) => header.replace('v1=', `v1=${'0'.repeat(64)}, v1=`), 200],
    ['seconds instead of milliseconds', (header) => header.replace(/(t=\d{10})\d{3}/, '$1'), 401],
    ['microseconds', (header) => header.replace(/(t=\d{13})/, '$1000'), 401],
    ['another millisecond', (header) => header.replace(/0,/, '1,'), 401],
    ['a second timestamp', (header) => `${header}, t=${NOW.getTime()}`, 401],
  ])('with %s', async (_, change, status) => {
    expect(await post(change)).toBe(status);
  });

  it('can have the visitor ID as the external id, when that is a UUID', () => {
    const payload = (value: string) => changed('workos', 'data.external_id', value);
    expect(read('workos', payload(VISITOR_ID))).toMatchObject({ visitorId: VISITOR_ID });
    expect(read('workos', payload('user-42'))).not.toHaveProperty('visitorId');
    expect(read('workos', payload('user-42'))).not.toHaveProperty('visitorIdInvalid');
  });

  it('also creates directory users, who are ignored because they did not sign up', () => {
    expect(read('workos', changed('workos', 'event', 'dsync.user.created'))).toMatchObject({
      kind: 'ignored',
    });
  });
});

describe('Logto', () => {
  it.each(['User.Created', 'PostSignIn', 'User.Deleted'])('ignores %s', (event) => {
    expect(read('logto', changed('logto', 'event', event))).toMatchObject({ kind: 'ignored' });
  });

  it('has user names, which do not count as names', () => {
    const payload = withValue(changed('logto', 'user.name', null), ['user', 'username'], 'ada42');
    expect(read('logto', payload)).toMatchObject({ name: undefined });
  });

  it('has the same hookId for everybody, so the id of the signup is the id of the person', () => {
    const [one, two] = ['u1', 'u2'].map((id) => read('logto', changed('logto', 'userId', id)));
    expect(one).toMatchObject({ id: 'logto:u1' });
    expect(two).toMatchObject({ id: 'logto:u2' });
  });
});

describe('Stytch', () => {
  it.each(['DASHBOARD', 'SCIM'])('ignores people made by %s', (origin) => {
    expect(read('stytch', changed('stytch', 'source', origin))).toMatchObject({ kind: 'ignored' });
  });

  it('prefers a verified email', () => {
    const emails = [
      { email: 'unverified@example.com', verified: false },
      { email: 'verified@example.com', verified: true },
    ];
    expect(read('stytch', changed('stytch', 'user.emails', emails))).toMatchObject({
      email: 'verified@example.com',
    });
  });

  it('also announces members of organizations', () => {
    const member = {
      member_id: 'member-live-1',
      email_address: 'ada@example.com',
      name: 'Ada Lovelace',
      untrusted_metadata: { datafast_visitor_id: VISITOR_ID },
    };
    const payload = { ...changed('stytch', 'object_type', 'member'), user: undefined, member };
    expect(read('stytch', payload)).toMatchObject({
      id: 'stytch:msg_1',
      email: 'ada@example.com',
      name: 'Ada Lovelace',
      userId: 'member-live-1',
      visitorId: VISITOR_ID,
    });
  });
});

describe('Descope’s audit event', () => {
  it.each<[string, object]>([
    ['login ids', { loginIds: ['+15550100', 'ada@example.com'] }],
    ['external ids', { externalIds: ['ada@example.com'] }],
    ['data', { data: { email: 'ada@example.com' } }],
    ['a user', { user: { email: 'ada@example.com' } }],
  ])('can have the email in its %s', (_, place) => {
    const event = { action: 'UserCreated', userId: 'U1', occurred: '1795424370000', ...place };
    expect(read('descope', event)).toMatchObject({
      id: 'descope:U1',
      email: 'ada@example.com',
      userId: 'U1',
      customerId: 'U1',
      occurredAt: '2026-11-23T08:59:30.000Z',
    });
  });
});
