// One request to HubSpot, and what its answer means. https://developers.hubspot.com/docs/api-reference/error-handling
import * as z from 'zod';
import type { Retry } from '../../model.ts';
import { configurationRetry, meaningOf, retryAfter } from '../../outcome.ts';
import type { Refused } from './divide.ts';

export interface HubspotOptions {
  token: string | undefined;
  url: string;
  /** e.g. `2026-03`; the one place of the API version in a path is `objectsPath` and `propertiesPath`. */
  apiVersion: string;
  fetch: typeof fetch;
  now: () => number;
}

export type Answer =
  | { kind: 'ok'; status: number; json: unknown }
  /** HubSpot understood and will say the same next time. */
  | { kind: 'refused'; status: number; error: HubspotError }
  | { kind: 'unavailable'; retry: Retry };

/** HubSpot's error envelope. Its documentation says to treat every member as optional. */
export const HubspotError = z.object({
  category: z.string().optional().catch(undefined),
  message: z.string().optional().catch(undefined),
  correlationId: z.string().optional().catch(undefined),
  policyName: z.string().optional().catch(undefined),
  context: z.record(z.string(), z.array(z.string()).catch([])).optional().catch(undefined),
  errors: z
    .array(z.object({ code: z.string().optional().catch(undefined) }))
    .optional()
    .catch(undefined),
});
export type HubspotError = z.infer<typeof HubspotError>;

const TIMEOUT_MS = 15_000;
const ROLLING_INTERVAL_SECONDS = 10;
/** The daily limit lifts at the portal's midnight, whose zone the answer does not give. */
const DAILY_LIMIT_SECONDS = 60 * 60;
/** A locked record is free again after two seconds. */
const LOCKED_SECONDS = 2;

/** Sends one request. Never throws on what the network or HubSpot does. */
export async function callHubspot(
  options: HubspotOptions,
  method: 'GET' | 'POST',
  path: string,
  body?: unknown,
): Promise<Answer> {
  if (options.token === undefined) {
    return { kind: 'unavailable', retry: configurationRetry('hubspot_token_missing') };
  }
  const nowMs = options.now();
  let response: Response;
  let text: string;
  try {
    response = await options.fetch(`${options.url}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${options.token}`,
        accept: 'application/json',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      body: body === undefined ? null : JSON.stringify(body),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    text = await response.text();
  } catch {
    return { kind: 'unavailable', retry: retryAfter('hubspot_unreachable', undefined, nowMs) };
  }

  const json = parseJson(text);
  if (response.ok) {
    return json === undefined
      ? { kind: 'unavailable', retry: { status: 'retry', reason: 'hubspot_answer_unreadable' } }
      : { kind: 'ok', status: response.status, json };
  }
  const error = HubspotError.safeParse(json).data ?? {};
  switch (meaningOf(response.status)) {
    case 'permanent':
      return { kind: 'refused', status: response.status, error };
    case 'configuration':
      return {
        kind: 'unavailable',
        retry: retryAfter(
          error.category === 'MISSING_SCOPES' ? 'hubspot_scope_missing' : 'hubspot_unauthorized',
          response,
          nowMs,
        ),
      };
    case 'transient':
      return { kind: 'unavailable', retry: transientRetry(response, error, nowMs) };
  }
}

function transientRetry(response: Response, error: HubspotError, nowMs: number): Retry {
  const retry = retryAfter(`hubspot_${response.status}`, response, nowMs);
  if (retry.afterSeconds !== undefined) return retry;
  if (response.status === 423) return { ...retry, afterSeconds: LOCKED_SECONDS };
  if (response.status !== 429) return retry;
  if (error.policyName === 'DAILY') {
    return { status: 'retry', reason: 'hubspot_daily_limit', afterSeconds: DAILY_LIMIT_SECONDS };
  }
  const intervalMs = Number(response.headers.get('x-hubspot-ratelimit-interval-milliseconds'));
  return {
    status: 'retry',
    reason: 'hubspot_rate_limited',
    afterSeconds: intervalMs > 0 ? intervalMs / 1000 : ROLLING_INTERVAL_SECONDS,
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export const objectsPath = ({ apiVersion }: HubspotOptions) =>
  `/crm/objects/${apiVersion}/contacts`;
export const propertiesPath = ({ apiVersion }: HubspotOptions) =>
  `/crm/properties/${apiVersion}/contacts`;

/** What a refusal means for the records of a request: a 400 is about them, anything else about the request. */
export function refusedWhole(status: number, error: HubspotError): Refused {
  const reason = refusalReason(status, error);
  return status === 400
    ? { refused: { status: 'rejected', reason }, divisible: true }
    : { refused: configurationRetry(reason), divisible: false };
}

/**
 * Why HubSpot refused, without its message: the message quotes emails. Codes and property names say enough,
 * and the correlation ID lets HubSpot's support find the rest.
 */
export function refusalReason(status: number | undefined, error: HubspotError): string {
  const detail = propertyErrors(error.message ?? '');
  const codes = (error.errors ?? []).flatMap(({ code }) => code ?? []);
  const parts = [
    status === undefined ? 'hubspot' : `hubspot_${status}`,
    error.category,
    ...detail,
    ...(detail.length === 0 ? codes : []),
    ...(error.context?.propertyName ?? []),
    error.correlationId && `correlationId ${error.correlationId}`,
  ];
  return [...new Set(parts.filter((part) => part))].join(' ').slice(0, 500);
}

const PropertyErrors = z.array(z.object({ name: z.string(), error: z.string() }));

/** Which property failed and how: HubSpot puts this as JSON inside the message's text. */
function propertyErrors(message: string): string[] {
  const start = message.indexOf('[');
  const parsed = PropertyErrors.safeParse(start < 0 ? undefined : parseJson(message.slice(start)));
  return parsed.success ? parsed.data.map(({ name, error }) => `${error} ${name}`) : [];
}
