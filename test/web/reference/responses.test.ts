// Every response of the API, good or bad, is one that the reference describes: status, content type, and every key.
import { createExecutionContext } from 'cloudflare:test';
import { env, exports } from 'cloudflare:workers';
import { beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { samples } from '../../../samples/index.ts';
import { destinations } from '../../../src/destinations/index.ts';
import { writeHeartbeat } from '../../../src/ledger/heartbeats.ts';
import { readConfig } from '../../../src/settings/config.ts';
import { sources } from '../../../src/sources/index.ts';
import { createApp } from '../../../src/web/app.ts';
import { findOperation } from '../../../src/web/reference/find-operation.ts';
import type { Operation } from '../../../src/web/reference/operation.ts';
import { operations } from '../../../src/web/reference/operations.ts';
import { somebody, type World, webhook } from '../../world.ts';
import { describedResponse } from './described-response.ts';
import { examples, ORIGIN, requestOf, setStage } from './stage.ts';

let world: World;
const reset = async () => {
  world = await setStage();
};
beforeAll(reset);

const seen = new Set<string>();
async function answered(request: Request, response: Response): Promise<string> {
  const answer = await describedResponse(request, response);
  seen.add(answer);
  return answer;
}

async function ask(request: Request): Promise<string> {
  return answered(request, await exports.default.fetch(request.clone()));
}

/** Asks a Worker in which nothing works except its settings. */
async function askBroken(request: Request, settings: object): Promise<string> {
  const config = readConfig(settings, { sources: [...sources.values()], destinations });
  const fail = () => Promise.reject(new Error('broken'));
  const broken = {
    config,
    sources,
    issuerKeys: fail,
    enqueue: fail,
    countWebhook: () => undefined,
    sleep: fail,
    now: () => {
      throw new Error('broken');
    },
    log: () => undefined,
  };
  const response = await createApp().fetch(request.clone(), broken, createExecutionContext());
  return answered(request, response);
}

interface Call {
  method?: string;
  body?: unknown;
  headers?: Record<string, string>;
}
const operator = (path: string, { method = 'GET', body, headers }: Call = {}) =>
  new Request(`${ORIGIN}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${env.ADMIN_TOKEN}`,
      'content-type': 'application/json',
      ...headers,
    },
    body: body === undefined ? null : typeof body === 'string' ? body : JSON.stringify(body),
  });
const post = (path: string, body?: unknown, headers: Record<string, string> = {}) =>
  operator(path, { method: 'POST', body, headers });

async function signed(source: string, secret: string, body: string): Promise<Request> {
  const proven = await samples
    .get(source)
    ?.sign(body, { secret, eventId: 'evt_1', at: new Date() });
  return new Request(`${ORIGIN}/webhooks/${source}`, { method: 'POST', ...proven });
}

/** A request that the operation answers 200. */
function goodRequest(operation: Operation): Request {
  const example = examples.find(({ request: { method, url }, response }) => {
    const { pathname } = new URL(url.replace('$WHENCE', ORIGIN));
    return response.status === 200 && findOperation(operations, method, pathname) === operation;
  });
  if (!example) throw new Error(`${operation.id} has no example`);
  return requestOf(example);
}

const served = operations.filter(({ isAsset }) => !isAsset);
const guarded = served.filter(({ opensTo }) => opensTo === 'operator');
const TOO_LARGE = JSON.stringify({ signups: ['x'.repeat(1_048_576)] });

