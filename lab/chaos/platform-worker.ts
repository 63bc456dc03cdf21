// The platform around the Worker in `npm run chaos`: its `SIGNUPS` binding, which leads to the queue outside, and the
// routes by which the queue and the clock call its handlers.
import { WorkerEntrypoint } from 'cloudflare:workers';
import type { BatchResult, QueueMessage } from '../../stand-ins/queue.ts';

interface PlatformEnv {
  /** The queue, in the process around workerd. */
  QUEUE: Fetcher;
  WHENCE: Fetcher & Handlers;
}

/** What one Worker may call in another with the flag `service_binding_extra_handlers`. */
interface Handlers {
  queue(
    name: string,
    messages: readonly Pick<Message, 'id' | 'body' | 'timestamp' | 'attempts'>[],
  ): Promise<BatchResult>;
  scheduled(event: { cron: string }): Promise<unknown>;
}

/** A batch as the queue sends it here. */
export interface Batch {
  queue: string;
  messages: readonly QueueMessage[];
}

interface Sent {
  body: unknown;
  delaySeconds?: number | undefined;
}

/** What the Worker sees: the producer of a queue. */
export class Producer extends WorkerEntrypoint<PlatformEnv> {
  async send(body: unknown, options: { delaySeconds?: number } = {}): Promise<unknown> {
    return this.sendBatch([{ body, ...options }]);
  }

  async sendBatch(messages: Iterable<Sent>, options: { delaySeconds?: number } = {}) {
    const body = JSON.stringify([...messages].map((message) => ({ ...options, ...message })));
    const answer = await this.env.QUEUE.fetch('http://queue/', { method: 'POST', body });
    if (!answer.ok) throw new Error('Queue send failed');
    return { metadata: { metrics: await this.metrics() } };
  }

  async metrics(): Promise<unknown> {
    return (await this.env.QUEUE.fetch('http://queue/')).json();
  }
}

export default {
  async fetch(request, { WHENCE }) {
    switch (new URL(request.url).pathname) {
      case '/platform/queue': {
        const { queue, messages } = await request.json<Batch>();
        const batch = messages.map(({ id, body, attempts, sentAtMs }) => ({
          ...{ id, body, attempts },
          timestamp: new Date(sentAtMs),
        }));
        return Response.json(await WHENCE.queue(queue, batch));
      }
      case '/platform/scheduled':
        return Response.json(await WHENCE.scheduled({ cron: '*/5 * * * *' }));
      default:
        return WHENCE.fetch(request);
    }
  },
} satisfies ExportedHandler<PlatformEnv>;
