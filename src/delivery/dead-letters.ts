// The consumer of the dead-letter queue: what the queue gave up on is written into the ledger, where it can be seen and replayed.
import { takeNews } from '../ledger/completions.ts';
import { type DeliveryState, type Item, readItems } from '../ledger/delivery-state.ts';
import { wakeLater } from '../ledger/end-waits.ts';
import type { Attempt, LedgerEntry } from '../ledger/entry.ts';
import { faultOf, isOfItems } from '../ledger/faults.ts';
import { isComplete } from '../ledger/lacks.ts';
import { recordEntries } from '../ledger/record.ts';
import { isErased } from '../ledger/tombstones.ts';
import { describeError } from '../log.ts';
import { type Reason, reason } from '../reasons.ts';
import { isoOf } from '../time.ts';
import { matchSoFar } from './attempts.ts';
import { signupsIn } from './bundle.ts';
import { completeItems } from './complete.ts';
import type { DeliverDependencies } from './deliver.ts';
import { inOrder } from './follow.ts';
import { inParts } from './in-parts.ts';
import {
  type Messages,
  placeholderFor,
  readMessages,
  replayablePart,
  retryAll,
} from './messages.ts';

type DeadLetterDependencies = Pick<
  DeliverDependencies,
  'ledger' | 'statementsLeft' | 'destinations' | 'now' | 'log'
>;

/** What has failed before is divided. */
const SUSPICIOUS_ATTEMPTS = 2;
/** A part needs so many statements at most. */
const STATEMENTS_OF_A_PART = 20;

/** A message is acknowledged only when the ledger has its rows. One that the ledger refuses keeps nobody else from it. */
export async function consumeDeadLetters(
  dependencies: DeadLetterDependencies,
  batch: Messages,
): Promise<void> {
  const attempts = Math.max(0, ...batch.messages.map((message) => message.attempts));
  let failure: unknown;
  const failed = await inParts(batch.messages, {
    work: (messages) =>
      recordDeadLetters(dependencies, messages).then(
        () => true,
        (error: unknown) => {
          failure = error;
          return false;
        },
      ),
    mayGoOn: () =>
      attempts >= SUSPICIOUS_ATTEMPTS &&
      isOfItems(faultOf(failure)) &&
      dependencies.statementsLeft() >= STATEMENTS_OF_A_PART,
    attempts,
  });
  if (failed.length === 0) return;
  retryAll(failed);
  const cause = faultOf(failure) ?? 'unknown';
  dependencies.log('error', 'dead_letters_failed', { cause, ...describeError(failure) });
}

async function recordDeadLetters(
  dependencies: DeadLetterDependencies,
  letters: readonly Message[],
): Promise<void> {
  const { ledger, now, log } = dependencies;
  const { signups: messages, bundles, unreadable } = readMessages({ messages: letters });
  const bundled = await signupsIn(
    ledger,
    bundles.map(({ bundle }) => bundle),
  );
  const signups = [...messages.filter(({ completing }) => !completing), ...bundled];
  const woken = await takeNews(ledger, messages, isoOf(now()));
  const items = completeItems(await readItems(ledger, signups));
  // What an event says is not lost: the rescue brings those who wait for it. Those of this batch are among them, since no
  // other event will wake them.
  const known = items.filter(hasWhatItLacked).map(({ signup }) => signup);
  await wakeLater(ledger, [...woken, ...known], isoOf(now()));
  const entries: LedgerEntry[] = [
    ...items
      // A refresh is due again by the ledger, which says when.
      .filter(({ signup, state }) => !isErased(state.erasures, signup) && !signup.refresh)
      .flatMap(({ signup, state }) => {
        const attempts = givenUp(dependencies, state);
        // The ledger has what has come to an end everywhere, and this message may say less.
        const isNews = attempts.length > 0 || state.progress.size === 0;
        return isNews ? { signup, match: matchSoFar(signup), attempts } : [];
      }),
    ...unreadable.map((message) => ({
      signup: placeholderFor(message),
      unreadable: replayablePart(message.body),
      attempts: failedEverywhere(dependencies, reason('message_unreadable')),
    })),
  ];
  const recorded = await recordEntries(ledger, entries, isoOf(now()));
  await wakeLater(ledger, recorded.woken, isoOf(now()));
  for (const message of letters) message.ack();
  log('error', 'dead_letters_recorded', { signups: entries.length });
}

function failedEverywhere({ destinations }: DeadLetterDependencies, why: Reason): Attempt[] {
  return destinations.map(({ name }) => ({ destination: name, status: 'failed', reason: why }));
}

/** Whether it waits somewhere for what is known by now. */
const hasWhatItLacked = ({ signup, state }: Item): boolean =>
  [...state.progress.values()].some(({ lack }) => lack && isComplete(signup, lack));

const ELSEWHERE = reason('gave_up_elsewhere');

/** What has arrived, been skipped or waits for an event stays so. The others keep what they waited for last. */
function givenUp(
  { destinations, now }: DeadLetterDependencies,
  { progress }: DeliveryState,
): Attempt[] {
  const endsNow = (name: string) => {
    const last = progress.get(name);
    return !last || (last.status === 'waiting' && !last.lack);
  };
  const { leaders, followers } = inOrder(destinations);
  const isNews = leaders.some(
    ({ name }) => endsNow(name) || progress.get(name)?.status === 'failed',
  );
  // Those that follow have to hear of it. The ledger brings the signup back once, for them alone.
  const told = followers.filter(
    ({ name }) => isNews && !progress.get(name)?.reasons.includes(ELSEWHERE.code),
  );
  return destinations.flatMap((destination): Attempt[] => {
    const { name } = destination;
    if (!endsNow(name)) return [];
    if (told.includes(destination)) return [waitOf(name, now())];
    const last = progress.get(name);
    const why = reason('gave_up', last?.detail ?? undefined);
    const lastReason = last?.reason ?? undefined;
    return [{ destination: name, status: 'failed', reason: why, lastReason }];
  });
}

const waitOf = (destination: string, nowMs: number): Attempt => ({
  destination,
  status: 'waiting',
  reason: ELSEWHERE,
  nextAttemptAt: isoOf(nowMs),
  isSnoozed: true,
});
