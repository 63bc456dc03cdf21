// One table: what an upstream's answer means for the record that is waiting for it.
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
