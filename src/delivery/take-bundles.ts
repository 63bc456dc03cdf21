// Bundles on their way through a batch: opened, left for the next one, or taken apart.
import type { LedgerDatabase } from '../ledger/database.ts';
import { describeError, type Log } from '../log.ts';
import type { Signup } from '../model.ts';
import {
  type Bundle,
  type BundleMessage,
  idsIn,
  REFRESHES_OF_A_BUNDLE,
  signupsIn,
} from './bundle.ts';
import type { Later } from './enqueue.ts';
import { retryAll } from './messages.ts';

/** A batch has so many signups at most, with those of bundles. Refreshes give way to signups. */
const SIGNUPS_OF_A_BATCH = 60;
const NEXT_BATCH_SECONDS = 30;
/** A bundle that comes back so often may hold one that ends the invocation. Then each is on its own. */
const SUSPICIOUS_ATTEMPTS = 5;

interface BundleDependencies {
  ledger: LedgerDatabase;
  /** Puts messages on the queue, each to be delivered after its delay. */
  enqueueLater(later: readonly Later[]): Promise<unknown>;
  log: Log;
}

/** The signups of the bundles that are opened now, without those of the batch itself, and their messages. */
export async function takeBundles(
  { ledger, enqueueLater, log }: BundleDependencies,
  bundles: readonly BundleMessage[],
  others: ReadonlySet<string>,
): Promise<{ signups: Signup[]; messages: Message[] }> {
  const taken: BundleMessage[] = [];
  let size = others.size;
  let refreshes = 0;
  for (const one of bundles) {
    const { length } = idsIn(one.bundle);
    const isFull =
      size + length > SIGNUPS_OF_A_BATCH ||
      refreshes + one.bundle.refresh.length > REFRESHES_OF_A_BUNDLE;
    if (one.message.attempts >= SUSPICIOUS_ATTEMPTS && length > 1) {
      await takeApart(enqueueLater, one).catch((error: unknown) => {
        log('warn', 'queue_unavailable', describeError(error));
        retryAll([one.message]);
      });
    } else if (isFull) one.message.retry({ delaySeconds: NEXT_BATCH_SECONDS });
    else {
      taken.push(one);
      size += length;
      refreshes += one.bundle.refresh.length;
    }
  }
  const messages = taken.map(({ message }) => message);
  try {
    const signups = await signupsIn(
      ledger,
      taken.map(({ bundle }) => bundle),
    );
    return { signups: signups.filter(({ id }) => !others.has(id)), messages };
  } catch (error) {
    log('error', 'bundles_failed', { bundles: taken.length, ...describeError(error) });
    retryAll(messages);
    return { signups: [], messages: [] };
  }
}

async function takeApart(
  enqueueLater: BundleDependencies['enqueueLater'],
  { message, bundle }: BundleMessage,
): Promise<void> {
  const single = (part: Partial<Bundle>) => ({
    message: { ...bundle, due: [], refresh: [], ...part },
    delaySeconds: 0,
  });
  await enqueueLater([
    ...bundle.due.map((id) => single({ due: [id] })),
    ...bundle.refresh.map((id) => single({ refresh: [id] })),
  ]);
  message.ack();
}
