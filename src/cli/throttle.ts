// How fast signups may be sent: DataFast answers for 60 visitors a minute and live signups need some of them, and what
// is sent faster than it drains would keep live signups waiting behind it, and be lost when the queue's time is up.
import * as z from 'zod';
import type { WorkerApi } from './worker-api.ts';

/** Leaves ten a minute for live signups. */
export const VISITORS_PER_MINUTE = 50;
/** Without a visitor to ask for, HubSpot sets the throttle: a batch of forty takes a few seconds. */
const OTHERS_PER_MINUTE = 600;
/** Drains within four minutes: as long may a live signup have to wait. */
const MAX_BACKLOG = 200;
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

const Queue = z.object({ backlog: z.number().nullable() });

/** Resolves when the load may be sent. */
export function openThrottle(dependencies: ThrottleDependencies): (load: Load) => Promise<void> {
  const { api, visitorsPerMinute, now, sleep, isStopped, say } = dependencies;
  let freeAtMs = 0;
  return async (load) => {
    const waitMs = freeAtMs - now();
    if (waitMs > 0) await sleep(waitMs / 1000);
    for (;;) {
      if (isStopped()) return;
      const answer = await api.call('GET', '/api/queue');
      const queue = Queue.safeParse(answer.kind === 'ok' ? answer.json : undefined);
      const backlog = queue.data?.backlog ?? 0;
      if (backlog <= MAX_BACKLOG) break;
      say(
        `${backlog} messages wait on the queue; going on when they are fewer than ${MAX_BACKLOG}`,
      );
      await sleep(LOOK_AGAIN_SECONDS);
    }
    freeAtMs = now() + secondsFor(load, visitorsPerMinute) * 1000;
  };
}
