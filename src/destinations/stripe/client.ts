// Stripe as an upstream: how a customer is read and changed, and what the answers mean.
// https://docs.stripe.com/api/errors
import * as z from 'zod/mini';
import { digest } from '../../crypto.ts';
import { configurationRetry, type Rejected, type Skipped, type Waiting } from '../../outcome.ts';
import type { Reason } from '../../reasons.ts';
import { type SettingValues, settingValue } from '../../settings/setting.ts';
import { retryAfterSeconds } from '../../upstream/retry-after.ts';
import { type Answered, ask, type UpstreamOptions } from '../../upstream/upstream.ts';
import type { DestinationIo } from '../destination.ts';
import { reason } from './reasons.ts';
import { apiKey, url } from './settings.ts';

/** The version whose answers this file reads. Without it the account's own version would decide. */
const VERSION = '2026-10-28.endive';
const TIMEOUT_MS = 10_000;
/** Stripe's limits are per second, and it names no time. https://docs.stripe.com/rate-limits */
const RATE_LIMIT_SECONDS = 2;

export interface StripeClient {
  upstream: UpstreamOptions;
  key: string;
  url: string;
  /** Whether the key is one of test mode. */
  isTest: boolean;
}

/** Requests that share the limits of one key. */
export function stripeClient(
  values: SettingValues,
  { fetch, now, state }: Pick<DestinationIo, 'fetch' | 'now' | 'state'>,
): StripeClient {
  const key = settingValue(values, apiKey);
  return {
    key,
    url: settingValue(values, url),
    isTest: /^.k_test_/.test(key),
    upstream: {
      fetch,
      now,
      state,
      reason,
      timeoutMs: TIMEOUT_MS,
      recordStatuses: [400, 402, 404, 409],
      explain,
      limits: {
        take: () => undefined,
        learn: () => undefined,
        reached(answered, nowMs) {
          const asked = retryAfterSeconds(answered.headers.get('retry-after'), nowMs);
          const afterSeconds = asked ?? RATE_LIMIT_SECONDS;
          const isOfOne = errorIn(answered).code === 'lock_timeout';
          const why = reason(isOfOne ? 'conflict' : 'rate_limited');
          if (!isOfOne) state.pause = { untilMs: nowMs + afterSeconds * 1000, reason: why };
          return { status: 'snooze', reason: why, afterSeconds };
        },
      },
    },
  };
}

const text = z.catch(z.optional(z.string()), undefined);
const Failed = z.object({
  error: z.object({ type: text, code: text, param: text, message: text }),
});
type StripeError = Partial<z.infer<typeof Failed>['error']>;

export const errorIn = ({ json }: Pick<Answered, 'json'>): StripeError =>
  Failed.safeParse(json).data?.error ?? {};

const Customer = z.object({
  id: z.string(),
  deleted: z.optional(z.boolean()),
  livemode: z.optional(z.boolean()),
  metadata: z.catch(z.record(z.string(), z.string()), {}),
});
export type Customer = z.infer<typeof Customer>;

/** The customer, or what keeps them from being read or changed. */
export type CustomerAnswer =
  | { kind: 'customer'; customer: Customer }
  | { kind: 'none'; outcome: Waiting | Rejected | Skipped };

const CONFLICT = reason('conflict').code;
export const GONE: Skipped = { status: 'skipped', reason: reason('customer_gone') };
export const OTHER_MODE: Skipped = { status: 'skipped', reason: reason('other_mode') };

/** Reads a customer by ID. */
export function readCustomer(client: StripeClient, id: string): Promise<CustomerAnswer> {
  return call(client, 'GET', id);
}

/**
 * Adds to the customer's metadata; keys that are not named stay. `attempt`: Stripe keeps the answer to a key for a day,
 * an error 500 as well, so another attempt needs another key.
 */
export async function addMetadata(
  client: StripeClient,
  { id, metadata, attempt }: { id: string; metadata: Properties; attempt: number },
): Promise<CustomerAnswer> {
  const body = new URLSearchParams(
    Object.entries(metadata).map(([key, value]) => [`metadata[${key}]`, value]),
  ).toString();
  const idempotencyKey = await digest(`${id} ${attempt} ${body}`);
  return call(client, 'POST', id, body, { 'idempotency-key': `whence-${idempotencyKey}` });
}

type Properties = Readonly<Record<string, string>>;

async function call(
  client: StripeClient,
  method: 'GET' | 'POST',
  id: string,
  body?: string,
  headers: Properties = {},
): Promise<CustomerAnswer> {
  const answer = await ask(client.upstream, {
    method,
    url: `${client.url}/v1/customers/${encodeURIComponent(id)}`,
    headers: {
      authorization: `Bearer ${client.key}`,
      'stripe-version': VERSION,
      ...(body !== undefined && { 'content-type': 'application/x-www-form-urlencoded' }),
      ...headers,
    },
    ...(body !== undefined && { body }),
    subject: id,
  });
  if (answer.kind === 'unavailable') {
    const { wait } = answer;
    const isOfOne = wait.reason.code === CONFLICT;
    return { kind: 'none', outcome: isOfOne ? { ...wait, status: 'retry' } : wait };
  }
  if (answer.kind === 'refused') return { kind: 'none', outcome: refusalOf(answer) };
  const customer = Customer.safeParse(answer.json).data;
  if (!customer) {
    return { kind: 'none', outcome: { status: 'retry', reason: reason('answer_unreadable') } };
  }
  return customer.deleted ? { kind: 'none', outcome: GONE } : { kind: 'customer', customer };
}

function refusalOf(answered: Answered): Waiting | Rejected | Skipped {
  const error = errorIn(answered);
  const { status } = answered;
  const detail = describe(answered, error);
  if (status === 409) return { status: 'retry', reason: reason('conflict', detail) };
  if (status === 404) {
    // The other mode's customers are named in the message only.
    if (/exists in (live|test) mode/.test(error.message ?? '')) return OTHER_MODE;
    return error.code === 'resource_missing'
      ? GONE
      : configurationRetry(reason('request_refused', detail));
  }
  return { status: 'rejected', reason: reason('customer_refused', detail) };
}

/** Codes only: the message may quote what was sent, and part of the key. The request's ID is for Stripe's support. */
function describe({ status, headers }: Answered, { type, code, param }: StripeError): string {
  const parts = [`HTTP ${status}`, code ?? type, param, headers.get('request-id')];
  return parts.filter((part) => part).join(' ');
}

/** Stripe names the permission that a restricted key lacks. */
function explain(answered: Answered): Reason | undefined {
  if (answered.status !== 403) return undefined;
  const error = errorIn(answered);
  const permissions = error.message?.match(/\brak_\w+/g) ?? [];
  return permissions.length > 0
    ? reason('permission_missing', [...new Set(permissions)].join(' '))
    : reason('forbidden', describe(answered, error));
}
