// The queue's consumer: messages in, each acknowledged or retried on its own.
import { noteFailure } from '../ledger/watch.ts';
import { describeError } from '../log.ts';
import type { Signup } from '../model.ts';
import { HOUR_SECONDS } from '../time.ts';
import { answerMessages } from './answer.ts';
import { type DeliverDependencies, requestsOfPass } from './deliver.ts';
import { deliverWithWoken } from './deliver-with-woken.ts';
import type { Later } from './enqueue.ts';
import { type Messages, readMessages, retryAll } from './messages.ts';
import { withoutStopped } from './stopped.ts';
import { takeBundles } from './take-bundles.ts';

/** A message of a newer version waits for the Worker that can read it. */
const UNREADABLE_RETRY_SECONDS = HOUR_SECONDS;
/** A batch that fails again after so many attempts is taken apart, so that only the message at fault comes back. */
const SUSPICIOUS_ATTEMPTS = 3;
/**
 * Each one alone costs requests and queries of its own, and the Free plan allows an invocation 50 queries. The others
 * come back later. https://developers.cloudflare.com/d1/platform/limits/
 */
const ALONE_AT_ONCE = 3;

export interface ConsumeDependencies extends DeliverDependencies {
  /** Puts messages on the queue, each to be delivered after its delay. */
  enqueueLater(later: readonly Later[]): Promise<unknown>;
}

/** Delivers the signups of a batch. Each message is acknowledged or retried on its own. */
export async function consumeSignups(given: ConsumeDependencies, batch: Messages): Promise<void> {
  const dependencies = await withoutThoseStopped(given);
  const { signups, messages, bundles, unreadable } = readMessages(batch);
  for (const message of unreadable) message.retry({ delaySeconds: UNREADABLE_RETRY_SECONDS });
  const bundled = await takeBundles(dependencies, bundles, new Set(messages.keys()));
  const together = [...signups, ...bundled.signups];
  const isDone = await deliverTogether(dependencies, together, messages, bundled.messageOf);
  if (isDone) for (const message of bundled.messages) message.ack();
  // The ledger has what is in a bundle. It comes back as a whole.
  else retryAll(bundled.messages);
  const failed = isDone ? [] : signups;
  const isSuspicious = batch.messages.some(({ attempts }) => attempts >= SUSPICIOUS_ATTEMPTS);
  // While the ledger does not work, no signup is at fault.
  const { failure } = dependencies.ledgerWatch;
  const isTheirs = failure === undefined || failure.fault === 'refused';
  const mayTryAlone = isSuspicious && isTheirs && signups.length > 1;
  const alone = mayTryAlone ? failed.splice(0, ALONE_AT_ONCE) : [];
  for (const signup of alone) {
    const hasRoom = dependencies.requestsLeft() > requestsOfPass(dependencies);
    if (!hasRoom || !(await deliverTogether(dependencies, [signup], messages))) failed.push(signup);
  }
  // Without a ledger row nothing may be acknowledged.
  for (const { id } of failed) retryAll(messages.get(id) ?? []);
}

/** A ledger that cannot be read fails the delivery itself. */
async function withoutThoseStopped(given: ConsumeDependencies): Promise<ConsumeDependencies> {
  const { ledger, destinations } = given;
  const on = await withoutStopped(ledger, destinations).catch(() => destinations);
  return { ...given, destinations: on };
}

/**
 * Delivers signups together and answers their messages. Whether that went well as a whole. `bundles`: the message of those
 * that came in a bundle.
 */
async function deliverTogether(
  dependencies: ConsumeDependencies,
  signups: readonly Signup[],
  messages: ReadonlyMap<string, readonly Message[]>,
  bundles: ReadonlyMap<string, Message> = new Map(),
): Promise<boolean> {
  const { log, ledgerWatch } = dependencies;
  const own = [...messages].flatMap(([id, [first]]) => (first ? [[id, first] as const] : []));
  const seen = new Map([...bundles, ...own]);
  try {
    const counts = { done: 0, again: 0 };
    const dispositions = await deliverWithWoken(dependencies, signups, seen);
    for (const { kind } of dispositions.values()) counts[kind] += 1;
    await answerMessages(dependencies, dispositions, messages);
    log('info', 'batch_delivered', counts);
    return true;
  } catch (error) {
    const cause = noteFailure(ledgerWatch, error, dependencies) ?? 'unknown';
    log('error', 'batch_failed', { signups: signups.length, cause, ...describeError(error) });
    return false;
  }
}
