// A service that Whence asks: one request after another within its limits. Each answer becomes ok, refused or a wait.
import type { Retry, Snooze, Waiting } from '../outcome.ts';
import { configurationRetry } from '../outcome.ts';
import type { Reason } from '../reasons.ts';
import {
  type CircuitBreaker,
  isHalfOpen,
  newCircuitBreaker,
  pauseSeconds,
  recordResult,
} from './circuit-breaker.ts';
import type { StandardReason } from './reasons.ts';
import { retryAfterSeconds } from './retry-after.ts';
import { send, type UpstreamRequest } from './send.ts';
import { type Meaning, meaningOf, type StatusMeanings } from './status.ts';

/** What is known of a service's limits and health. Kept per isolate: a hint that saves requests. */
export interface UpstreamState {
  breaker: CircuitBreaker;
  /** Until when nothing is sent, and why. */
  pause?: { untilMs: number; reason: Reason } | undefined;
  /** What the service lacks could not be created: until when that is not tried again, and why. */
  unprepared?: { untilMs: number; reason: Reason | undefined } | undefined;
  /** Where people see what is written, as the service has said. */
  place?: string | undefined;
}

export const newUpstreamState = (): UpstreamState => ({ breaker: newCircuitBreaker() });

/** An answer as the service gave it. */
export interface Answered {
  status: number;
  headers: Headers;
  /** `undefined` when the body is not JSON. */
  json: unknown;
}

export type UpstreamAnswer =
  | ({ kind: 'ok' } & Answered)
  /** The service speaks about the record, in JSON, and will say the same next time. */
  | ({ kind: 'refused' } & Answered)
  /** No answer about the record. `answered`: what came instead, where something came. */
  | { kind: 'unavailable'; wait: Waiting; answered?: Answered };

/** The service's own limits, beside the circuit breaker. Absent: a 429 pauses for as long as it says. */
export interface Limits {
  /** Takes one request of what is left; else the wait until there is one. */
  take(nowMs: number): Snooze | undefined;
  /** Learns from an answer, or hears that none came. */
  learn(answered: Answered | undefined, nowMs: number): void;
  /** The service says that the limit is reached. */
  reached(answered: Answered, nowMs: number): Snooze | Promise<Snooze>;
}

export interface UpstreamOptions extends StatusMeanings {
  fetch: typeof fetch;
  now(): number;
  state: UpstreamState;
  /** Makes the reasons of this service. */
  reason(code: StandardReason, detail?: string): Reason;
  timeoutMs: number;
  /** The service answers by the status alone: no answer needs to be JSON, and none is read. */
  ignoresBodies?: true;
  /** What the service says about an answer in words of its own; `undefined` leaves the standard reason. */
  explain?(answered: Answered): Reason | undefined;
  limits?: Limits;
}

/** It promises that there is nothing to read. */
const NO_CONTENT = 204;
const RATE_LIMIT_SECONDS = 60;
/** A window is never longer, and nothing else ends a pause. */
const MAX_RATE_LIMIT_SECONDS = 60 * 60;

/** Why nothing may be sent now; `undefined` when it may. */
export function pauseOf(
  { state: { breaker, pause }, reason }: Pick<UpstreamOptions, 'state' | 'reason'>,
  nowMs: number,
): Snooze | undefined {
  const downSeconds = pauseSeconds(breaker, nowMs);
  const pausedSeconds = pause ? (pause.untilMs - nowMs) / 1000 : 0;
  if (pause && pausedSeconds > 0 && pausedSeconds >= downSeconds) {
    return { status: 'snooze', reason: pause.reason, afterSeconds: pausedSeconds };
  }
  return downSeconds > 0
    ? { status: 'snooze', reason: reason('down'), afterSeconds: downSeconds, isOutage: true }
    : undefined;
}

/** Whether the service was down and the next answer tells if it is back. Nobody else should ask meanwhile. */
export function isRecovering({ state, now }: Pick<UpstreamOptions, 'state' | 'now'>): boolean {
  return isHalfOpen(state.breaker, now());
}

/**
 * Sends one request. Never throws on what the network or the service does. `subject`: the one record that it is about,
 * so that a record which always fails does not look like a service that is down.
 */
export async function ask(
  options: UpstreamOptions,
  { subject, ...request }: Omit<UpstreamRequest, 'timeoutMs'> & { subject?: string },
): Promise<UpstreamAnswer> {
  const { state, limits, now, reason, timeoutMs, ignoresBodies = false } = options;
  const notNow = pauseOf(options, now()) ?? limits?.take(now());
  if (notNow) return { kind: 'unavailable', wait: notNow };
  const response = await send(options.fetch, {
    ...request,
    timeoutMs,
    ignoresBody: ignoresBodies,
  });

  // A pause begins with the answer: a request may take as long as a pause does.
  const nowMs = now();
  if (response.kind === 'failed') {
    limits?.learn(undefined, nowMs);
    // An answer that is too large is an answer.
    recordResult(state.breaker, response.cause === 'too_large', nowMs, subject);
    const code = response.cause === 'too_large' ? 'answer_too_large' : response.cause;
    return { kind: 'unavailable', wait: { status: 'retry', reason: reason(code) } };
  }
  const { kind: _, ...answered } = response;
  limits?.learn(answered, nowMs);
  const meaning = meaningOf(answered.status, options);
  const isReadable = ignoresBodies || answered.status === NO_CONTENT || answered.json !== undefined;
  const isUp = meaning !== 'transient' && (meaning !== 'ok' || isReadable);
  recordResult(state.breaker, isUp, nowMs, subject);
  if (meaning === 'ok' && isReadable) return { kind: 'ok', ...answered };
  // A page of HTML is the word of a proxy, not of the service.
  if (meaning === 'record' && isReadable) return { kind: 'refused', ...answered };
  const wait =
    meaning === 'rate_limit'
      ? await (limits?.reached(answered, nowMs) ?? pauseFor(options, answered, nowMs))
      : waitFor(options, meaning, answered, nowMs);
  return { kind: 'unavailable', wait, answered };
}

/** The wait after an answer that says nothing about the record. */
function waitFor(
  { reason, explain }: UpstreamOptions,
  meaning: Meaning,
  answered: Answered,
  nowMs: number,
): Retry {
  const why = explain?.(answered) ?? reason(codeOf(meaning, answered), `HTTP ${answered.status}`);
  const afterSeconds = retryAfterSeconds(answered.headers.get('retry-after'), nowMs);
  if (afterSeconds !== undefined) return { status: 'retry', reason: why, afterSeconds };
  return meaning === 'configuration' ? configurationRetry(why) : { status: 'retry', reason: why };
}

function codeOf(meaning: Meaning, { status, json }: Answered): StandardReason {
  if (status === 401) return 'unauthorized';
  if (status === 403) return 'forbidden';
  if (meaning === 'configuration') return 'request_refused';
  return meaning === 'transient' || json !== undefined ? 'unavailable' : 'answer_unreadable';
}

/** Nothing is sent until the service says so, or for a minute. */
function pauseFor(
  { state, reason }: UpstreamOptions,
  { headers }: Answered,
  nowMs: number,
): Snooze {
  const asked = retryAfterSeconds(headers.get('retry-after'), nowMs) ?? RATE_LIMIT_SECONDS;
  const afterSeconds = Math.min(MAX_RATE_LIMIT_SECONDS, asked);
  const why = reason('rate_limited');
  state.pause = { untilMs: nowMs + afterSeconds * 1000, reason: why };
  return { status: 'snooze', reason: why, afterSeconds };
}
