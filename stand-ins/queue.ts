// A queue that outlives its Worker. Miniflare keeps messages in the memory of the workerd that runs the Worker, so
// killing it would lose what Cloudflare keeps. This one lives in the process around workerd and behaves as
// documented: batches by size and time, one at a time; at least once; acknowledged or brought back one by one;
// attempts counted, and the dead-letter queue after the last. https://developers.cloudflare.com/queues/
import type { Clock } from './clock.ts';

export interface QueueSettings {
  name: string;
  maxBatchSize: number;
  maxBatchTimeoutSeconds: number;
  maxRetries: number;
}

export interface QueueMessage {
  id: string;
  body: unknown;
  sentAtMs: number;
  /** From 1: the delivery under way, or the next one. */
  attempts: number;
}

/** What a consumer says of a batch, as workerd tells it. */
export interface BatchResult {
  outcome: string;
  ackAll: boolean;
  retryBatch: { retry: boolean; delaySeconds?: number | undefined };
  explicitAcks: readonly string[];
  retryMessages: readonly { msgId: string; delaySeconds?: number | undefined }[];
}

export interface QueueWorld {
  clock: Clock;
  /** Hands a batch to the consumer; rejects when the consumer is gone before it has answered. */
  consume(messages: readonly QueueMessage[]): Promise<BatchResult>;
  giveUp(message: QueueMessage): void;
  /** Whether an acknowledgement gets lost, so that the message comes once more. */
  losesAck(): boolean;
}

export interface Queue {
  send(body: unknown, delaySeconds?: number): void;
  /** Messages that are neither acknowledged nor given up. */
  backlog(): number;
  /** Whether the consumer has a batch. */
  isAtWork(): boolean;
  stats: QueueStats;
  close(): void;
}

export interface QueueStats {
  sent: number;
  batches: number;
  /** Batches whose consumer was gone, or threw. */
  broken: number;
  retried: number;
  comeTwice: number;
  givenUp: number;
  mostAttempts: number;
}

interface Held extends QueueMessage {
  readyAtMs: number;
}

const LOOK_AGAIN_MS = 200;

export function createQueue(settings: QueueSettings, world: QueueWorld): Queue {
  const { clock } = world;
  const stats: QueueStats = {
    ...{ sent: 0, batches: 0, broken: 0, retried: 0, comeTwice: 0, givenUp: 0, mostAttempts: 0 },
  };
  /** Earliest first. */
  const held: Held[] = [];
  let underWay = 0;
  let isClosed = false;

  function hold(message: QueueMessage, delaySeconds: number): void {
    const readyAtMs = clock.now() + delaySeconds * 1_000;
    held.splice(firstAfter(held, readyAtMs), 0, { ...message, readyAtMs });
  }

  /** A batch closes when it is full, or when its first message has waited long enough. */
  function takeBatch(): Held[] {
    const nowMs = clock.now();
    const ready = Math.min(settings.maxBatchSize, firstAfter(held, nowMs));
    const waitedMs = nowMs - (held[0]?.readyAtMs ?? nowMs);
    const isDue = waitedMs >= settings.maxBatchTimeoutSeconds * 1_000;
    return isDue || ready === settings.maxBatchSize ? held.splice(0, ready) : [];
  }

  async function run(): Promise<void> {
    while (!isClosed) {
      const batch = takeBatch();
      if (batch.length === 0) {
        await clock.sleep(LOOK_AGAIN_MS);
        continue;
      }
      underWay = batch.length;
      stats.batches += 1;
      const result = await world.consume(batch).catch(() => undefined);
      underWay = 0;
      if (result?.outcome !== 'ok') stats.broken += 1;
      for (const message of batch) settle(message, result);
    }
  }

  function settle(message: Held, result: BatchResult | undefined): void {
    stats.mostAttempts = Math.max(stats.mostAttempts, message.attempts);
    const retry = retryOf(message, result);
    const again = { ...message, attempts: message.attempts + 1 };
    if (!retry) {
      if (!world.losesAck()) return;
      stats.comeTwice += 1;
      hold(again, 0);
    } else if (message.attempts > settings.maxRetries) {
      stats.givenUp += 1;
      world.giveUp(message);
    } else {
      stats.retried += 1;
      hold(again, retry.delaySeconds);
    }
  }

  void run();
  return {
    send(body, delaySeconds = 0) {
      stats.sent += 1;
      const message = { id: crypto.randomUUID(), body, sentAtMs: clock.now(), attempts: 1 };
      hold(message, delaySeconds);
    },
    backlog: () => held.length + underWay,
    isAtWork: () => underWay > 0,
    stats,
    close() {
      isClosed = true;
    },
  };
}

/** Where in the line a message belongs that is ready then: behind those that are ready at the same time. */
function firstAfter(line: readonly Held[], readyAtMs: number): number {
  let low = 0;
  let high = line.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((line[middle]?.readyAtMs ?? 0) <= readyAtMs) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Whether, and when, a message comes back. What was acknowledged stays so even if the consumer throws afterwards. */
function retryOf(
  { id }: QueueMessage,
  result: BatchResult | undefined,
): { delaySeconds: number } | undefined {
  if (!result) return { delaySeconds: 0 };
  const { outcome, ackAll, retryBatch, explicitAcks, retryMessages } = result;
  const own = retryMessages.find(({ msgId }) => msgId === id);
  if (own) return { delaySeconds: own.delaySeconds ?? 0 };
  if (ackAll || explicitAcks.includes(id)) return undefined;
  if (outcome === 'ok' && !retryBatch.retry) return undefined;
  return { delaySeconds: retryBatch.delaySeconds ?? 0 };
}
