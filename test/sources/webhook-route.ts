// The webhook route with the sources that a test switches on. It has a queue that remembers, and can reach nothing else.
import { createExecutionContext } from 'cloudflare:test';
import type { Signup } from '../../src/model.ts';
import { readConfig } from '../../src/settings/config.ts';
import { sources } from '../../src/sources/index.ts';
import type { IssuerKeys } from '../../src/sources/verification.ts';
import { createApp } from '../../src/web/app.ts';
import type { WebhookDependencies } from '../../src/web/webhooks.ts';

export const NOW = new Date('2026-11-23T09:00:00.000Z');

interface Opened {
  settings: Record<string, string>;
  issuerKeys?: IssuerKeys;
  /** The queue accepts nothing. */
  isQueueDown?: boolean;
}

export function openWebhookRoute({ settings, issuerKeys, isQueueDown = false }: Opened) {
  const queued: Signup[] = [];
  const logged: string[] = [];
  const dependencies: WebhookDependencies = {
    config: readConfig(settings, { sources: [...sources.values()], destinations: [] }),
    sources,
    issuerKeys: issuerKeys ?? (() => Promise.reject(new Error('no issuer can be reached'))),
    enqueue: async (signup) => {
      if (isQueueDown) throw new Error('the queue is down');
      queued.push(signup);
    },
    countWebhook: () => undefined,
    // Longer than any queue of a test needs.
    sleep: () => new Promise(() => {}),
    now: () => NOW.getTime(),
    log: (level, event, fields) => logged.push(JSON.stringify({ level, event, ...fields })),
  };
  const app = createApp();

  async function post(source: string, webhook: { headers: HeadersInit; body: string }) {
    const request = new Request(`https://whence.example/webhooks/${source}`, {
      method: 'POST',
      ...webhook,
    });
    const response = await app.fetch(request, dependencies, createExecutionContext());
    return { status: response.status, headers: response.headers, answer: await response.json() };
  }
  return { post, queued, logged };
}
