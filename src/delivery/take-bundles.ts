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
  /** Puts messages on the queue, each to be delivered after its delay. */
  enqueueLater(later: readonly Later[]): Promise<unknown>;
  now(): number;
  log: Log;
}

interface TakenBundles {
  /** Without those of the batch itself. */
  signups: Signup[];
  messages: readonly Message[];
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
    } else await leave(dependencies, one);
  }
  const messages = taken.map(({ message }) => message);
  try {
    const signups = await signupsIn(
      dependencies.ledger,
      taken.map(({ bundle }) => bundle),
    );
    const messageOf = new Map(
      taken.flatMap(({ message, bundle }) => idsIn(bundle).map((id) => [id, message])),
    );
    return { signups: signups.filter(({ id }) => !others.has(id)), messages, messageOf };
  } catch (error) {
    noteFailure(dependencies.ledgerWatch, error, dependencies);
    retryAll(messages);
    return { signups: [], messages: [], messageOf: new Map() };
  }
}

/** A new message takes its place: one that comes back without a word in the ledger looks as if it had ended an invocation. */
async function leave(
  { enqueueLater, log }: BundleDependencies,
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
