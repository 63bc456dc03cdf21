// The queue's consumer: messages in, each acknowledged or retried on its own.
import { describeError } from '../log.ts';
import type { Signup } from '../model.ts';
import { HOUR_SECONDS } from '../time.ts';
import { answerMessages } from './answer.ts';
import { type DeliverDependencies, deliverSignups, requestsOfPass } from './deliver.ts';
import type { Later } from './enqueue.ts';
import { type Messages, readMessages, retryAll } from './messages.ts';
import { takeBundles } from './take-bundles.ts';
import { wakeVerified } from './wake-verified.ts';

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
export async function consumeSignups(
  dependencies: ConsumeDependencies,
  batch: Messages,
): Promise<void> {
  const { signups, messages, bundles, unreadable } = readMessages(batch);
  for (const message of unreadable) message.retry({ delaySeconds: UNREADABLE_RETRY_SECONDS });
  const bundled = await takeBundles(dependencies, bundles, new Set(messages.keys()));
  const isDone = await deliverTogether(dependencies, [...signups, ...bundled.signups], messages);
  if (isDone) for (const message of bundled.messages) message.ack();
  // The ledger has what is in a bundle. It comes back as a whole.
  else retryAll(bundled.messages);
  const failed = isDone ? [] : signups;
  const isSuspicious = batch.messages.some(({ attempts }) => attempts >= SUSPICIOUS_ATTEMPTS);
  const alone = isSuspicious && signups.length > 1 ? failed.splice(0, ALONE_AT_ONCE) : [];
  for (const signup of alone) {
    const hasRoom = dependencies.requestsLeft() > requestsOfPass(dependencies);
    if (!hasRoom || !(await deliverTogether(dependencies, [signup], messages))) failed.push(signup);
  }
  // Without a ledger row nothing may be acknowledged.
  for (const { id } of failed) retryAll(messages.get(id) ?? []);
}

/** Delivers signups together and answers their messages. Whether that went well as a whole. */
async function deliverTogether(
  dependencies: ConsumeDependencies,
  signups: readonly Signup[],
  messages: ReadonlyMap<string, readonly Message[]>,
): Promise<boolean> {
  const { log } = dependencies;
  try {
    const counts = { done: 0, again: 0 };
    const dispositions = await deliverSignups(dependencies, signups);
    await wakeVerified(dependencies, signups, dispositions);
    for (const { kind } of dispositions.values()) counts[kind] += 1;
    await answerMessages(dependencies, dispositions, messages);
    log('info', 'batch_delivered', counts);
    return true;
  } catch (error) {
    log('error', 'batch_failed', { signups: signups.length, ...describeError(error) });
    return false;
  }
}
