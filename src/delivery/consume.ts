// The queue's consumer: messages in, each acknowledged or retried on its own.
import { isOfItems } from '../ledger/faults.ts';
import { noteFailure } from '../ledger/watch.ts';
import { describeError } from '../log.ts';
import type { Signup } from '../model.ts';
import { HOUR_SECONDS } from '../time.ts';
import { answerMessages } from './answer.ts';
import { requestsOfPass } from './bounds.ts';
import type { DeliverDependencies } from './deliver.ts';
import { deliverWithWoken } from './deliver-with-woken.ts';
import type { Later } from './enqueue.ts';
import { inParts } from './in-parts.ts';
import { type Messages, readMessages, retryAll } from './messages.ts';
import { withoutStopped } from './stopped.ts';
import { answerBundle, leaveBundle, type TakenBundles, takeBundles } from './take-bundles.ts';

/** A message of a newer version waits for the Worker that can read it. */
const UNREADABLE_RETRY_SECONDS = HOUR_SECONDS;
/** A batch that fails again after so many attempts is taken apart. */
const SUSPICIOUS_ATTEMPTS = 3;
/** What a part needs. An invocation has few more: https://developers.cloudflare.com/d1/platform/limits/ */
const STATEMENTS_OF_A_PART = 25;

export interface ConsumeDependencies extends DeliverDependencies {
  /** Puts messages on the queue, each to be delivered after its delay. */
  enqueueLater(later: readonly Later[]): Promise<unknown>;
}

/** Delivers the signups of a batch. Each message is acknowledged or retried on its own. */
export async function consumeSignups(opened: ConsumeDependencies, batch: Messages): Promise<void> {
  const dependencies = await withoutThoseStopped(opened);
  const { signups, messages, bundles, unreadable } = readMessages(batch);
  for (const message of unreadable) message.retry({ delaySeconds: UNREADABLE_RETRY_SECONDS });
  const bundled = await takeBundles(dependencies, bundles, new Set(messages.keys()));
  const attempts = Math.max(0, ...batch.messages.map((message) => message.attempts));
  const left = new Set<string>();
  const failed = await inParts([...signups, ...bundled.signups], {
    work: (part) => deliverTogether(dependencies, part, { messages, bundled, left }),
    mayGoOn: () => attempts >= SUSPICIOUS_ATTEMPTS && mayBeTheirs(dependencies),
    attempts,
    first: signups.length,
  });
  // Without a ledger row nothing may be acknowledged.
  for (const { id } of failed) retryAll(messages.get(id) ?? []);
  const open = { failed: new Set(failed.map(({ id }) => id)), left };
  for (const one of bundled.taken) await answerBundle(dependencies, one, open);
  for (const one of bundled.untaken) await leaveBundle(dependencies, one);
}

/** While the ledger does not work, no signup is at fault. Another part needs room, too. */
function mayBeTheirs(dependencies: ConsumeDependencies): boolean {
  const { requestsLeft, statementsLeft, ledgerWatch } = dependencies;
  return (
    isOfItems(ledgerWatch.failure?.fault) &&
    requestsLeft() > requestsOfPass(dependencies) &&
    statementsLeft() >= STATEMENTS_OF_A_PART
  );
}

/** A ledger that cannot be read fails the delivery itself. */
async function withoutThoseStopped(given: ConsumeDependencies): Promise<ConsumeDependencies> {
  const { ledger, destinations } = given;
  const on = await withoutStopped(ledger, destinations).catch(() => destinations);
  return { ...given, destinations: on };
}

interface Given {
  /** By signup ID, of those that have one of their own. */
  messages: ReadonlyMap<string, readonly Message[]>;
  bundled: TakenBundles;
  /** The IDs of those that are left for the next batch. */
  left: Set<string>;
}

/** Delivers signups together and answers their messages. Whether that went well. */
async function deliverTogether(
  dependencies: ConsumeDependencies,
  signups: readonly Signup[],
  { messages, bundled, left }: Given,
): Promise<boolean> {
  const { log, ledgerWatch } = dependencies;
  const own = [...messages].flatMap(([id, [first]]) => (first ? [[id, first] as const] : []));
  const seen = new Map([...bundled.messageOf, ...own]);
  try {
    const counts = { done: 0, again: 0, left: 0 };
    const dispositions = await deliverWithWoken(dependencies, signups, seen);
    for (const { kind } of dispositions.values()) counts[kind] += 1;
    await answerMessages(dependencies, dispositions, messages);
    log('info', 'batch_delivered', counts);
    for (const [id, { kind }] of dispositions) if (kind === 'left') left.add(id);
    return true;
  } catch (error) {
    const cause = noteFailure(ledgerWatch, error, dependencies) ?? 'unknown';
    log('error', 'batch_failed', { signups: signups.length, cause, ...describeError(error) });
    return false;
  }
}
