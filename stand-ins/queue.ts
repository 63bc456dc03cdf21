// A queue that survives its Worker. Miniflare keeps messages in the memory of workerd, so killing workerd would lose what
// Cloudflare keeps. This queue lives in the process around workerd and does what is documented: batches by size and time,
// one at a time; at-least-once delivery; each message acknowledged or retried by itself; attempts counted, and the
// dead-letter queue after the last one. https://developers.cloudflare.com/queues/
import type { Clock } from './clock.ts';

export interface QueueSettings {
  name: string;
  maxBatchSize: number;
  maxBatchTimeoutSeconds: number;
  maxRetries: number;
  /** Of messages that the consumer has not answered. */
  retryDelaySeconds?: number;
}

export interface QueueMessage {
  id: string;
  body: unknown;
  sentAtMs: number;
  /** Counts from 1: the delivery in progress, or the next one. */
  attempts: number;
}

/** What a consumer did with a batch, as workerd reports it. */
export interface BatchResult {
  outcome: string;
  ackAll: boolean;
  retryBatch: { retry: boolean; delaySeconds?: number | undefined };
  explicitAcks: readonly string[];
  retryMessages: readonly { msgId: string; delaySeconds?: number | undefined }[];
}

export interface QueueWorld {
  clock: Clock;
  /** Hands a batch to the consumer. Rejects when the consumer ends before it has answered. */
  consume(messages: readonly QueueMessage[]): Promise<BatchResult>;
  giveUp(message: QueueMessage): void;
  /** Whether an acknowledgement is lost, so that the message is delivered again. */
  losesAck(): boolean;
}

export interface Queue {
  send(body: unknown, delaySeconds?: number): void;
  /** Messages that are neither acknowledged nor moved to the dead letters. */
  backlog(): number;
  /** Whether the consumer has a batch now. */
  isDelivering(): boolean;
  stats: QueueStats;
  close(): void;
}

export interface QueueStats {
  sent: number;
  batches: number;
  /** Batches whose consumer ended early, or threw. */
  failedBatches: number;
  retried: number;
  redelivered: number;
  deadLetters: number;
  mostAttempts: number;
}

interface Held extends QueueMessage {
  readyAtMs: number;
}

const POLL_MS = 200;

export function createQueue(settings: QueueSettings, world: QueueWorld): Queue {
  const { clock } = world;
  const stats: QueueStats = {
    ...{ sent: 0, batches: 0, failedBatches: 0, retried: 0, redelivered: 0 },
    ...{ deadLetters: 0, mostAttempts: 0 },
  };
  const line = createLine(settings, clock);
  let delivering = 0;
  let isClosed = false;

  async function run(): Promise<void> {
    while (!isClosed) {
      const batch = line.takeBatch();
      if (batch.length === 0) {
        await clock.sleep(POLL_MS);
        continue;
      }
      delivering = batch.length;
      stats.batches += 1;
      const result = await world.consume(batch).catch(() => undefined);
      delivering = 0;
      if (result?.outcome !== 'ok') stats.failedBatches += 1;
      for (const message of batch) ackOrRetry(message, result);
    }
  }

  function ackOrRetry(message: Held, result: BatchResult | undefined): void {
    stats.mostAttempts = Math.max(stats.mostAttempts, message.attempts);
    const retry = retryOf(message, result, settings.retryDelaySeconds ?? 0);
    const again = { ...message, attempts: message.attempts + 1 };
    if (!retry) {
      if (!world.losesAck()) return;
      stats.redelivered += 1;
      line.hold(again, 0);
    } else if (message.attempts > settings.maxRetries) {
      stats.deadLetters += 1;
      world.giveUp(message);
    } else {
      stats.retried += 1;
      line.hold(again, retry.delaySeconds);
    }
  }

  void run();
  return {
    send(body, delaySeconds = 0) {
      stats.sent += 1;
      const message = { id: crypto.randomUUID(), body, sentAtMs: clock.now(), attempts: 1 };
      line.hold(message, delaySeconds);
    },
    backlog: () => line.length() + delivering,
    isDelivering: () => delivering > 0,
    stats,
    close() {
      isClosed = true;
    },
  };
}

/** The messages that wait, those that are ready first at the front. */
function createLine(
  { maxBatchSize, maxBatchTimeoutSeconds }: QueueSettings,
  { now }: Pick<Clock, 'now'>,
) {
  const held: Held[] = [];
  return {
    length: () => held.length,

    hold(message: QueueMessage, delaySeconds: number): void {
      const readyAtMs = now() + delaySeconds * 1_000;
      held.splice(firstAfter(held, readyAtMs), 0, { ...message, readyAtMs });
    },

    /** A batch closes when it is full, or when its first message has waited long enough. */
    takeBatch(): Held[] {
      const nowMs = now();
      const ready = Math.min(maxBatchSize, firstAfter(held, nowMs));
      const waitedMs = nowMs - (held[0]?.readyAtMs ?? nowMs);
      const isDue = waitedMs >= maxBatchTimeoutSeconds * 1_000;
      return isDue || ready === maxBatchSize ? held.splice(0, ready) : [];
    },
  };
}

/** The place in the line of a message that is ready at that moment: behind those that are ready at the same time. */
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

/** Whether and when a message is delivered again. An acknowledgement counts even if the consumer throws afterwards. */
function retryOf(
  { id }: QueueMessage,
  result: BatchResult | undefined,
  unanswered: number,
): { delaySeconds: number } | undefined {
  if (!result) return { delaySeconds: unanswered };
  const { outcome, ackAll, retryBatch, explicitAcks, retryMessages } = result;
  const own = retryMessages.find(({ msgId }) => msgId === id);
  if (own) return { delaySeconds: own.delaySeconds ?? 0 };
  if (ackAll || explicitAcks.includes(id)) return undefined;
  if (outcome === 'ok' && !retryBatch.retry) return undefined;
  return { delaySeconds: retryBatch.delaySeconds ?? unanswered };
}
