// The DataFast client: one request for one visitor, and what each answer means for whoever is waiting.
// https://datafa.st/docs/api/website/visitors/retrieve
import * as z from 'zod/mini';
import type { Match, Retry, Visitor } from '../model.ts';
import { configurationRetry, meaningOf, retryAfter } from '../outcome.ts';
import { parseVisitor } from './answer.ts';

/** What is known of a visitor after asking. */
export type Lookup =
  | { kind: 'found'; visitor: Visitor; fetchedAt: string }
  /** DataFast has answered, and there is no visitor to be had. */
  | { kind: 'absent'; match: Exclude<Match, 'matched' | 'no_visitor_id'> }
  /** No answer to be had now. `rateLimited`: the budget is spent, so nobody else need ask before then. */
  | { kind: 'unavailable'; retry: Retry; rateLimited: boolean };

export interface DatafastOptions {
  apiKey: string | undefined;
  websiteId: string | undefined;
  url: string;
  fetch: typeof fetch;
  now: () => number;
}

/** DataFast documents no deadline of its own; a visitor that takes longer is asked for again. */
const TIMEOUT_MS = 8_000;
/** The window of DataFast's limit, for an answer that does not say when it resets. */
const WINDOW_SECONDS = 60;

/** Asks DataFast for one visitor. `visitorId` must be a UUID already. */
export async function fetchVisitor(options: DatafastOptions, visitorId: string): Promise<Lookup> {
  const nowMs = options.now();
  const unavailable = (retry: Retry, rateLimited = false): Lookup => ({
    kind: 'unavailable',
    retry,
    rateLimited,
  });
  if (options.apiKey === undefined) return unavailable(configurationRetry('datafast_key_missing'));
  if (options.apiKey.startsWith('dft_') && options.websiteId === undefined) {
    return unavailable(configurationRetry('datafast_website_id_missing'));
  }

  let response: Response;
  let body: string;
  try {
    response = await options.fetch(requestUrl(options, visitorId), {
      headers: { authorization: `Bearer ${options.apiKey}`, accept: 'application/json' },
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    body = await response.text();
  } catch {
    return unavailable(retryAfter('datafast_unreachable', undefined, nowMs));
  }

  const json = parseJson(body);
  if (response.ok) {
    const visitor = parseVisitor(visitorId, json);
    return visitor
      ? { kind: 'found', visitor, fetchedAt: new Date(nowMs).toISOString() }
      : unavailable({ status: 'retry', reason: 'datafast_answer_unreadable' });
  }
  if (response.status === 429) {
    const afterSeconds = secondsToReset(response.headers, json, nowMs);
    return unavailable({ status: 'retry', reason: 'datafast_rate_limited', afterSeconds }, true);
  }
  switch (meaningOf(response.status)) {
    case 'configuration':
      return unavailable(retryAfter('datafast_unauthorized', response, nowMs));
    case 'transient':
      return unavailable(retryAfter(`datafast_${response.status}`, response, nowMs));
    case 'permanent':
      // A proxy's error page says nothing about the visitor.
      if (json === undefined)
        return unavailable(retryAfter(`datafast_${response.status}`, response, nowMs));
      return { kind: 'absent', match: response.status === 404 ? 'not_found' : refusal(json) };
  }
}

function requestUrl({ url, apiKey, websiteId }: DatafastOptions, visitorId: string): string {
  const address = new URL(`${url}/api/v1/visitors/${encodeURIComponent(visitorId)}`);
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

const Refusal = z.object({ error: z.union([z.string(), z.object({ message: z.string() })]) });
const Message = z.object({ message: z.string() });

/** Only the free text tells a bot from a bad id, and DataFast does not document the text. */
function refusal(json: unknown): 'bot' | 'invalid_visitor_id' | 'rejected_by_datafast' {
  const refused = Refusal.safeParse(json).data?.error ?? Message.safeParse(json).data;
  const message = typeof refused === 'string' ? refused : (refused?.message ?? '');
  if (/\bbots?\b|crawler/i.test(message)) return 'bot';
  if (/uuid|visitor\s*id|invalid id/i.test(message)) return 'invalid_visitor_id';
  return 'rejected_by_datafast';
}

/**
 * Seconds until DataFast answers again. Documented in seconds, seen in milliseconds, in the header or in
 * the body; a small number can only be a distance. Never more than twice the window: a clock may be wrong.
 */
function secondsToReset(headers: Headers, json: unknown, nowMs: number): number {
  const inBody = z.object({ reset: z.coerce.number() }).safeParse(json).data?.reset;
  const given = [headers.get('retry-after'), headers.get('x-ratelimit-reset'), inBody]
    .filter((value) => value !== null && value !== undefined && value !== '')
    .map(Number)
    .find((value) => Number.isFinite(value) && value >= 0);
  if (given === undefined) return WINDOW_SECONDS;
  const seconds =
    given < 1_000_000
      ? given
      : (given < 100_000_000_000 ? given * 1000 : given) / 1000 - nowMs / 1000;
  return Math.min(2 * WINDOW_SECONDS, Math.max(1, seconds));
}
