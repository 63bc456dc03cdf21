// One request to HubSpot, and what its answer means. https://developers.hubspot.com/docs/api-reference/error-handling
import type { Retry } from '../../model.ts';
import { configurationRetry, meaningOf, recordResult, retryAfter } from '../../outcome.ts';
import type { Refused } from '../bisect.ts';
import { faultsOf, HubspotError, refusalReason } from './errors.ts';
import {
  type HubspotLimits,
  LOCKED_SECONDS,
  limitReached,
  noteAnswer,
  pausedUntil,
} from './rate-limit.ts';

export interface HubspotOptions {
  token: string | undefined;
  url: string;
  /** e.g. `2026-03`; the one place of the API version in a path is at the end of this file. */
  apiVersion: string;
  fetch: typeof fetch;
  now: () => number;
  /** How many requests this invocation may still make. */
  requestsLeft: () => number;
  /** What HubSpot has said of its limits. */
  limits: HubspotLimits;
}

export type Answer =
  | { kind: 'ok'; status: number; json: unknown }
  /** HubSpot understood and will say the same next time. */
  | { kind: 'refused'; status: number; error: HubspotError }
  | { kind: 'unavailable'; retry: Retry };

const TIMEOUT_MS = 15_000;

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
  const paused = pausedUntil(options.limits, options.now());
  if (paused) return { kind: 'unavailable', retry: paused };
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
    const nowMs = options.now();
    recordResult(options.limits.breaker, false, nowMs);
    return { kind: 'unavailable', retry: retryAfter('hubspot_unreachable', undefined, nowMs) };
  }

  // A pause begins with the answer: a request may take as long as a pause does.
  const nowMs = options.now();
  // A refusal is read below, where the day's is told from the interval's.
  if (response.status !== 429) noteAnswer(options.limits, response.headers, nowMs);
  const json = parseJson(text);
  // A page of HTML is a proxy's word; a refusal in HubSpot's own shows that HubSpot is there.
  recordResult(options.limits.breaker, response.status < 500 && json !== undefined, nowMs);
  if (response.ok) {
    return json === undefined
      ? { kind: 'unavailable', retry: { status: 'retry', reason: 'hubspot_answer_unreadable' } }
      : { kind: 'ok', status: response.status, json };
  }
  const { status } = response;
  const error = HubspotError.safeParse(json).data;
  // A page of HTML is not HubSpot's word on a record, whatever its status.
  const isRefusal = meaningOf(status) === 'permanent' || status === 409;
  if (isRefusal && error) return { kind: 'refused', status, error };
  return { kind: 'unavailable', retry: await whenAgain(options, response, error ?? {}, nowMs) };
}

async function whenAgain(
  options: HubspotOptions,
  response: Response,
  error: HubspotError,
  nowMs: number,
): Promise<Retry> {
  const { status } = response;
  if (status === 429) {
    return limitReached(options.limits, response, error.policyName, nowMs, async () => {
      const answer = await callHubspot(options, 'GET', accountPath(options));
      return answer.kind === 'ok' ? answer.json : undefined;
    });
  }
  const retry = retryAfter(reasonOf(status, error), response, nowMs);
  return status === 423 ? { afterSeconds: LOCKED_SECONDS, ...retry } : retry;
}

function reasonOf(status: number, error: HubspotError): string {
  if (status === 401) return 'hubspot_unauthorized';
  if (error.category !== 'MISSING_SCOPES') return `hubspot_${status}`;
  const scopes = (error.errors ?? []).flatMap(({ context }) => [
    ...(context?.requiredGranularScopes ?? []),
    ...(context?.requiredScopes ?? []),
  ]);
  return ['hubspot_scope_missing', ...scopes].join(' ').slice(0, 300);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * What a refusal means for the records of a request: a 400 is about them, a 409 says that one of them met
 * another writer, anything else is about the request.
 */
export function refusedWhole(
  status: number,
  error: HubspotError,
  values: readonly string[] = [],
): Refused {
  const reason = refusalReason(status, error, values);
  if (status === 409) return { refused: { status: 'retry', reason }, bisectable: true };
  return status === 400
    ? {
        refused: { status: 'rejected', reason },
        bisectable: true,
        faults: faultsOf(error),
        duplicateIds: error.context?.ids,
      }
    : { refused: configurationRetry(reason), bisectable: false };
}

export const objectsPath = ({ apiVersion }: HubspotOptions) =>
  `/crm/objects/${apiVersion}/contacts`;
export const propertiesPath = ({ apiVersion }: HubspotOptions) =>
  `/crm/properties/${apiVersion}/contacts`;
const accountPath = ({ apiVersion }: HubspotOptions) => `/account-info/${apiVersion}/details`;
