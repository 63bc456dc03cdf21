// An event says that an address is verified: the signups that wait for it go on.
import type { LedgerDatabase } from '../ledger/database.ts';
import { takeVerified } from '../ledger/unverified.ts';
import { describeError, type Log } from '../log.ts';
import type { Signup } from '../model.ts';
import { isoOf } from '../time.ts';
import type { Disposition } from './deliver.ts';
import type { Later } from './enqueue.ts';

interface WakeDependencies {
  ledger: LedgerDatabase;
  enqueueLater(later: readonly Later[]): Promise<unknown>;
  now(): number;
  log: Log;
}

/** Asks the ledger only when the batch has such an event, or a signup that needs one. */
export async function wakeVerified(
  { ledger, enqueueLater, now, log }: WakeDependencies,
  signups: readonly Signup[],
  dispositions: ReadonlyMap<string, Disposition>,
): Promise<void> {
  const emails = signups.flatMap(({ id, email, emailVerified }) => {
    const isDone = dispositions.get(id)?.kind === 'done';
    return email !== undefined && (emailVerified || (emailVerified === false && isDone))
      ? email
      : [];
  });
  if (emails.length === 0) return;
  const ids = signups.filter(({ emailVerified }) => emailVerified).map(({ id }) => id);
  const verified = await takeVerified(ledger, emails, isoOf(now()), ids);
  const later = verified.flatMap(({ signup }) =>
    signup ? [{ message: signup, delaySeconds: 0 }] : [],
  );
  if (later.length === 0) return;
  try {
    await enqueueLater(later);
  } catch (error) {
    // The ledger has them as due, so the rescue brings them.
    log('warn', 'queue_unavailable', describeError(error));
  }
}
