// Attio as an upstream: how it is asked, and what its answers mean. https://docs.attio.com/rest-api/overview
import * as z from 'zod/mini';
import type { Waiting } from '../../outcome.ts';
import type { Reason } from '../../reasons.ts';
import { type SettingValues, settingValue } from '../../settings/setting.ts';
import { type Answered, ask, type UpstreamOptions } from '../../upstream/upstream.ts';
import type { DestinationIo } from '../destination.ts';
import { reason } from './reasons.ts';
import { token, url } from './settings.ts';

export interface AttioClient {
  upstream: UpstreamOptions;
  token: string;
  url: string;
}

export type AttioAnswer =
  | { kind: 'ok'; json: unknown }
  /** Attio understood the request, and will say the same next time. */
  | { kind: 'refused'; status: number; error: AttioError }
  | { kind: 'unavailable'; wait: Waiting };

const TIMEOUT_MS = 15_000;
/** A person has all attributes of the workspace, each value with who wrote it and when. */
const MAX_ANSWER_BYTES = 16 * 1024 * 1024;

/** Requests that share the limits of one token. */
export function attioClient(
  values: SettingValues,
  { fetch, now, state }: Pick<DestinationIo, 'fetch' | 'now' | 'state'>,
): AttioClient {
  return {
    token: settingValue(values, token),
    url: settingValue(values, url),
    upstream: {
      fetch,
      now,
      state,
      reason,
      timeoutMs: TIMEOUT_MS,
      recordStatuses: [400, 404, 409, 413],
      explain,
    },
  };
}

const text = z.catch(z.optional(z.string()), undefined);
const AttioError = z.object({ type: text, code: text, message: text });
export type AttioError = z.infer<typeof AttioError>;

/** Attio answered something that it does not document. */
export const UNREADABLE: Waiting = { status: 'retry', reason: reason('answer_unreadable') };

/** Sends one request. Never throws on what the network or Attio does. `subject`: the one person that it is about. */
export async function callAttio(
  { upstream, token: key, url: base }: AttioClient,
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE',
  path: string,
  { body, subject }: { body?: unknown; subject?: string } = {},
): Promise<AttioAnswer> {
  const answer = await ask(upstream, {
    method,
    url: `${base}/v2${path}`,
    headers: {
      authorization: `Bearer ${key}`,
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    ...(subject !== undefined && { subject }),
    maxAnswerBytes: MAX_ANSWER_BYTES,
  });
  if (answer.kind === 'unavailable') return { kind: 'unavailable', wait: answer.wait };
  if (answer.kind === 'ok') return { kind: 'ok', json: answer.json };
  const error = AttioError.safeParse(answer.json).data;
  return error
    ? { kind: 'refused', status: answer.status, error }
    : { kind: 'unavailable', wait: UNREADABLE };
}

/** The code only: the message may quote what was sent. */
export const describe = (status: number, { type, code }: AttioError): string =>
  [`HTTP ${status}`, code ?? type].filter((part) => part).join(' ');

function explain({ status, json }: Answered): Reason | undefined {
  const error = AttioError.safeParse(json).data;
  if (!error || status < 400 || status >= 500 || status === 401) return undefined;
  return reason(status === 403 ? 'forbidden' : 'request_refused', describe(status, error));
}

/** People are one of Attio's standard objects. */
export const PEOPLE = '/objects/people';
