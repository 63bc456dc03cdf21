// Bundles on their way through a batch: opened, or left for the next one.
import type { LedgerDatabase } from '../ledger/database.ts';
import { type LedgerWatch, noteFailure } from '../ledger/watch.ts';
import { describeError, type Log } from '../log.ts';
import type { Signup } from '../model.ts';
import { type BundleMessage, idsIn, REFRESHES_OF_A_BUNDLE, signupsIn } from './bundle.ts';
import type { Later } from './enqueue.ts';
import { retryAll } from './messages.ts';

/** A batch has so many signups at most, with those of bundles. Refreshes give way to signups. */
const SIGNUPS_OF_A_BATCH = 60;
const NEXT_BATCH_SECONDS = 30;

interface BundleDependencies {
  ledger: LedgerDatabase;
  ledgerWatch: LedgerWatch;
  now(): number;
  log: Log;
}

interface AnswerDependencies {
  /** Puts messages on the queue, each to be delivered after its delay. */
  enqueueLater(later: readonly Later[]): Promise<unknown>;
  log: Log;
}

export interface TakenBundles {
  /** Without those of the batch itself. */
  signups: Signup[];
  taken: readonly BundleMessage[];
  /** Those for the next batch. */
  untaken: readonly BundleMessage[];
  /** By signup ID. */
  messageOf: ReadonlyMap<string, Message>;
}

/** Opens as many as the batch has room for. `others`: the IDs of the batch itself. */
export async function takeBundles(
  dependencies: BundleDependencies,
  bundles: readonly BundleMessage[],
  others: ReadonlySet<string>,
): Promise<TakenBundles> {
  const taken: BundleMessage[] = [];
  const untaken: BundleMessage[] = [];
  let size = others.size;
  let refreshes = 0;
  for (const one of bundles) {
    const { refresh } = one.bundle;
    const { length } = idsIn(one.bundle);
    const hasRoom =
      size + length <= SIGNUPS_OF_A_BATCH && refreshes + refresh.length <= REFRESHES_OF_A_BUNDLE;
    if (hasRoom) {
      taken.push(one);
      size += length;
      refreshes += refresh.length;
    } else untaken.push(one);
  }
  try {
    const signups = await signupsIn(
      dependencies.ledger,
      taken.map(({ bundle }) => bundle),
    );
    const messageOf = new Map(
      taken.flatMap(({ message, bundle }) => idsIn(bundle).map((id) => [id, message])),
    );
    return { signups: signups.filter(({ id }) => !others.has(id)), taken, untaken, messageOf };
  } catch (error) {
    noteFailure(dependencies.ledgerWatch, error, dependencies);
    retryAll(taken.map(({ message }) => message));
    return { signups: [], taken: [], untaken, messageOf: new Map() };
  }
}

/** Answers a bundle. `failed`: it comes back as a whole. `left`: those are for the next batch, and the others are done. */
export async function answerBundle(
  dependencies: AnswerDependencies,
  { message, bundle }: BundleMessage,
  { failed, left }: Record<'failed' | 'left', ReadonlySet<string>>,
): Promise<void> {
  const leftOf = (ids: readonly string[]) => ids.filter((id) => left.has(id));
  const rest = { ...bundle, due: leftOf(bundle.due), refresh: leftOf(bundle.refresh) };
  if (idsIn(bundle).some((id) => failed.has(id))) retryAll([message]);
  else if (idsIn(rest).length > 0) await leaveBundle(dependencies, { message, bundle: rest });
  else message.ack();
}

/**
 * A new message takes its place: one that comes back without a word in the ledger looks as if it had ended an invocation. It is sent
 * when all else is done: an invocation that ends afterwards would leave two.
 */
export async function leaveBundle(
  { enqueueLater, log }: AnswerDependencies,
  { message, bundle }: BundleMessage,
): Promise<void> {
  try {
    await enqueueLater([{ message: bundle, delaySeconds: NEXT_BATCH_SECONDS }]);
    message.ack();
  } catch (error) {
    log('warn', 'queue_unavailable', describeError(error));
    message.retry({ delaySeconds: NEXT_BATCH_SECONDS });
  }
}
