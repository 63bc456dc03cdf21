// One visitor, fetched from DataFast: what each answer means for the signup that is waiting for it.
// https://datafa.st/docs/api/website/visitors/retrieve
import type { Waiting } from '../outcome.ts';
import { isoOf, MINUTE_MS } from '../time.ts';
import type { Answered } from '../upstream/upstream.ts';
import { parseVisitor } from './answer.ts';
import { askDatafast, type DatafastOptions, obstacleOf } from './datafast.ts';
import type { AbsentMatch, Lookup } from './lookup.ts';
import { datafastReason } from './reasons.ts';
import { messageIn } from './refusal.ts';

/** DataFast documents no deadline of its own. A visitor that takes longer is asked for again. */
const TIMEOUT_MS = 8_000;
/** A refused key is not tried with other visitors for so long. New secrets come with a new isolate. */
const REFUSED_MS = MINUTE_MS;

/** Asks DataFast for one visitor. `visitorId` must be a UUID already. */
export async function fetchVisitor(options: DatafastOptions, visitorId: string): Promise<Lookup> {
  const obstacle = obstacleOf(options);
  if (obstacle) return unavailable(obstacle);
  const answer = await askDatafast(
    options,
    `visitors/${encodeURIComponent(visitorId)}`,
    TIMEOUT_MS,
  );
  switch (answer.kind) {
    case 'ok': {
      const visitor = parseVisitor(visitorId, answer.json);
      return visitor
        ? { kind: 'found', visitor, fetchedAt: isoOf(options.now()) }
        : unavailable({ status: 'retry', reason: datafastReason('answer_unreadable') });
    }
    case 'refused':
      return { kind: 'absent', match: matchOf(answer) };
    case 'unavailable': {
      const { wait, answered } = answer;
      if (answered?.status === 401 || answered?.status === 403) {
        options.state.pause = { untilMs: options.now() + REFUSED_MS, reason: wait.reason };
      }
      return unavailable(wait, wait.reason.code === RATE_LIMITED);
    }
  }
}

const RATE_LIMITED = datafastReason('rate_limited').code;

const unavailable = (wait: Waiting, rateLimited = false): Lookup => ({
  kind: 'unavailable',
  wait,
  rateLimited,
});

/** Only the free text tells a bot from an invalid ID, and DataFast does not document the text. */
function matchOf({ status, json }: Answered): AbsentMatch {
  if (status === 404) return 'not_found';
  const message = messageIn(json);
  if (/\bbots?\b|crawler/i.test(message)) return 'bot';
  if (/uuid|visitor\s*id|invalid id/i.test(message)) return 'invalid_visitor_id';
  return 'rejected_by_datafast';
}
