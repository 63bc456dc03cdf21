// The entry points: which queue goes to which consumer.
import { createExecutionContext, createMessageBatch, getQueueResult } from 'cloudflare:test';
import { env, exports } from 'cloudflare:workers';
import { beforeEach, describe, expect, it } from 'vitest';
import { readSignup } from '../src/ledger/query.ts';
import wranglerToml from '../wrangler.toml?raw';
import { worker } from './worker-under-test.ts';
import { createWorld, somebody, type World, webhook } from './world.ts';

let world: World;
beforeEach(async () => {
  world = await createWorld();
});

const at = '2026-11-23T09:00:00.000Z';
const signup = (id: string) => ({
  version: 1,
  id,
  source: 'signup',
  email: 'ada@example.com',
  occurredAt: at,
  receivedAt: at,
  test: false,
});

describe('the consumer of the queue', () => {
  it.each([
    ['whence-signups', 'delivered'],
    ['whence-dead-letters', 'failed'],
  ])('%s is one of ours', (queue) => {
    expect(wranglerToml).toContain(`queue = "${queue}"`);
  });

  it.each([
    ['whence-signups', 'delivered'],
    ['whence-dead-letters', 'failed'],
    ['second-signups', 'delivered'],
    ['second-dead-letters', 'failed'],
    ['dead-letters-of-others', 'delivered'],
  ])('takes %s to %s, whatever the prefix', async (queue, status) => {
    const messages = [
      { id: '1', timestamp: new Date(at), attempts: 1, body: signup(`signup:${queue}`) },
    ];
    const batch = createMessageBatch(queue, messages);
    await worker.queue(batch, env);
    const { explicitAcks } = await getQueueResult(batch, createExecutionContext());
    expect(explicitAcks).toEqual(['1']);
    expect(await readSignup(env.LEDGER, `signup:${queue}`)).toMatchObject({ status });
  });

  it('sends forty snoozed signups again, however long their texts are', async () => {
    world.hubspot.failWith({ status: 429, headers: { 'retry-after': '0' } });
    const messages = Array.from({ length: 40 }, (_, index) => ({
      id: String(index),
      timestamp: new Date(at),
      attempts: 1,
      body: {
        ...signup(`signup:long_${index}`),
        referrer: '漢'.repeat(2_000),
        name: '漢'.repeat(200),
        userId: '漢'.repeat(200),
      },
    }));
    const batch = createMessageBatch('whence-signups', messages);
    await worker.queue(batch, env);
    const { explicitAcks } = await getQueueResult(batch, createExecutionContext());
    expect(explicitAcks).toHaveLength(40);
  });

  it('sends what it gives up on to the queue of dead letters', () => {
    expect(wranglerToml).toContain('dead_letter_queue = "whence-dead-letters"');
  });
});

describe('one signed request, sent again and again', () => {
  it('costs one message on the queue, and every answer is the same', async () => {
    const { SIGNUPS } = env;
    const sent: unknown[] = [];
    const counting: Env = {
      ...env,
      SIGNUPS: {
        metrics: () => SIGNUPS.metrics(),
        sendBatch: (...batch) => SIGNUPS.sendBatch(...batch),
        send: (message) => {
          sent.push(message);
          return SIGNUPS.send(message);
        },
      },
    };
    const person = somebody();
    const requests = await Promise.all(Array.from({ length: 50 }, () => webhook('signup', person)));
    const answers = await Promise.all(
      requests.map(async (request) => {
        const incoming = new Request<unknown, IncomingRequestCfProperties>(request);
        const response = await worker.fetch(incoming, counting, createExecutionContext());
        return [response.status, await response.json()];
      }),
    );
    const accepted = [200, { status: 'accepted', id: `signup:${person.eventId}` }];
    expect(answers).toEqual(answers.map(() => accepted));
    expect(sent).toHaveLength(1);
  });
});

describe('the API', () => {
  it.each([
    ['/api/nothing', { authorization: `Bearer ${env.ADMIN_TOKEN}` }, 'application/problem+json'],
    ['/nothing', {}, 'text/html; charset=UTF-8'],
  ])('answers the unknown path %s with 404', async (path, headers, type) => {
    const response = await exports.default.fetch(`https://whence.example${path}`, { headers });
    expect(response.status).toBe(404);
    expect(response.headers.get('content-type')).toBe(type);
  });
});
