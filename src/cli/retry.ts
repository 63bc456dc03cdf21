// Long commands survive a Worker that restarts and a network that is away for a while, and they end well on Ctrl-C.
import { setTimeout as wait } from 'node:timers/promises';
import type { ApiAnswer } from './worker-api.ts';

/** 1 s, 2 s, 4 s … 5 min: a quarter of an hour in all, and then a person should look. */
const ATTEMPTS = 10;
const MAX_WAIT_SECONDS = 5 * 60;

/** How a command ends that somebody has stopped, as shells have it. */
export const INTERRUPTED = 130;

export interface Interruption {
  isStopped(): boolean;
  /** Resolves early when the run is to end. */
  sleep(seconds: number): Promise<void>;
}

/** The first Ctrl-C ends the run after what is under way. The second one ends it at once. */
export function listenForInterruption(): Interruption {
  const ending = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => ending.abort());
  }
  return {
    isStopped: () => ending.signal.aborted,
    sleep: (seconds) =>
      wait(seconds * 1000, undefined, { signal: ending.signal }).catch(() => undefined),
  };
}

/** Asks again while the Worker is not available. Returns its last answer. */
export async function withRetry<Answer>(
  ask: () => Promise<ApiAnswer<Answer>>,
  { isStopped, sleep }: Interruption,
  say: (text: string) => void,
): Promise<ApiAnswer<Answer>> {
  for (let attempt = 0; ; attempt += 1) {
    const answer = await ask();
    if (answer.kind === 'ok' || !passes(answer) || attempt === ATTEMPTS || isStopped()) {
      return answer;
    }
    const seconds = Math.min(MAX_WAIT_SECONDS, 2 ** attempt);
    say(`${answer.message} Trying again in ${seconds} s`);
    await sleep(seconds);
  }
}

function passes(answer: Exclude<ApiAnswer<unknown>, { kind: 'ok' }>): boolean {
  if (answer.kind === 'refused') return answer.status >= 500 || answer.status === 429;
  return answer.kind === 'unreachable';
}