// In this order, because the last one looks back at the others.
describe('the reference', { shuffle: false }, () => {
  describe('a described response comes', () => {
    it.each(
      examples.map((example) => [example.commands.split('\n').at(-1) ?? '', example] as const),
    )('to the example %s', async (_, example) => {
      const answer = await ask(requestOf(example));
      expect(answer).toMatch(/^\w+ \d{3}$/);
    });

    it.each(guarded.map((operation) => [operation.id, operation] as const))(
      'from %s to strangers, and while there is no ADMIN_TOKEN',
      async (id, operation) => {
        const request = goodRequestOr(operation);
        request.headers.delete('authorization');
        expect(await ask(request)).toBe(`${id} 401`);
        expect(await askBroken(request, {})).toBe(`${id} 503`);
      },
    );

    it.each(
      served
        .filter(({ responses }) => 500 in responses)
        .map((operation) => [operation.id, operation] as const),
    )('from %s when something breaks', async (id, operation) => {
      const request = goodRequestOr(operation);
      expect(await askBroken(request, env)).toBe(`${id} 500`);
    });

    const goodRequestOr = (operation: Operation) =>
      operation.id === 'receiveWebhook'
        ? post('/webhooks/stripe', {}, { 'stripe-signature': 't=1,v1=00' })
        : new Request(goodRequest(operation));

    it.each<[string, () => Request | Promise<Request>]>([
      ['listSignups 400', () => operator('/api/signups?limit=0')],
      ['stats 400', () => operator('/api/stats?days=0')],
      ['coverage 400', () => operator('/api/coverage?days=0')],
      ['readSignup 200', () => operator('/api/signups/signup%3Amsg_0')],
      ['readSignup 404', () => operator(`/api/signups/${'%20'.repeat(400)}`)],
      ['backfill 400', () => post('/api/signups', { signups: [] })],
      ['backfill 400', () => post('/api/signups', '[]')],
      ['backfill 400', () => post('/api/signups', '{"signups":')],
      ['backfill 400', () => post('/api/signups')],
      ['backfill 413', () => post('/api/signups', TOO_LARGE)],
      ['backfill 415', () => post('/api/signups', '{}', { 'content-type': 'text/plain' })],
      ['replaySignup 404', () => post('/api/signups/nobody/replay')],
      ['replay 200', () => post('/api/replay')],
      ['replay 400', () => post('/api/replay', { cursor: 'nonsense' })],
      ['replay 413', () => post('/api/replay', TOO_LARGE)],
      ['replay 415', () => post('/api/replay', 'a=b', { 'content-type': 'multipart/form-data' })],
      ['erasePerson 400', () => operator('/api/people/ada', { method: 'DELETE' })],
      [
        'erasePerson 200',
        () => operator('/api/people/nobody@example.com?destinations=true', { method: 'DELETE' }),
      ],
      ['switchOn 200', () => post('/api/destinations/hubspot/switch-on')],
      ['switchOn 404', () => post('/api/destinations/nobody/switch-on')],
      ['readVisitor 200', () => operator(`/api/visitors/${world.visitor()}`)],
      ['readVisitor 400', () => operator('/api/visitors/1')],
      ['preview 400', () => operator('/api/preview')],
      ['preview 200', () => operator('/api/preview?email=ada@example.com')],
      ['health 200', () => new Request(`${ORIGIN}/health`)],
      ['receiveWebhook 200', () => webhook('stripe', somebody())],
      ['receiveWebhook 404', () => post('/webhooks/nobody', {})],
      ['receiveWebhook 413', () => post('/webhooks/stripe', TOO_LARGE)],
      ['receiveSignup 401', () => post('/webhooks/signup', {})],
      ['receiveSignup 413', () => post('/webhooks/signup', TOO_LARGE)],
      ['nowhere 404', () => operator('/api/nothing')],
      ['nowhere 404', () => operator('/api/signups/%00/%E0%A4%A')],
      ['nowhere 405', () => operator('/api/preview', { method: 'PATCH' })],
      ['nowhere 405', () => operator('/webhooks/signup')],
    ])('as %s (%#)', async (expected, request) => {
      expect(await ask(await request())).toBe(expected);
    });

    it.each([
      ['receiveSignup 400', 'signup', env.SIGNUP_WEBHOOK_SECRET],
      ['receiveWebhook 400', 'stripe', env.STRIPE_WEBHOOK_SECRET],
    ])('as %s to an event that is signed but unreadable', async (expected, source, secret) => {
      expect(await ask(await signed(source, secret, '{"type":'))).toBe(expected);
    });
  });

  describe('a described response comes while', () => {
    beforeEach(reset);

    it('a message has another version', async () => {
      await env.LEDGER.exec(
        `UPDATE signups SET signup = '{"version":2}' WHERE id = 'signup:msg_0'`,
      );
      expect(await ask(post('/api/signups/signup:msg_0/replay'))).toBe('replaySignup 409');
    });

    it.each(['readVisitor', 'preview'])('DataFast is unavailable, from %s', async (id) => {
      world.datafast.failWith({ status: 500 });
      const visitorId = crypto.randomUUID();
      const path =
        id === 'preview'
          ? `/api/preview?email=ada@example.com&visitorId=${visitorId}`
          : `/api/visitors/${visitorId}`;
      expect(await ask(operator(path))).toBe(`${id} 503`);
    });

    it('cron does not run', async () => {
      await writeHeartbeat(env.LEDGER, 'cron', '2026-11-20T09:00:00.000Z', '{}');
      expect(await ask(operator('/health'))).toBe('health 503');
    });

    it('the CRM cannot be read', async () => {
      world.hubspot.failWith({ status: 401 });
      expect(await ask(operator('/api/preview?email=ada@example.com'))).toBe('preview 200');
    });

    it('the queue is unavailable, and the ledger stays as it was', async () => {
      const spies = [vi.spyOn(env.SIGNUPS, 'send'), vi.spyOn(env.SIGNUPS, 'sendBatch')];
      for (const spy of spies) spy.mockRejectedValue(new Error('the queue is unavailable'));
      onTestFinished(() => {
        for (const spy of spies) spy.mockRestore();
      });
      const past = { email: 'ada@example.com', signed_up_at: '2026-10-01' };
      expect(await ask(post('/api/signups', { signups: [past] }))).toBe('backfill 503');
      expect(await ask(post('/api/replay'))).toBe('replay 503');
      expect(await ask(post('/api/signups/signup:msg_0/replay'))).toBe('replaySignup 503');
      expect(await ask(await webhook('signup', somebody()))).toBe('receiveSignup 503');
      expect(await ask(await webhook('stripe', somebody()))).toBe('receiveWebhook 503');
      const page = await exports.default.fetch(operator('/api/signups?status=failed'));
      expect((await page.json<{ items: unknown[] }>()).items).toHaveLength(2);
    });
  });

  it('every described response was seen above', () => {
    const described = served.flatMap(({ id, responses }) =>
      Object.keys(responses).map((status) => `${id} ${status}`),
    );
    expect(described.filter((response) => !seen.has(response))).toEqual([]);
  });
});
