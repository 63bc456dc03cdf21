// The queue outside of workerd: it must do what Cloudflare documents.
import { describe, expect, it } from 'vitest';
import {
  type BatchResult,
  createQueue,
  type QueueMessage,
  type QueueSettings,
} from '../../stand-ins/queue.ts';

const SETTINGS = { name: 'q', maxBatchSize: 3, maxBatchTimeoutSeconds: 2, maxRetries: 2 };
const NOTHING: BatchResult = {
  outcome: 'ok',
  ackAll: false,
  retryBatch: { retry: false },
  explicitAcks: [],
  retryMessages: [],
};

type Consumer = (messages: readonly QueueMessage[], batch: number) => Partial<BatchResult> | Error;

/** Runs a queue until it is empty. No wait takes time. */
async function run(
  bodies: readonly (string | { body: string; delaySeconds: number })[],
  consumer: Consumer,
  settings: Partial<QueueSettings> & { losesAck?: () => boolean } = {},
) {
  let nowMs = 0;
  const clock = {
    now: () => nowMs,
    sleep: async (ms: number) => {
      nowMs += ms;
      await new Promise((resolve) => setTimeout(resolve, 0));
    },
  };
  const batches: { atSeconds: number; bodies: unknown[]; attempts: number[] }[] = [];
  const deadLetters: unknown[] = [];
  const queue = createQueue(
    { ...SETTINGS, ...settings },
    {
      clock,
      losesAck: settings.losesAck ?? (() => false),
      giveUp: ({ body }) => deadLetters.push(body),
      async consume(messages) {
        batches.push({
          atSeconds: Math.floor(nowMs / 1_000),
          bodies: messages.map(({ body }) => body),
          attempts: messages.map(({ attempts }) => attempts),
        });
        const result = consumer(messages, batches.length);
        if (result instanceof Error) throw result;
        return { ...NOTHING, ...result };
      },
    },
  );
  for (const one of bodies) {
    if (typeof one === 'string') queue.send(one);
    else queue.send(one.body, one.delaySeconds);
  }
  while (queue.backlog() > 0) await clock.sleep(0);
  queue.close();
  return { batches, deadLetters, stats: queue.stats };
}

const retry = ({ id }: QueueMessage, delaySeconds?: number) => ({ msgId: id, delaySeconds });

describe('a batch', () => {
  it('closes when it is full, and otherwise after its time', async () => {
    const { batches } = await run(['a', 'b', 'c', 'd'], () => ({}));
    expect(batches).toEqual([
      { atSeconds: 0, bodies: ['a', 'b', 'c'], attempts: [1, 1, 1] },
      { atSeconds: 2, bodies: ['d'], attempts: [1] },
    ]);
  });

  it('has a delayed message only after its delay', async () => {
    const { batches } = await run(['a', { body: 'later', delaySeconds: 60 }], () => ({}));
    expect(batches.map(({ atSeconds, bodies }) => [atSeconds, bodies])).toEqual([
      [2, ['a']],
      [62, ['later']],
    ]);
  });

  it('is acknowledged as a whole when the consumer just returns', async () => {
    const { stats } = await run(['a', 'b'], () => ({}));
    expect(stats).toMatchObject({ sent: 2, batches: 1, retried: 0, deadLetters: 0 });
  });

  it('is delivered again as a whole when the consumer is killed or throws', async () => {
    const gone = await run(['a', 'b'], (_, batch) => (batch === 1 ? new Error('gone') : {}));
    const threw = await run(['a', 'b'], (_, batch) =>
      batch === 1 ? { outcome: 'exception' } : {},
    );
    for (const { batches, stats } of [gone, threw]) {
      expect(batches.map(({ bodies }) => bodies)).toEqual([
        ['a', 'b'],
        ['a', 'b'],
      ]);
      expect(batches[1]?.attempts).toEqual([2, 2]);
      expect(stats.failedBatches).toBe(1);
    }
  });
});

describe('a message', () => {
  it('that was acknowledged stays so when the consumer throws afterwards', async () => {
    const { batches } = await run(['a', 'b'], ([first], batch) =>
      batch === 1 ? { outcome: 'exception', explicitAcks: [first?.id ?? ''] } : {},
    );
    expect(batches[1]?.bodies).toEqual(['b']);
  });

  it('is retried alone, after the delay that the consumer asked for', async () => {
    const { batches } = await run(['a', 'b'], (messages, batch) =>
      batch === 1 ? { retryMessages: messages.slice(0, 1).map((one) => retry(one, 30)) } : {},
    );
    expect(batches[1]).toEqual({ atSeconds: 34, bodies: ['a'], attempts: [2] });
  });

  it('becomes a dead letter after its last retry', async () => {
    const { batches, deadLetters } = await run(['a', 'b'], (messages) => ({
      retryMessages: messages.filter(({ body }) => body === 'a').map((one) => retry(one)),
    }));
    expect(batches.map(({ attempts }) => attempts.at(0))).toEqual([1, 2, 3]);
    expect(deadLetters).toEqual(['a']);
  });

  it('is delivered again when its acknowledgement is lost', async () => {
    let losses = 1;
    const { batches, stats } = await run(['a'], () => ({}), { losesAck: () => losses-- > 0 });
    expect(batches.map(({ bodies }) => bodies)).toEqual([['a'], ['a']]);
    expect(stats.redelivered).toBe(1);
  });
});
