// HubSpot as an upstream: how it is asked, and what its answers mean where they differ from the usual.
// https://developers.hubspot.com/docs/api-reference/error-handling
import type { Waiting } from '../../outcome.ts';
import type { Reason } from '../../reasons.ts';
import { type SettingValues, settingValue } from '../../settings/setting.ts';
import { type Answered, ask, type UpstreamOptions } from '../../upstream/upstream.ts';
import type { DestinationIo } from '../destination.ts';
import { describeRefusal, HubspotError } from './errors.ts';
import { hubspotLimits } from './rate-limit.ts';
import { reason } from './reasons.ts';
import { apiVersion, token, url } from './settings.ts';

export interface HubspotClient {
  upstream: UpstreamOptions;
  token: string;
  url: string;
  /** `2026-03`: it is part of every path. */
  apiVersion: string;
}

export type HubspotAnswer =
  | { kind: 'ok'; json: unknown }
  /** HubSpot understood the request, and will say the same next time. */
  | { kind: 'refused'; status: number; error: HubspotError }
  /** `said`: HubSpot's own words, where they are about the request itself. */
  | { kind: 'unavailable'; wait: Waiting; said?: { status: number; error: HubspotError } };
export type NoAnswer = Exclude<HubspotAnswer, { kind: 'ok' }>;

const TIMEOUT_MS = 15_000;
/** The definitions of a thousand properties are larger than the answers of most services. */
const MAX_ANSWER_BYTES = 16 * 1024 * 1024;
/** HubSpot unlocks a contact after two seconds. */
const LOCKED_SECONDS = 2;

const LOCKED = 423;
const MIGRATING = 477;
/** The request is too large, which fewer records may not be. The answer may be a proxy's, without JSON. */
export const TOO_LARGE = 413;
/** 400 speaks about the records, 409 says that one of them met another writer. */
const RECORD_STATUSES = [400, 409];

export function hubspotClient(
  values: SettingValues,
  { fetch, now, state }: Pick<DestinationIo, 'fetch' | 'now' | 'state'>,
): HubspotClient {
  const client: HubspotClient = {
    token: settingValue(values, token),
    url: settingValue(values, url),
    apiVersion: settingValue(values, apiVersion),
    upstream: {
      fetch,
      now,
      state,
      reason,
      timeoutMs: TIMEOUT_MS,
      recordStatuses: RECORD_STATUSES,
      // The account is being moved to another data centre.
      transientStatuses: [MIGRATING],
      explain,
      limits: hubspotLimits(state, async () => {
        const answer = await callHubspot(client, 'GET', accountPath(client));
        return answer.kind === 'ok' ? answer.json : undefined;
      }),
    },
  };
  return client;
}

/** Sends one request. Never throws on what the network or HubSpot does. */
export async function callHubspot(
  client: HubspotClient,
  method: 'GET' | 'POST' | 'DELETE',
  path: string,
  body?: unknown,
): Promise<HubspotAnswer> {
  const answer = await ask(client.upstream, {
    method,
    url: `${client.url}${path}`,
    headers: {
      authorization: `Bearer ${client.token}`,
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    maxAnswerBytes: MAX_ANSWER_BYTES,
  });
  switch (answer.kind) {
    case 'ok':
      return { kind: 'ok', json: answer.json };
    case 'refused': {
      const error = HubspotError.safeParse(answer.json).data;
      return error
        ? { kind: 'refused', status: answer.status, error }
        : { kind: 'unavailable', wait: UNREADABLE };
    }
    case 'unavailable':
      return unavailable(answer.wait, answer.answered);
  }
}

function unavailable(wait: Waiting, answered: Answered | undefined): HubspotAnswer {
  if (!answered) return { kind: 'unavailable', wait };
  const { status, json } = answered;
  const error = HubspotError.safeParse(json).data;
  if (status === TOO_LARGE) return { kind: 'refused', status, error: error ?? {} };
  return {
    kind: 'unavailable',
    wait: waitOf(wait, status),
    ...(error && isRefusal(status) && { said: { status, error } }),
  };
}

/** HubSpot answered something that it does not document. */
export const UNREADABLE: Waiting = { status: 'retry', reason: reason('answer_unreadable') };

/** HubSpot names no time with a 423. */
function waitOf(wait: Waiting, status: number): Waiting {
  return wait.status === 'retry' && status === LOCKED
    ? { afterSeconds: LOCKED_SECONDS, ...wait }
    : wait;
}

/** What HubSpot says in words of its own. */
function explain({ status, json }: Answered): Reason | undefined {
  if (status === LOCKED) return reason('locked');
  if (status === MIGRATING) return reason('migrating');
  const error = HubspotError.safeParse(json).data;
  if (!error || !isRefusal(status)) return undefined;
  if (error.category === 'MISSING_SCOPES') return reason('scope_missing', scopesIn(error));
  const detail = `HTTP ${status} ${describeRefusal(withoutMessage(error))}`.trim();
  return reason(status === 403 ? 'forbidden' : 'request_refused', detail);
}

/** Of the request itself. The standard reasons say all about the others. */
const isRefusal = (status: number) =>
  status >= 400 && status < 500 && ![401, 408, 425].includes(status);

function scopesIn({ errors = [] }: HubspotError): string {
  const scopes = errors.flatMap(({ context }) => [
    ...(context?.requiredGranularScopes ?? []),
    ...(context?.requiredScopes ?? []),
  ]);
  return [...new Set(scopes)].join(' ');
}

/** The message may quote what was sent. */
const withoutMessage = (error: HubspotError): HubspotError => ({ ...error, message: undefined });

export const objectsPath = ({ apiVersion: version }: HubspotClient) =>
  `/crm/objects/${version}/contacts`;
export const propertiesPath = ({ apiVersion: version }: HubspotClient) =>
  `/crm/properties/${version}/contacts`;
export const listsPath = ({ apiVersion: version }: HubspotClient) => `/crm/lists/${version}`;
export const accountPath = ({ apiVersion: version }: HubspotClient) =>
  `/account-info/${version}/details`;
