// The queue in virtual time: a batch is full, or its first message has waited for the timeout; a message comes back when it
// is retried.

/** As in wrangler.toml. */
const BATCH_SIZE = 40;

export interface Waiting {
  id: string;
  body: unknown;
  sentAtMs: number;
  visibleAtMs: number;
  attempts: number;
}

export interface Line {
  send(body: unknown, delaySeconds?: number): void;
  length(): number;
  /** When the next batch closes; `undefined` when nothing waits. */
  nextBatchAt(): number | undefined;
  /** Takes the next batch out of the line. */
  takeBatch(): Waiting[];
  /** Puts a message back, to come again. */
  putBack(message: Waiting, delaySeconds: number): void;
}

/** `timeoutMs`: how long a batch that is not full waits for more. */
export function createLine(now: () => number, { timeoutMs }: { timeoutMs: number }): Line {
  const waiting: Waiting[] = [];
  let sent = 0;
  const hold = (message: Waiting) => {
    const place = waiting.findIndex(({ visibleAtMs }) => visibleAtMs > message.visibleAtMs);
    waiting.splice(place < 0 ? waiting.length : place, 0, message);
  };
  return {
    send(body, delaySeconds = 0) {
      sent += 1;
      const visibleAtMs = now() + delaySeconds * 1000;
      hold({ id: `message ${sent}`, body, sentAtMs: now(), visibleAtMs, attempts: 0 });
    },
    length: () => waiting.length,
    nextBatchAt() {
      const first = waiting[0];
      if (!first) return undefined;
      const latestMs = first.visibleAtMs + timeoutMs;
      return Math.min(latestMs, waiting[BATCH_SIZE - 1]?.visibleAtMs ?? latestMs);
    },
    takeBatch() {
      const ready = waiting.filter(({ visibleAtMs }) => visibleAtMs <= now()).length;
      const batch = waiting.splice(0, Math.min(ready, BATCH_SIZE));
      for (const message of batch) message.attempts += 1;
      return batch;
    },
    putBack: (message, delaySeconds) =>
      hold({ ...message, visibleAtMs: now() + delaySeconds * 1000 }),
  };
}
