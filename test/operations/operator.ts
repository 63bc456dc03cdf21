// What the tests of replay, erase and backfill share: the operator's calls, signups, and batches for the Worker.
import { createExecutionContext, createMessageBatch, getQueueResult } from 'cloudflare:test';
import { env, exports } from 'cloudflare:workers';
import { vi } from 'vitest';
import { readSignup } from '../../src/ledger/query.ts';
import type { Signup } from '../../src/model.ts';
import { worker } from '../worker-under-test.ts';

/** The operator calls the API. */
export const call = (method: string, path: string, body?: unknown) =>
  exports.default.fetch(
    new Request(`https://whence.example${path}`, {
      method,
      body: body === undefined ? null : JSON.stringify(body),
      headers: { authorization: `Bearer ${env.ADMIN_TOKEN}`, 'content-type': 'application/json' },
    }),
  );

let count = 0;
/** A new signup of a new person. */
export function signup(more: Partial<Signup> = {}): Signup {
  count += 1;
  return {
    version: 1,
    id: `signup:msg_${count}`,
    source: 'signup',
    email: `person${count}@example.com`,
    occurredAt: '2026-11-20T09:00:00.000Z',
    receivedAt: `2026-11-20T09:00:0${count % 10}.000Z`,
    test: false,
    ...more,
  };
}

/** Gives the Worker one batch of messages. The ids count from 0. */
export async function run(queue: string, ...bodies: unknown[]) {
  const messages = bodies.map((body, index) => ({
    id: String(index),
    timestamp: new Date('2026-11-20T09:00:00.000Z'),
    attempts: 1,
    body,
  }));
  const batch = createMessageBatch(queue, messages);
  await worker.queue(batch, env);
  return getQueueResult(batch, createExecutionContext());
}

/** Waits until the signup has this status in the ledger. Returns its row. */
export const settled = (id: string, status: string) =>
  vi.waitUntil(
    async () => {
      const row = await readSignup(env.LEDGER, id);
      return row?.status === status && row;
    },
    { timeout: 10_000 },
  );
