// The queue's consumer: messages in, each acknowledged or retried on its own.
import { noteFailure } from '../ledger/watch.ts';
import { describeError } from '../log.ts';
import type { Signup } from '../model.ts';
import { HOUR_SECONDS } from '../time.ts';
import { answerMessages } from './answer.ts';
import { requestsOfPass } from './bounds.ts';
import type { DeliverDependencies } from './deliver.ts';
import { deliverWithWoken } from './deliver-with-woken.ts';
import type { Later } from './enqueue.ts';
import { type Messages, readMessages, retryAll } from './messages.ts';
import { withoutStopped } from './stopped.ts';
import { answerBundle, leaveBundle, takeBundles } from './take-bundles.ts';

/** A message of a newer version waits for the Worker that can read it. */
const UNREADABLE_RETRY_SECONDS = HOUR_SECONDS;
/**
 * A batch that fails again after so many attempts is taken apart: each half is tried without the other, so that in the
 * end only the message at fault comes back.
 */
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
  const given = { dependencies, messages, bundles: bundled.messageOf, attempts };
  const { failed, left } = await deliverInParts(given, [signups, bundled.signups]);
  // Without a ledger row nothing may be acknowledged.
  for (const { id } of failed) retryAll(messages.get(id) ?? []);
  const open = { failed: new Set(failed.map(({ id }) => id)), left: new Set(left) };
  for (const one of bundled.taken) await answerBundle(dependencies, one, open);
  for (const one of bundled.untaken) await leaveBundle(dependencies, one);
}

interface Given {
  dependencies: ConsumeDependencies;
  /** By signup ID, of those that have one of their own. */
  messages: ReadonlyMap<string, readonly Message[]>;
  /** The message of those that came in a bundle. */
  bundles: ReadonlyMap<string, Message>;
  /** Of the message that has come most often. */
  attempts: number;
}

interface Parted {
  failed: readonly Signup[];
  /** The IDs of those that were left for the next batch. */
  left: readonly string[];
}

/** Together, and when that fails again and again each part without the other, as far as this invocation goes. */
async function deliverInParts(
  given: Given,
  [one, other]: readonly [readonly Signup[], readonly Signup[]],
): Promise<Parted> {
  const signups = [...one, ...other];
  const left = await deliverTogether(given, signups);
  if (left) return { failed: [], left };
  const { dependencies, attempts } = given;
  const { requestsLeft, statementsLeft, ledgerWatch } = dependencies;
  // While the ledger does not work, no signup is at fault.
  const isTheirs = ledgerWatch.failure === undefined || ledgerWatch.failure.fault === 'refused';
  if (attempts < SUSPICIOUS_ATTEMPTS || !isTheirs || signups.length < 2) {
    return { failed: signups, left: [] };
  }
  const middle = one.length > 0 && other.length > 0 ? one.length : Math.ceil(signups.length / 2);
  const parts = [signups.slice(0, middle), signups.slice(middle)];
  const results: Parted[] = [];
  // The first one may use up what there is. With the next attempt it is the other one.
  for (const part of attempts % 2 === 0 ? parts.reverse() : parts) {
    const hasRoom =
      requestsLeft() > requestsOfPass(dependencies) && statementsLeft() >= STATEMENTS_OF_A_PART;
    results.push(hasRoom ? await deliverInParts(given, [part, []]) : { failed: part, left: [] });
  }
  return {
    failed: results.flatMap((result) => result.failed),
    left: results.flatMap((result) => result.left),
  };
}

/** A ledger that cannot be read fails the delivery itself. */
async function withoutThoseStopped(given: ConsumeDependencies): Promise<ConsumeDependencies> {
  const { ledger, destinations } = given;
  const on = await withoutStopped(ledger, destinations).catch(() => destinations);
  return { ...given, destinations: on };
}

/** Delivers signups together and answers their messages. Returns the IDs of those that were left, or `undefined` when it failed. */
async function deliverTogether(
  { dependencies, messages, bundles }: Given,
  signups: readonly Signup[],
): Promise<readonly string[] | undefined> {
  const { log, ledgerWatch } = dependencies;
  const own = [...messages].flatMap(([id, [first]]) => (first ? [[id, first] as const] : []));
  const seen = new Map([...bundles, ...own]);
  try {
    const counts = { done: 0, again: 0, left: 0 };
    const dispositions = await deliverWithWoken(dependencies, signups, seen);
    for (const { kind } of dispositions.values()) counts[kind] += 1;
    await answerMessages(dependencies, dispositions, messages);
    log('info', 'batch_delivered', counts);
    return [...dispositions].flatMap(([id, { kind }]) => (kind === 'left' ? id : []));
  } catch (error) {
    const cause = noteFailure(ledgerWatch, error, dependencies) ?? 'unknown';
    log('error', 'batch_failed', { signups: signups.length, cause, ...describeError(error) });
    return undefined;
  }
}
