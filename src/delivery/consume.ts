// The queue's consumer: messages in, each acknowledged or retried on its own.
import { noteFailure } from '../ledger/watch.ts';
import { describeError } from '../log.ts';
import type { Signup } from '../model.ts';
import { HOUR_SECONDS } from '../time.ts';
import { type DeliverDependencies, type Disposition, requestsOfPass } from './deliver.ts';
import { deliverWithWoken } from './deliver-with-woken.ts';
import { type Later, unsentOf } from './enqueue.ts';
import { type Messages, readMessages, retryAll } from './messages.ts';
import { withoutStopped } from './stopped.ts';

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
  /** Puts signups on the queue again, each to be delivered after its delay. */
  enqueueLater(later: readonly Later[]): Promise<unknown>;
}

/** Delivers the signups of a batch. Each message is acknowledged or retried on its own. */
export async function consumeSignups(given: ConsumeDependencies, batch: Messages): Promise<void> {
  const dependencies = await withoutThoseStopped(given);
  const { signups, messages, unreadable } = readMessages(batch);
  for (const message of unreadable) message.retry({ delaySeconds: UNREADABLE_RETRY_SECONDS });
  const failed = await deliverTogether(dependencies, signups, messages);
  const isSuspicious = batch.messages.some(({ attempts }) => attempts >= SUSPICIOUS_ATTEMPTS);
  // While the ledger does not work, no signup is at fault.
  const { failure } = dependencies.ledgerWatch;
  const isTheirs = failure === undefined || failure.fault === 'refused';
  const mayTryAlone = isSuspicious && isTheirs && signups.length > 1;
  const alone = mayTryAlone ? failed.splice(0, ALONE_AT_ONCE) : [];
  for (const signup of alone) {
    const hasRoom = dependencies.requestsLeft() > requestsOfPass(dependencies);
    failed.push(...(hasRoom ? await deliverTogether(dependencies, [signup], messages) : [signup]));
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

/** Delivers signups together and answers their messages; returns the signups whose delivery failed as a whole. */
async function deliverTogether(
  dependencies: ConsumeDependencies,
  signups: readonly Signup[],
  messages: ReadonlyMap<string, readonly Message[]>,
): Promise<Signup[]> {
  const { log, ledgerWatch } = dependencies;
  try {
    const counts = { done: 0, again: 0 };
    const snoozed: Later[] = [];
    const seen = new Map([...messages].flatMap(([id, [first]]) => (first ? [[id, first]] : [])));
    const { dispositions, woken } = await deliverWithWoken(dependencies, signups, seen);
    const all = [...signups, ...woken];
    for (const [id, disposition] of dispositions) {
      counts[disposition.kind] += 1;
      const signup = all.find((candidate) => candidate.id === id);
      const needsMessage =
        !messages.has(id) || (disposition.kind === 'again' && disposition.isSnoozed);
      if (disposition.kind === 'again' && needsMessage && signup) {
        snoozed.push({ signup, delaySeconds: disposition.afterSeconds });
      } else ackOrRetry(messages.get(id) ?? [], disposition);
    }
    await reenqueue(dependencies, snoozed, messages);
    log('info', 'batch_delivered', counts);
    return [];
  } catch (error) {
    const cause = noteFailure(ledgerWatch, error, dependencies) ?? 'unknown';
    log('error', 'batch_failed', { signups: signups.length, cause, ...describeError(error) });
    return [...signups];
  }
}

/** A snoozed message is replaced by a new one, which has all of the queue's attempts again. */
async function reenqueue(
  { enqueueLater, log }: ConsumeDependencies,
  snoozed: readonly Later[],
  messages: ReadonlyMap<string, readonly Message[]>,
): Promise<void> {
  if (snoozed.length === 0) return;
  let unsent: readonly string[] = [];
  try {
    await enqueueLater(snoozed);
  } catch (error) {
    unsent = unsentOf(
      error,
      snoozed.map(({ signup }) => signup.id),
    );
    log('warn', 'queue_unavailable', describeError(error));
  }
  for (const { signup, delaySeconds } of snoozed) {
    const disposition: Disposition = unsent.includes(signup.id)
      ? { kind: 'again', afterSeconds: delaySeconds, isSnoozed: true }
      : { kind: 'done' };
    ackOrRetry(messages.get(signup.id) ?? [], disposition);
  }
}

/** One message is enough to bring a signup back. Its duplicates have done their work. */
function ackOrRetry([message, ...duplicates]: readonly Message[], disposition: Disposition): void {
  if (disposition.kind === 'again') message?.retry({ delaySeconds: disposition.afterSeconds });
  else message?.ack();
  for (const duplicate of duplicates) duplicate.ack();
}
