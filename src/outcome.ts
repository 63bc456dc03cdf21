// One table: what an upstream's answer means for the record that is waiting for it, and for those behind it.
import type { Retry } from './model.ts';

/**
 * `transient` passes by itself, `configuration` needs the operator but loses nothing meanwhile,
 * `permanent` will be the same next time.
 */
export type Meaning = 'transient' | 'configuration' | 'permanent';

const MEANINGS: Readonly<Record<number, Meaning>> = {
  401: 'configuration',
  403: 'configuration',
  408: 'transient',
  409: 'transient', // HubSpot: two writers met on one contact
  423: 'transient', // HubSpot: the record is locked for about two seconds
  425: 'transient',
  429: 'transient',
  477: 'transient', // HubSpot: the account is being migrated; comes with Retry-After
};

export function meaningOf(status: number): Meaning {
  return MEANINGS[status] ?? (status >= 500 ? 'transient' : 'permanent');
}

/** A key that is wrong stays wrong until a person mends it: ten minutes is soon enough to notice. */
const CONFIGURATION_RETRY_SECONDS = 10 * 60;

/** The retry for a failed request, at the upstream's own pace where it names one. */
export function retryAfter(
  reason: string,
  response: Pick<Response, 'status' | 'headers'> | undefined,
  nowMs: number,
): Retry {
  const asked = retryAfterSeconds(response?.headers.get('retry-after') ?? null, nowMs);
  if (asked !== undefined) return { status: 'retry', reason, afterSeconds: asked };
  return response && meaningOf(response.status) === 'configuration'
    ? configurationRetry(reason)
    : { status: 'retry', reason };
}

/** The slow pace of a problem only the operator can mend. */
export function configurationRetry(reason: string): Retry {
  return { status: 'retry', reason, afterSeconds: CONFIGURATION_RETRY_SECONDS };
}

/** `Retry-After` in either form of RFC 9110 §10.2.3; `undefined` when absent or unreadable. */
export function retryAfterSeconds(value: string | null, nowMs: number): number | undefined {
  if (value === null) return undefined;
  if (/^\d{1,9}$/.test(value.trim())) return Number(value);
  if (!/[a-z]/i.test(value)) return undefined;
  const at = Date.parse(value);
  return Number.isNaN(at) ? undefined : Math.max(0, (at - nowMs) / 1000);
}

/** The queue's own limit on a delay. https://developers.cloudflare.com/queues/platform/limits/ */
const MAX_DELAY_SECONDS = 12 * 60 * 60;
const FIRST_BACKOFF_SECONDS = 5;
/** With the queue's 100 tries this outlasts the four days it keeps a message. */
const MAX_BACKOFF_SECONDS = 60 * 60;
/** An upstream that keeps asking for a moment would use up every try within minutes. */
const TRUSTED_ATTEMPTS = 2;

/**
 * Whole seconds to wait before the next try: 5 s, 10 s, 20 s … 1 h by `attempt` (from 1), half of it chance
 * (`random`, 0 ≤ x < 1) so that many do not come back at once; or what the upstream asked for, if that is
 * longer or it has not been asked for often.
 */
export function delaySeconds(retry: Retry, attempt: number, random: () => number): number {
  const ceiling = Math.min(
    MAX_BACKOFF_SECONDS,
    FIRST_BACKOFF_SECONDS * 2 ** Math.min(attempt - 1, 20),
  );
  const backoff = ceiling / 2 + (random() * ceiling) / 2;
  const asked = retry.afterSeconds ?? backoff;
  const wait = attempt <= TRUSTED_ATTEMPTS ? asked : Math.max(asked, backoff);
  return Math.min(MAX_DELAY_SECONDS, Math.max(1, Math.ceil(wait)));
}

/**
 * Whole seconds to wait for what costs no try: as told, and a quarter of what was waited already up to an hour. A
 * service that is down for a day must not use up what a plan allows the queue in one.
 */
export function uncountedDelaySeconds({ afterSeconds = 0 }: Retry, ageSeconds: number): number {
  const wait = Math.max(
    afterSeconds,
    Math.min(MAX_BACKOFF_SECONDS, ageSeconds / 4),
    FIRST_BACKOFF_SECONDS,
  );
  return Math.min(MAX_DELAY_SECONDS, Math.ceil(wait));
}

/** How a service has answered of late. Kept per isolate: a hint that saves requests, never a lock. */
export interface Breaker {
  /** In a row. */
  failures: number;
  /** While it is in the future, nobody is asked. */
  openUntilMs: number;
}

export const newBreaker = (): Breaker => ({ failures: 0, openUntilMs: 0 });

/** So many failures in a row are no accident. */
const FAILURES_TO_OPEN = 5;
const FIRST_PAUSE_SECONDS = 15;
const MAX_PAUSE_SECONDS = 5 * 60;

/** Seconds until the service may be asked again; 0 when it may be asked now. */
export function pauseSeconds({ openUntilMs }: Breaker, nowMs: number): number {
  return Math.max(0, (openUntilMs - nowMs) / 1000);
}

/** Whether the next request is the one that finds out if the service is back; the others wait for its answer. */
export function isProbing({ failures, openUntilMs }: Breaker, nowMs: number): boolean {
  return failures >= FAILURES_TO_OPEN && openUntilMs <= nowMs;
}

/** Any answer at all shows that the service is up; after enough failures it is left alone, longer each time. */
export function noteHealth(breaker: Breaker, isUp: boolean, nowMs: number): void {
  if (isUp) {
    breaker.failures = 0;
    breaker.openUntilMs = 0;
    return;
  }
  // Requests that were under way when it opened tell nothing new.
  if (breaker.openUntilMs > nowMs) return;
  breaker.failures += 1;
  const pauses = breaker.failures - FAILURES_TO_OPEN;
  if (pauses < 0) return;
  const seconds = Math.min(MAX_PAUSE_SECONDS, FIRST_PAUSE_SECONDS * 2 ** Math.min(pauses, 10));
  breaker.openUntilMs = nowMs + seconds * 1000;
}
