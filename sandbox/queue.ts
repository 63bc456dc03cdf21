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

export function createQueue(settings: QueueSettings, world: QueueWorld): Queue {
  const { clock } = world;
  const stats: QueueStats = {
    ...{ sent: 0, batches: 0, broken: 0, retried: 0, comeTwice: 0, givenUp: 0, mostAttempts: 0 },
  };
  let held: Held[] = [];
  let underWay = 0;
  let isClosed = false;
  let wake: (() => void) | undefined;

  function hold(message: QueueMessage, delaySeconds: number): void {
    held.push({ ...message, readyAtMs: clock.now() + delaySeconds * 1_000 });
    wake?.();
  }

  /** A batch closes when it is full, or when its first message has waited long enough. */
  async function nextBatch(): Promise<Held[]> {
    for (;;) {
      held.sort((a, b) => a.readyAtMs - b.readyAtMs);
      const [first] = held;
      const closesAtMs = first && first.readyAtMs + settings.maxBatchTimeoutSeconds * 1_000;
      const ready = held.filter(({ readyAtMs }) => readyAtMs <= clock.now());
      const isDue = closesAtMs !== undefined && closesAtMs <= clock.now();
      if (isClosed) return [];
      if (ready.length >= settings.maxBatchSize || (isDue && ready.length > 0)) {
        const batch = ready.slice(0, settings.maxBatchSize);
        held = held.filter((message) => !batch.includes(message));
        return batch;
      }
      const woken = new Promise<void>((resolve) => {
        wake = resolve;
      });
      // Never a longer nap than this: messages become ready one by one.
      const napMs = closesAtMs === undefined ? Number.POSITIVE_INFINITY : closesAtMs - clock.now();
      await (napMs < 1_000 ? clock.sleep(napMs) : Promise.race([woken, clock.sleep(1_000)]));
    }
  }

  async function run(): Promise<void> {
    for (;;) {
      const batch = await nextBatch();
      if (isClosed) return;
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
    stats,
    close() {
      isClosed = true;
      wake?.();
    },
  };
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
