// How fast signups may be sent. DataFast answers for so many visitors a minute, and live signups need some of them. What is
// sent faster than it drains would make live signups wait, and would be lost when the queue's retention ends.
import { Queue } from '../api/operations.ts';
import { BUSY_BACKLOG, DATAFAST_PER_MINUTE } from '../limits.ts';
import type { WorkerApi } from './worker-api.ts';

/** Leaves ten a minute for live signups. */
export const VISITORS_PER_MINUTE = DATAFAST_PER_MINUTE - 10;
/** Without a lookup the destinations set the limit: a batch of forty takes a few seconds. */
const OTHERS_PER_MINUTE = 600;
const LOOK_AGAIN_SECONDS = 15;

export interface Load {
  visitors: number;
  others: number;
}

/** How long it takes until so much is delivered. */
export function secondsFor({ visitors, others }: Load, visitorsPerMinute: number): number {
  return (visitors * 60) / visitorsPerMinute + (others * 60) / OTHERS_PER_MINUTE;
}

export interface ThrottleDependencies {
  api: WorkerApi;
  visitorsPerMinute: number;
  now(): number;
  /** Resolves early when the run is to end. */
  sleep(seconds: number): Promise<void>;
  isStopped(): boolean;
  say(text: string): void;
}

/** Resolves when the load may be sent. */
export function openThrottle(dependencies: ThrottleDependencies): (load: Load) => Promise<void> {
  const { api, visitorsPerMinute, now, sleep, isStopped, say } = dependencies;
  let freeAtMs = 0;
  return async (load) => {
    const waitMs = freeAtMs - now();
    if (waitMs > 0) await sleep(waitMs / 1000);
    for (;;) {
      if (isStopped()) return;
      const queue = await api.call(Queue, 'GET', '/api/queue');
      // Where the platform does not count, the rate alone has to do.
      const backlog = queue.kind === 'ok' ? (queue.answer.backlog ?? 0) : 0;
      if (backlog <= BUSY_BACKLOG) break;
      say(`${backlog} messages wait on the queue. The run continues below ${BUSY_BACKLOG}`);
      await sleep(LOOK_AGAIN_SECONDS);
    }
    freeAtMs = now() + secondsFor(load, visitorsPerMinute) * 1000;
  };
}
