// The route for webhooks: what it accepts, what it refuses, and what strangers never learn.
import { createExecutionContext, waitOnExecutionContext } from 'cloudflare:test';
import { Webhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import { clerk as clerkSample } from '../../samples/clerk.ts';
import { samples } from '../../samples/index.ts';
import type { SampleSignup } from '../../samples/sample.ts';
import { destinations } from '../../src/destinations/index.ts';
import type { Signup } from '../../src/model.ts';
import { readConfig } from '../../src/settings/config.ts';
import { sources } from '../../src/sources/index.ts';
import { createApp } from '../../src/web/app.ts';
import { SECURITY_HEADERS } from '../../src/web/security-headers.ts';
import type { WebhookDependencies } from '../../src/web/webhooks.ts';

const NOW = new Date('2026-11-23T09:00:00.000Z');
const SECRET = 'whsec_c2lnbnVwLXRlc3Qtc2VjcmV0LW9mLTMyLWJ5dGVz';
const app = createApp();

/** The route alone, with a queue that remembers. There is no ledger, no cache and no network to use. */
function openRoute(
  settings: Record<string, string | undefined> = { SIGNUP_WEBHOOK_SECRET: SECRET },
) {
  const queued: Signup[] = [];
  const logged: string[] = [];
  const dependencies: WebhookDependencies = {
    config: readConfig(settings, { sources: [...sources.values()], destinations }),
    sources,
    issuerKeys: () => Promise.reject(new Error('no issuer can be reached')),
    enqueue: async (signup) => queued.push(signup),
    countWebhook: () => undefined,
    sleep: async () => {},
    now: () => NOW.getTime(),
    log: (level, event, fields) => logged.push(JSON.stringify({ level, event, ...fields })),
  };
  return { dependencies, queued, logged };
}

const person: SampleSignup = {
  eventId: 'msg_2fCxZ8r1bW',
  email: 'ada@example.com',
  name: 'Ada Lovelace',
  visitorId: 'a3ab2331-989f-4cfa-91c6-2461c9e3c6bd',
  occurredAt: new Date(NOW.getTime() - 30_000),
};

async function signed(
  body: string,
  { source = 'signup', at = NOW, secret = SECRET } = {},
): Promise<Request> {
  const sample = samples.get(source);
  if (!sample) throw new Error(source);
  const webhook = await sample.sign(body, { secret, eventId: person.eventId, at });
  return new Request(`https://whence.example/webhooks/${source}`, { method: 'POST', ...webhook });
}

const body = samples.get('signup')?.payload(person) ?? '';

async function post(request: Request, at = openRoute()) {
  const response = await app.fetch(request, at.dependencies, createExecutionContext());
  return { ...at, status: response.status, response, answer: await response.json() };
}

describe('a webhook', () => {
  it('that is genuine is accepted once the queue has it', async () => {
    const { status, answer, queued, logged } = await post(await signed(body));
    expect(status).toBe(200);
    expect(answer).toEqual({ status: 'accepted', id: 'signup:msg_2fCxZ8r1bW' });
    expect(queued).toEqual([
      {
        version: 1,
        id: 'signup:msg_2fCxZ8r1bW',
        source: 'signup',
        email: 'ada@example.com',
        name: 'Ada Lovelace',
        visitorId: 'a3ab2331-989f-4cfa-91c6-2461c9e3c6bd',
        occurredAt: '2026-11-23T08:59:30.000Z',
        receivedAt: NOW.toISOString(),
        test: false,
        workerUrl: 'https://whence.example',
      },
    ]);
    expect(logged).toEqual([]);
  });

  it.each([
    'webhooks/s%69gnup',
    'webhooks/%73%69%67%6E%75%70',
    'webhooks/%73%69%67%6e%75%70?to=100%25',
    '%77ebhooks/signup',
    'webhooks/signup?name=100%25',
  ])('is accepted at an address that says the same in another spelling: /%s', async (path) => {
    const genuine = await signed(body);
    const { status, queued } = await post(new Request(`https://whence.example/${path}`, genuine));
    expect(status).toBe(200);
    expect(queued).toMatchObject([{ id: 'signup:msg_2fCxZ8r1bW' }]);
    expect(queued[0]?.workerUrl).toBe('https://whence.example');
  });

  it.each([
    's%2569gnup',
    'signup%',
    'signup%zz',
    'signup%2F',
    'signup%00',
    '%2Fsignup',
    's%C3%AFgnup',
    '%5F%5Fproto__',
  ])('is refused at an address that says something else: /webhooks/%s', async (name) => {
    const genuine = await signed(body);
    const { status, queued } = await post(
      new Request(`https://whence.example/webhooks/${name}`, genuine),
    );
    expect(status).toBe(404);
    expect(queued).toEqual([]);
  });

  it('whose visitor ID is not a UUID is accepted without it: the person counts, the value is dropped', async () => {
    const hostile = samples.get('signup')?.payload({ ...person, visitorId: '../../admin' }) ?? '';
    const { status, queued } = await post(await signed(hostile));
    expect(status).toBe(200);
    expect(queued).toMatchObject([{ email: 'ada@example.com', visitorIdInvalid: true }]);
    expect(JSON.stringify(queued)).not.toContain('admin');
  });

  it('from the future happened now', async () => {
    const future =
      samples.get('signup')?.payload({ ...person, occurredAt: new Date('2031-01-01') }) ?? '';
    const { queued } = await post(await signed(future));
    expect(queued[0]?.occurredAt).toBe(NOW.toISOString());
  });

  it.each<[string, (genuine: Request) => Request | Promise<Request>, number]>([
    ['with a tampered body', (r) => new Request(r, { body: body.replace('ada', 'eve') }), 401],
    ['without a signature', (r) => without(r, 'webhook-signature'), 401],
    ['without an id', (r) => without(r, 'webhook-id'), 401],
    ['with another secret', () => signed(body, { secret: clerkSample.newSecret() }), 401],
    ['of ten minutes ago', () => signed(body, { at: new Date(NOW.getTime() - 600_000) }), 401],
    ['of 1.1 MiB', () => signed(body + ' '.repeat(1_153_434)), 413],
    ['of 1.1 MiB without a length', (r) => new Request(r, streamed(1_153_434)), 413],
    ['that is not JSON', () => signed('{"type":'), 400],
    ['that is a JSON array', () => signed('[]'), 400],
    ['that is null', () => signed('null'), 400],
    ['that is a number', () => signed('42'), 400],
    ['without an event type', () => signed('{"data":{}}'), 400],
    [
      'for an unknown source',
      () => new Request('https://w.example/webhooks/nobody', { method: 'POST', body }),
      404,
    ],
    [
      'for __proto__',
      () => new Request('https://w.example/webhooks/__proto__', { method: 'POST', body }),
      404,
    ],
    ['that is fetched, not posted', () => new Request('https://w.example/webhooks/signup'), 405],
  ])('%s changes nothing', async (_, change, expected) => {
    const { status, response, answer, queued, logged } = await post(
      await change(await signed(body)),
    );
    expect(status).toBe(expected);
    expect(queued).toEqual([]);
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    expect(answer).toMatchObject({ status: expected, title: expect.any(String) });
    expect(logged.join()).not.toMatch(/ada@|Ada|Lovelace|eve@|whsec|msg_/);
  });

  it('in broken UTF-8 under a good signature is unreadable, not forged', async () => {
    const bytes = Uint8Array.from([
      ...new TextEncoder().encode(body.slice(0, -2)),
      0xff,
      0x7d,
      0x7d,
    ]);
    const key = await crypto.subtle.importKey(
      'raw',
      Uint8Array.from(atob(SECRET.slice(6)), (c) => c.charCodeAt(0)),
      { name: 'HMAC', hash: 'SHA-256' },
      false,
      ['sign'],
    );
    const at = String(NOW.getTime() / 1000);
    const prefix = new TextEncoder().encode(`msg_1.${at}.`);
    const mac = await crypto.subtle.sign('HMAC', key, Uint8Array.from([...prefix, ...bytes]));
    const request = new Request('https://whence.example/webhooks/signup', {
      method: 'POST',
      body: bytes,
      headers: {
        'webhook-id': 'msg_1',
        'webhook-timestamp': at,
        'webhook-signature': `v1,${btoa(String.fromCharCode(...new Uint8Array(mac)))}`,
      },
    });
    const { status, queued } = await post(request);
    expect(status).toBe(400);
    expect(queued).toEqual([]);
  });

  it.each([
    'signup_john.doe',
    'signup_auth0|5f.7c',
    'signup_user@example.com',
    'signup_a b',
    'signup_jan\u00e9',
    `signup_${'x'.repeat(258)}`,
  ])('with the id %s is answered 400, and says which ids are good', async (eventId) => {
    for (const secret of [SECRET, clerkSample.newSecret()]) {
      const request = samples.get('signup')?.sign(body, { secret, eventId, at: NOW });
      const init = { method: 'POST', ...(await request) };
      const refused = new Request('https://whence.example/webhooks/signup', init);
      const { status, answer, queued } = await post(refused);
      expect(status).toBe(400);
      expect(answer).toMatchObject({ detail: expect.stringContaining('dot') });
      expect(queued).toEqual([]);
    }
  });

  it('refused says nothing about why; the log does', async () => {
    const reasons = new Set<string>();
    const answers = new Set<string>();
    for (const request of [
      without(await signed(body), 'webhook-signature'),
      await signed(body, { secret: clerkSample.newSecret() }),
      await signed(body, { at: new Date(NOW.getTime() - 600_000) }),
    ]) {
      const { answer, logged } = await post(request);
      answers.add(JSON.stringify(answer));
      reasons.add(JSON.parse(logged[0] ?? '{}').reason);
    }
    expect(answers.size).toBe(1);
    expect(reasons).toEqual(
      new Set(['header_missing', 'signature_mismatch', 'timestamp_outside_tolerance']),
    );
  });

  it('to a source without a secret is answered 503, and the log names the key', async () => {
    const { status, response, logged } = await post(
      await signed(body, { source: 'stripe' }),
      openRoute({ SIGNUP_WEBHOOK_SECRET: SECRET }),
    );
    expect(status).toBe(503);
    expect(response.headers.get('retry-after')).not.toBeNull();
    expect(logged.join()).toContain('STRIPE_WEBHOOK_SECRET');
  });

  it('that meets a bug is answered 500, so that the provider sends it again, and the log has nothing of it', async () => {
    const at = openRoute();
    const source = sources.get('signup');
    if (!source) throw new Error('there is one');
    const parse = () => {
      throw new Error('ada@example.com is no number');
    };
    at.dependencies.sources = new Map([['signup', { ...source, parse }]]);
    const { status, response, queued, logged } = await post(await signed(body), at);
    expect(status).toBe(500);
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    for (const [name, value] of SECURITY_HEADERS) expect(response.headers.get(name)).toBe(value);
    expect(queued).toEqual([]);
    expect(logged).toEqual([expect.stringContaining('request_failed')]);
    expect(logged.join()).not.toContain('ada@');
  });

  it('that the queue refuses is answered 503, so that the provider sends it again', async () => {
    const broken = openRoute();
    broken.dependencies.enqueue = () => Promise.reject(new Error('queue of ada@example.com'));
    const { status, response, logged } = await post(await signed(body), broken);
    expect(status).toBe(503);
    expect(response.headers.get('retry-after')).not.toBeNull();
    expect(logged.join()).not.toContain('ada');
  });

  it('to a hook that may not wait is answered before the queue has it, and is still queued', async () => {
    const secret = `v1,${clerkSample.newSecret()}`;
    const hook = JSON.stringify({
      metadata: { name: 'before-user-created', time: NOW.toISOString() },
      user: { id: 'user_1', email: 'ada@example.com' },
    });
    const id = 'msg_1';
    const headers = {
      'webhook-id': id,
      'webhook-timestamp': String(NOW.getTime() / 1000),
      'webhook-signature': new Webhook(secret.slice(3)).sign(id, NOW, hook),
    };
    const slow = openRoute({ SUPABASE_WEBHOOK_SECRET: secret });
    const pending = Promise.withResolvers<void>();
    slow.dependencies.enqueue = () => pending.promise;
    const context = createExecutionContext();
    const request = new Request('https://w.example/webhooks/supabase', {
      method: 'POST',
      headers,
      body: hook,
    });
    const response = await app.fetch(request, slow.dependencies, context);
    expect(response.status).toBe(200);
    expect(slow.logged.join()).toContain('queue_slow');
    pending.resolve();
    await waitOnExecutionContext(context);
  });

  it.each([
    ['not a signup', body.replace('user.signup', 'user.deleted'), 'not_a_signup_event', 'signup'],
    [
      'from test mode',
      samples.get('stripe')?.payload({ ...person, test: true }) ?? '',
      'test_event',
      'stripe',
    ],
  ])('%s is acknowledged and ignored', async (_, event, reason, source) => {
    const settings = { SIGNUP_WEBHOOK_SECRET: SECRET, STRIPE_WEBHOOK_SECRET: SECRET };
    const { status, answer, queued } = await post(
      await signed(event, { source }),
      openRoute(settings),
    );
    expect(status).toBe(200);
    expect(answer).toEqual({ status: 'ignored', reason });
    expect(queued).toEqual([]);
  });

  it('from test mode goes through where the operator allows it', async () => {
    const event = samples.get('stripe')?.payload({ ...person, test: true }) ?? '';
    const settings = { STRIPE_WEBHOOK_SECRET: SECRET, ALLOW_TEST_EVENTS: 'true' };
    const { queued } = await post(await signed(event, { source: 'stripe' }), openRoute(settings));
    expect(queued).toMatchObject([{ test: true }]);
  });

  it('of one provider on another’s route is refused, even with the same secret', async () => {
    // One secret for every scheme that takes it.
    const settings = Object.fromEntries(
      [...sources.values()].map(({ name, secretName, secretProblem }) => [
        secretName,
        secretProblem(SECRET) ? samples.get(name)?.newSecret() : SECRET,
      ]),
    );
    for (const [from, sample] of samples) {
      const { secretName } = sources.get(from) ?? { secretName: '' };
      for (const to of sources.keys()) {
        if (from === to) continue;
        const foreign = sample.payload(person);
        const request = await signed(foreign, { source: from, secret: settings[secretName] });
        const { status, queued, answer } = await post(
          new Request(`https://whence.example/webhooks/${to}`, request),
          openRoute(settings),
        );
        // Where the scheme is the same, the event is not one of the other provider.
        const refused =
          [400, 401, 503].includes(status) || JSON.stringify(answer).includes('ignored');
        expect(refused, `${from} → ${to}: ${status} ${JSON.stringify(answer)}`).toBe(true);
        expect(queued).toEqual([]);
      }
    }
  });
});

function without(request: Request, header: string): Request {
  const headers = new Headers(request.headers);
  headers.delete(header);
  return new Request(request, { headers });
}

function streamed(length: number): RequestInit {
  const chunk = new Uint8Array(64 * 1024);
  let sent = 0;
  const stream = new ReadableStream<Uint8Array>({
    pull(controller) {
      controller.enqueue(chunk);
      sent += chunk.length;
      if (sent > length) controller.close();
    },
  });
  return { method: 'POST', body: stream };
}
