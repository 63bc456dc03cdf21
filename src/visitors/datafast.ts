// The visitor DataFast knows by an id, and what each answer means for whoever is waiting.
// https://datafa.st/docs/api/website/visitors/retrieve
import * as z from 'zod/mini';
import type { Match, Retry, Visitor } from '../model.ts';
import {
  configurationRetry,
  isHalfOpen,
  meaningOf,
  pauseSeconds,
  recordResult,
  retryAfter,
} from '../outcome.ts';
import { parseVisitor } from './answer.ts';
import { askDatafast, type DatafastOptions, missingSetting } from './ask.ts';
import { noteRefused } from './rate-limit.ts';

/** What is known of a visitor after asking. */
export type Lookup =
  | { kind: 'found'; visitor: Visitor; fetchedAt: string }
  /** DataFast has answered, and there is no visitor to be had. */
  | { kind: 'absent'; match: Exclude<Match, 'matched' | 'no_visitor_id'> }
  /** No answer to be had now. `rateLimited`: the budget is spent, so nobody else need ask before then. */
  | { kind: 'unavailable'; retry: Retry; rateLimited: boolean };

/** DataFast documents no deadline of its own; a visitor that takes longer is asked for again. */
const TIMEOUT_MS = 8_000;

/** Whether DataFast was down, and the next answer tells if it is back: nobody else should ask meanwhile. */
export function isFirstAfterOutage({ rateLimit, now }: DatafastOptions): boolean {
  return isHalfOpen(rateLimit.breaker, now());
}

/** Asks DataFast for one visitor. `visitorId` must be a UUID already. */
export async function fetchVisitor(options: DatafastOptions, visitorId: string): Promise<Lookup> {
  const unavailable = (retry: Retry, rateLimited = false): Lookup => ({
    kind: 'unavailable',
    retry,
    rateLimited,
  });
  const notAsked = missingSetting(options) ?? pause(options);
  if (notAsked) return unavailable(notAsked);

  const { rateLimit, now } = options;
  const answer = await askDatafast(
    options,
    `visitors/${encodeURIComponent(visitorId)}`,
    TIMEOUT_MS,
  );
  const nowMs = now();
  if (answer.kind === 'spent') return unavailable(answer.retry, true);
  if (answer.kind === 'unreachable') {
    recordResult(rateLimit.breaker, false, nowMs);
    return unavailable(retryAfter('datafast_unreachable', undefined, nowMs));
  }

  const { status, json } = answer;
  const isOk = status >= 200 && status < 300;
  const visitor = isOk ? parseVisitor(visitorId, json) : undefined;
  const meaning = meaningOf(status);
  recordResult(rateLimit.breaker, isOk ? visitor !== undefined : meaning !== 'transient', nowMs);
  if (visitor) return { kind: 'found', visitor, fetchedAt: new Date(nowMs).toISOString() };
  if (isOk) return unavailable({ status: 'retry', reason: 'datafast_answer_unreadable' });
  switch (meaning) {
    case 'configuration':
      noteRefused(rateLimit, nowMs);
      return unavailable(retryAfter('datafast_unauthorized', answer, nowMs));
    case 'transient':
      return unavailable(retryAfter(`datafast_${status}`, answer, nowMs));
    case 'permanent':
      // A proxy's error page says nothing about the visitor.
      if (json === undefined) return unavailable(retryAfter(`datafast_${status}`, answer, nowMs));
      return { kind: 'absent', match: status === 404 ? 'not_found' : refusal(json) };
  }
}

/** Nobody is asked who has just refused the key, or has failed several times in a row. */
function pause({ rateLimit, now }: DatafastOptions): Retry | undefined {
  const nowMs = now();
  if (nowMs < rateLimit.refusedUntilMs) {
    return { ...configurationRetry('datafast_unauthorized'), costsNoTry: true };
  }
  const afterSeconds = pauseSeconds(rateLimit.breaker, nowMs);
  return afterSeconds > 0
    ? { status: 'retry', reason: 'datafast_down', afterSeconds, costsNoTry: true }
    : undefined;
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
