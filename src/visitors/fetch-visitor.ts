// One visitor, fetched from DataFast: what each answer means for the signup that is waiting for it.
// https://datafa.st/docs/api/website/visitors/retrieve
import { configurationRetry, type Retry, type Snooze, type Waiting } from '../outcome.ts';
import type { Reason } from '../reasons.ts';
import { isoOf } from '../time.ts';
import type { Answered, UpstreamAnswer } from '../upstream/upstream.ts';
import { parseVisitor } from './answer.ts';
import { askDatafast, type DatafastOptions, meaningOfStatus, obstacleOf } from './datafast.ts';
import type { Lookup } from './lookup.ts';
import { datafastReason } from './reasons.ts';
import { describeRefusal, meaningOfRefusal } from './refusal.ts';
import { recordClear, recordRefusalOfAll, recordUnclear } from './refusals.ts';

/** DataFast documents no deadline of its own. A visitor that takes longer is asked for again. */
const TIMEOUT_MS = 8_000;
/** The wait of a visitor that was not asked for because of others, who were to blame themselves. */
const NOT_ASKED_SECONDS = 30;

type Refused = Extract<UpstreamAnswer, { kind: 'refused' }>;
type Unanswered = Extract<Lookup, { kind: 'unavailable' }>;
type Unavailable = Extract<UpstreamAnswer, { kind: 'unavailable' }>;

/** Asks DataFast for one visitor. `visitorId` must be a UUID already. */
export async function fetchVisitor(options: DatafastOptions, visitorId: string): Promise<Lookup> {
  const obstacle = obstacleOf(options);
  if (obstacle) {
    const { reason } = obstacle;
    const soon: Snooze = { status: 'snooze', reason, afterSeconds: NOT_ASKED_SECONDS };
    return {
      ...NO_ANSWER,
      wait: obstacle,
      needsOperator: true,
      ...(options.state.refusals.everybody?.isInferred && {
        ifOthersAnswered: { ...NO_ANSWER, wait: soon },
      }),
    };
  }
  const answer = await askDatafast(
    options,
    `visitors/${encodeURIComponent(visitorId)}`,
    TIMEOUT_MS,
  );
  switch (answer.kind) {
    case 'ok': {
      const visitor = parseVisitor(visitorId, answer.json);
      if (!visitor) return { ...NO_ANSWER, wait: UNREADABLE };
      recordClear(options.state.refusals, visitorId);
      return { kind: 'found', visitor, fetchedAt: isoOf(options.now()) };
    }
    case 'refused':
      return refused(options, visitorId, answer);
    case 'unavailable':
      return withoutAnswer(options, visitorId, answer);
  }
}

const NO_ANSWER = { kind: 'unavailable', rateLimited: false } as const;
const UNREADABLE: Retry = { status: 'retry', reason: datafastReason('answer_unreadable') };
const REFUSED = datafastReason('request_refused');
const REJECTED: Lookup = { kind: 'absent', match: 'rejected_by_datafast' };
const RATE_LIMITED = datafastReason('rate_limited').code;

/** DataFast refused in JSON, with a status that can be about the visitor. */
function refused(options: DatafastOptions, visitorId: string, answer: Refused): Lookup {
  const { refusals } = options.state;
  const meaning = meaningOfRefusal(answer);
  switch (meaning.about) {
    case 'visitor':
      recordClear(refusals, visitorId);
      return { kind: 'absent', match: meaning.match };
    case 'everybody':
      return refusedAll(options, answer, datafastReason(meaning.code));
    case 'unclear':
      return recordUnclear(refusals, visitorId)
        ? { ...refusedAll(options, answer, REFUSED, {}, true), ifOthersAnswered: REJECTED }
        : REJECTED;
  }
}

function withoutAnswer(
  options: DatafastOptions,
  visitorId: string,
  { wait, answered }: Unavailable,
): Lookup {
  const meaning = answered && meaningOfStatus(answered.status);
  if (meaning === 'configuration') return refusedAll(options, answered, wait.reason, wait);
  // A page of HTML: of one visitor it says nothing. When several get it, the address or the plan is wrong.
  if (meaning === 'record' && recordUnclear(options.state.refusals, visitorId)) {
    const ifOthersAnswered: Lookup = { ...NO_ANSWER, wait };
    return { ...refusedAll(options, answered, REFUSED, {}, true), ifOthersAnswered };
  }
  return { ...NO_ANSWER, wait, rateLimited: wait.reason.code === RATE_LIMITED };
}

/**
 * DataFast refuses everybody, which is never a fault of the visitor. The reason quotes what it said. `isInferred`: only the
 * number of refusals says so.
 */
function refusedAll(
  { state, now, apiKey = '' }: DatafastOptions,
  answered: Answered | undefined,
  { code }: Reason,
  { afterSeconds }: Pick<Waiting, 'afterSeconds'> = {},
  isInferred = false,
): Unanswered {
  const reason = { code, ...(answered && { detail: describeRefusal(answered, [apiKey]) }) };
  recordRefusalOfAll(state.refusals, reason, now(), isInferred);
  const wait = {
    ...configurationRetry(reason),
    ...(afterSeconds !== undefined && { afterSeconds }),
  };
  return { ...NO_ANSWER, wait, needsOperator: true };
}
