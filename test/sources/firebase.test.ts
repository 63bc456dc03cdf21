// Firebase's ID token: only of the pinned project, and only the token says who the person is.
import { describe, expect, it } from 'vitest';
import { firebase as sample } from '../../samples/firebase.ts';
import { createIssuer } from '../../samples/issuer.ts';
import { newToken } from '../../samples/sample.ts';
import { issuerKeys } from '../../src/sources/issuer-keys.ts';
import { NOW, openWebhookRoute } from './webhook-route.ts';

const PROJECT = 'acme-prod';
const VISITOR_ID = 'a3ab2331-989f-4cfa-91c6-2461c9e3c6bd';
const google = createIssuer('9f25f8');
const inSeconds = (offset: number) => Math.floor(NOW.getTime() / 1000) + offset;

const genuine = {
  ...JSON.parse(
    sample.payload({ eventId: '', email: 'ada@example.com', name: 'Ada', occurredAt: NOW }),
  ).claims,
  iss: `https://securetoken.google.com/${PROJECT}`,
  aud: PROJECT,
  iat: inSeconds(-5),
  exp: inSeconds(3595),
};

function doorway() {
  const asked: string[] = [];
  const send: typeof fetch = async (input) => {
    asked.push(new Request(input).url);
    return Response.json(await google.publishedKeys());
  };
  const settings = { FIREBASE_WEBHOOK_SECRET: PROJECT };
  return {
    ...openWebhookRoute({ settings, issuerKeys: issuerKeys(send, () => NOW.getTime()) }),
    asked,
  };
}

async function call(claims: object, body: unknown = { datafast_visitor_id: VISITOR_ID }) {
  const authorization = `Bearer ${await google.sign({ ...claims })}`;
  return { headers: { authorization }, body: JSON.stringify(body) };
}

describe('Firebase’s ID token', () => {
  it('says who the person is, and what the body says about the person does not count', async () => {
    const { post, queued, asked } = doorway();
    const body = { datafast_visitor_id: VISITOR_ID, email: 'eve@example.com', sub: 'eve' };
    expect((await post('firebase', await call(genuine, body))).status).toBe(200);
    expect(queued).toMatchObject([
      { id: 'firebase:Xq7c9ZkT2vhW', email: 'ada@example.com', visitorId: VISITOR_ID },
    ]);
    expect(JSON.stringify(queued)).not.toContain('eve');
    expect(asked).toEqual([
      'https://www.googleapis.com/service_accounts/v1/jwk/securetoken@system.gserviceaccount.com',
    ]);
  });

  it.each<[string, object]>([
    ['of another project', { iss: 'https://securetoken.google.com/evil-prod', aud: 'evil-prod' }],
    ['for another audience', { aud: 'evil-prod' }],
    ['of another issuer', { iss: 'https://securetoken.google.com/evil-prod' }],
    ['without an issuer', { iss: undefined }],
    ['without an audience', { aud: undefined }],
    ['that is a session cookie', { iss: `https://session.firebase.google.com/${PROJECT}` }],
    ['that has expired', { iat: inSeconds(-3590), exp: inSeconds(-301) }],
    ['of more than an hour ago', { iat: inSeconds(-3601) }],
    ['of the future', { iat: inSeconds(301) }],
  ])('%s is refused', async (_, change) => {
    const { post, queued } = doorway();
    expect((await post('firebase', await call({ ...genuine, ...change }))).status).toBe(401);
    expect(queued).toEqual([]);
  });

  it('in the body, or signed with another key, is refused', async () => {
    const { post } = doorway();
    const token = await google.sign(genuine);
    const forged = await createIssuer('9f25f8').sign(genuine);
    const body = JSON.stringify({ token });
    for (const authorization of ['', token, `Bearer ${forged}`]) {
      expect((await post('firebase', { headers: { authorization }, body })).status).toBe(401);
    }
  });

  it('counts with an unverified address, as most have at the first sign-in', async () => {
    const { post, queued } = doorway();
    await post('firebase', await call({ ...genuine, email_verified: false }));
    expect(queued).toMatchObject([{ email: 'ada@example.com' }]);
  });

  it('of an anonymous user is acknowledged and ignored', async () => {
    const { post, queued } = doorway();
    const nobody = { sign_in_provider: 'anonymous', identities: {} };
    const anonymous = { ...genuine, email: undefined, firebase: nobody };
    expect(await post('firebase', await call(anonymous))).toMatchObject({
      status: 200,
      answer: { status: 'ignored', reason: 'anonymous_user' },
    });
    expect(queued).toEqual([]);
  });

  it('of an account that was linked counts, although the token still says anonymous', async () => {
    const { post, queued } = doorway();
    const identities = { email: ['ada@example.com'] };
    const linked = { ...genuine, firebase: { sign_in_provider: 'anonymous', identities } };
    await post('firebase', await call(linked));
    await post('firebase', await call({ ...linked, email: undefined }));
    expect(queued).toMatchObject(Array(2).fill({ email: 'ada@example.com' }));
  });

  it('with a body that is not an object still announces the person', async () => {
    const { post, queued } = doorway();
    await post('firebase', await call(genuine, [VISITOR_ID]));
    expect(queued).toMatchObject([{ email: 'ada@example.com' }]);
    expect(queued[0]?.visitorId).toBeUndefined();
  });

  it('is not accepted when a token is set where the project ID belongs', async () => {
    const { post } = openWebhookRoute({ settings: { FIREBASE_WEBHOOK_SECRET: newToken() } });
    expect((await post('firebase', await call(genuine))).status).toBe(503);
  });
});
