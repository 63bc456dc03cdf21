// One table: what an upstream's answer means for the record that is waiting for it.
import type { Retry } from './model.ts';

/** `attempt` counts from 1. `random` is 0 ≤ x < 1, passed in so that tests can choose it. */
export interface RetryContext {
  attempt: number;
  nowMs: number;
  random: () => number;
}

/** The queue's own limit on a delay. https://developers.cloudflare.com/queues/platform/limits/ */
const MAX_DELAY_SECONDS = 12 * 60 * 60;
const MAX_BACKOFF_SECONDS = 15 * 60;
const FIRST_BACKOFF_SECONDS = 5;
/** A key that is wrong stays wrong until a person mends it: asking once in ten minutes notices soon enough. */
const CONFIGURATION_RETRY_SECONDS = 10 * 60;

type Meaning = 'configuration' | 'transient' | 'permanent';

/** Which statuses pass by themselves, which need the operator; every other 4xx is final. */
const MEANINGS: Readonly<Record<number, Meaning>> = {
  401: 'configuration',
  403: 'configuration',
  408: 'transient',
  409: 'transient', // HubSpot: two writers met on one contact
  423: 'transient', // HubSpot: locked for about two seconds
  425: 'transient',
  429: 'transient',
  477: 'transient', // HubSpot: migration in progress, with Retry-After
};

/** Whether a status passes by itself (`transient`), needs the operator (`configuration`) or is final. */
export function meaningOf(status: number): Meaning {
  return MEANINGS[status] ?? (status >= 500 ? 'transient' : 'permanent');
}

/**
 * The retry for a failed request: `Retry-After` where the upstream gives one, the slow pace for
 * configuration problems, else exponential back-off with jitter.
 */
export function retryFor(
  reason: string,
  status: number | undefined,
  headers: Pick<Headers, 'get'> | undefined,
  context: RetryContext,
): Retry {
  const asked = retryAfterSeconds(headers?.get('retry-after') ?? null, context.nowMs);
  const slow = status !== undefined && meaningOf(status) === 'configuration';
  const wait = asked ?? (slow ? CONFIGURATION_RETRY_SECONDS : backoffSeconds(context));
  return { status: 'retry', reason, afterSeconds: clampDelay(wait) };
}

/** 5 s, 10 s, 20 s … 15 min, of which the later half is chance, so that many do not come back at once. */
export function backoffSeconds({ attempt, random }: Omit<RetryContext, 'nowMs'>): number {
  const ceiling = Math.min(MAX_BACKOFF_SECONDS, FIRST_BACKOFF_SECONDS * 2 ** Math.min(attempt, 20));
  return ceiling / 2 + (random() * ceiling) / 2;
}

/** Whole seconds the queue accepts: at least 1, at most 12 hours. */
export function clampDelay(seconds: number): number {
  return Math.min(MAX_DELAY_SECONDS, Math.max(1, Math.ceil(seconds)));
}

/** `Retry-After` in either form of RFC 9110 §10.2.3, as seconds from now; `undefined` when absent or unreadable. */
export function retryAfterSeconds(value: string | null, nowMs: number): number | undefined {
  if (value === null) return undefined;
  if (/^\d{1,9}$/.test(value.trim())) return Number(value);
  const at = Date.parse(value);
  return Number.isNaN(at) ? undefined : Math.max(0, (at - nowMs) / 1000);
}
