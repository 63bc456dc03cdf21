// The world that the examples of docs/api.md need, and their curl commands as requests.
import { createMessageBatch } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { Webhook } from 'standardwebhooks';
import documentation from '../../../docs/api.md?raw';
import { type Example, readExamples } from '../../../src/web/reference/examples.ts';
import { worker } from '../../worker-under-test.ts';
import { createWorld, type World } from '../../world.ts';

export const ORIGIN = 'https://whence.example';
export const examples = readExamples(documentation);

/** A visitor who will sign up, and two signups that did not arrive. */
export async function setStage(): Promise<World> {
  const world = await createWorld();
  world.visitor({
    visitorId: 'a3ab2331-989f-4cfa-91c6-2461c9e3c6bd',
    params: { utm_source: 'google', utm_medium: 'cpc', utm_campaign: 'launch' },
    adClickIds: { gclid: 'Cj0KCQiA' },
  });
  const dead = ['signup:msg_0', 'stripe:evt_1'].map((id, index) => ({
    id: String(index),
    timestamp: new Date(),
    attempts: 1,
    body: {
      version: 1,
      id,
      source: id.split(':')[0],
      email: 'bob@example.com',
      occurredAt: '2026-11-20T08:59:30.000Z',
      receivedAt: '2026-11-20T09:00:00.000Z',
      test: false,
    },
  }));
  await worker.queue(createMessageBatch('whence-dead-letters', dead), env);
  return world;
}

/** The request that curl would send, with the values that only a shell knows. */
export function requestOf({ request: { method, url, headers, body } }: Example): Request {
  const at = new Date();
  const id = headers['webhook-id'] ?? '';
  const known: Record<string, string> = {
    $WHENCE: ORIGIN,
    $ADMIN_TOKEN: env.ADMIN_TOKEN,
    $at: String(Math.floor(at.getTime() / 1000)),
    'v1,$signature': body ? new Webhook(env.SIGNUP_WEBHOOK_SECRET).sign(id, at, body) : '',
  };
  const fill = (text: string) =>
    Object.entries(known).reduce((filled, [name, value]) => filled.replace(name, value), text);
  const filled = Object.entries(headers).map(([name, value]) => [name, fill(value)]);
  return new Request(fill(url), {
    method,
    headers: Object.fromEntries(filled),
    body: body ?? null,
  });
}
