// A destination that its service has switched off: the dashboard and the doctor say so, and the operator switches it on.
import { createExecutionContext } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, it } from 'vitest';
import { digest } from '../../src/crypto.ts';
import { readStopped, writeStopped } from '../../src/ledger/stopped.ts';
import { worker } from '../worker-under-test.ts';
import { createWorld } from '../world.ts';
import { ORIGIN, openSession, type Session } from './browser-session.ts';

const URL_OF_RECEIVER = 'https://receiver.example/whence';
const withWebhook = {
  ...env,
  WEBHOOK_URL: URL_OF_RECEIVER,
  WEBHOOK_SECRET: 'whsec_d2ViaG9vay10ZXN0LXNlY3JldC1vZi0zMi1ieXRlcyE=',
};
let session: Session;

beforeEach(async () => {
  await createWorld();
  session = await openSession();
  await writeStopped(env.LEDGER, {
    name: 'webhook',
    settings: await digest(URL_OF_RECEIVER),
    reason: 'webhook_gone',
    stoppedAt: '2026-11-24T09:00:00.000Z',
  });
});

function ask(
  path: string,
  init: RequestInit<IncomingRequestCfProperties> = {},
  bindings = withWebhook,
) {
  const request = new Request<unknown, IncomingRequestCfProperties>(`${ORIGIN}${path}`, {
    redirect: 'manual',
    ...init,
  });
  return worker.fetch(request, bindings, createExecutionContext());
}

const page = async (bindings = withWebhook) =>
  (await ask('/', { headers: { cookie: session.cookie } }, bindings)).text();
const operator = { authorization: `Bearer ${env.ADMIN_TOKEN}` };
const press = (fields: Record<string, string>) =>
  ask('/destinations/webhook/switch-on', {
    method: 'POST',
    headers: { cookie: session.cookie, origin: ORIGIN, 'sec-fetch-site': 'same-origin' },
    body: new URLSearchParams(fields),
  });

describe('a destination that its service has switched off', () => {
  it('stands on the dashboard, with why and a button', async () => {
    const html = await page();
    expect(html).toContain('Outgoing webhook is off');
    expect(html).toContain('The receiver answered 410');
    expect(html).toContain('action="/destinations/webhook/switch-on"');
    expect(html).not.toContain('receiver.example');
  });

  it('is a problem of the doctor', async () => {
    const report = await (await ask('/api/doctor', { headers: operator })).json();
    expect(report).toMatchObject({
      checks: expect.arrayContaining([
        expect.objectContaining({
          name: 'webhook',
          status: 'problem',
          what: expect.stringContaining('410'),
        }),
      ]),
    });
  });

  it('is on again by the button, for those who may press it', async () => {
    expect((await press({})).status).toBe(403);
    expect(await readStopped(env.LEDGER)).toHaveLength(1);
    const pressed = await press({ proof: session.proof });
    expect(pressed.headers.get('location')).toBe('/?done=switched-on');
    expect(await readStopped(env.LEDGER)).toEqual([]);
    expect(await page()).not.toContain('Outgoing webhook is off');
  });

  it('is on again by the API', async () => {
    const path = '/api/destinations/webhook/switch-on';
    const answers = [true, false].map((wasOff) => ({ name: 'webhook', wasOff }));
    for (const answer of answers) {
      const response = await ask(path, { method: 'POST', headers: operator });
      expect(await response.json()).toEqual(answer);
    }
  });

  it('is on again with another address', async () => {
    expect(await page({ ...withWebhook, WEBHOOK_URL: 'https://other.example/' })).not.toContain(
      'Outgoing webhook is off',
    );
  });
});
