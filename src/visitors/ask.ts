// One request to DataFast, within what it allows.
import * as z from 'zod/mini';
import type { Retry } from '../model.ts';
import { configurationRetry, retryAfterSeconds } from '../outcome.ts';
import { noteAnswer, noteSpent, type RateLimit, secondsUntil, take } from './rate-limit.ts';

export interface DatafastOptions {
  apiKey: string | undefined;
  websiteId: string | undefined;
  url: string;
  fetch: typeof fetch;
  now: () => number;
  /** What is left of the minute, shared by everything that asks. */
  rateLimit: RateLimit;
}

export type Answer =
  | { kind: 'answered'; status: number; headers: Headers; json: unknown }
  | { kind: 'unreachable' }
  /** The minute is used up, by our count or by DataFast's word. */
  | { kind: 'spent'; retry: Retry };

/** For a refusal that does not say when the window ends. */
const WINDOW_SECONDS = 60;

/** Why DataFast cannot be asked at all with these settings. */
export function missingSetting({ apiKey, websiteId }: DatafastOptions): Retry | undefined {
  if (apiKey === undefined) return configurationRetry('datafast_key_missing');
  return apiKey.startsWith('dft_') && websiteId === undefined
    ? configurationRetry('datafast_website_id_missing')
    : undefined;
}

/** `path` below `/api/v1/`. Never throws on what the network or DataFast does. */
export async function askDatafast(
  options: DatafastOptions,
  path: string,
  timeoutMs: number,
): Promise<Answer> {
  const { rateLimit, apiKey, now } = options;
  const taken = take(rateLimit, now());
  if (taken !== 'taken') return spent(taken.waitSeconds);
  let response: Response;
  let text: string;
  try {
    response = await options.fetch(addressOf(options, path), {
      headers: { authorization: `Bearer ${apiKey}`, accept: 'application/json' },
      signal: AbortSignal.timeout(timeoutMs),
    });
    text = await response.text();
  } catch {
    noteAnswer(rateLimit, undefined, now());
    return { kind: 'unreachable' };
  }
  noteAnswer(rateLimit, response.headers, now());
  const json = parseJson(text);
  if (response.status === 429) {
    const afterSeconds = secondsToReset(response.headers, json, now());
    return spent(noteSpent(rateLimit, afterSeconds, now()));
  }
  return { kind: 'answered', status: response.status, headers: response.headers, json };
}

function spent(afterSeconds: number): Answer {
  const reason = 'datafast_rate_limited';
  return { kind: 'spent', retry: { status: 'retry', reason, afterSeconds, costsNoTry: true } };
}

function addressOf({ url, apiKey, websiteId }: DatafastOptions, path: string): string {
  const address = new URL(`${url}/api/v1/${path}`);
  // A df_ key stands for its website; only an account's token needs to be told which one.
  if (apiKey?.startsWith('dft_') && websiteId) address.searchParams.set('websiteId', websiteId);
  return address.toString();
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const Reset = z.object({ reset: z.coerce.number() });

/** From the header or the body, whichever says it. */
function secondsToReset(headers: Headers, json: unknown, nowMs: number): number {
  const given = [
    retryAfterSeconds(headers.get('retry-after'), nowMs),
    headers.get('x-ratelimit-reset'),
    Reset.safeParse(json).data?.reset,
  ]
    .filter((value) => value !== null && value !== undefined && value !== '')
    .map(Number)
    .find((value) => Number.isFinite(value) && value >= 0);
  return secondsUntil(given, nowMs) ?? WINDOW_SECONDS;
}
