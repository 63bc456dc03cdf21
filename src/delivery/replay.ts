// Signups taken to their destinations once more. What the contact holds already is guarded there: the first touch is
// written once, and older values never replace newer ones.
import { Signup } from '../model.ts';
import type { LedgerDatabase } from './ledger.ts';

export interface ReplayDependencies {
  ledger: LedgerDatabase;
  /** Resolves once every signup is safe on the queue. */
  enqueueAll(signups: readonly Signup[]): Promise<unknown>;
  now(): number;
}

/** Which signups to replay: those of a status, with a reason that begins so, received within a period. */
export interface ReplayFilter {
  status: 'failed' | 'skipped' | 'delivered' | 'waiting';
  reason?: string;
  receivedFrom?: string;
  receivedUntil?: string;
}

/** The queue's own limit on a batch. https://developers.cloudflare.com/queues/platform/limits/ */
export const REPLAY_AT_ONCE = 100;

export interface Replayed {
  replayed: readonly string[];
  /** Ids of messages that this version cannot read. */
  unreadable: readonly string[];
  /** Whether there is more of the kind; the same call again takes it. */
  more: boolean;
}

/** Replays one signup; `undefined` when the ledger does not know it. */
export async function replaySignup(
  dependencies: ReplayDependencies,
  id: string,
): Promise<Replayed | undefined> {
  const { results } = await dependencies.ledger
    .prepare('SELECT id, signup FROM signups WHERE id = ?')
    .bind(id)
    .all<StoredSignup>();
  return results.length === 0
    ? undefined
    : { ...(await replay(dependencies, results)), more: false };
}

/** Replays up to a hundred signups of a kind, oldest first. */
export async function replayAll(
  dependencies: ReplayDependencies,
  { status, reason, receivedFrom, receivedUntil }: ReplayFilter,
): Promise<Replayed> {
  const { results } = await dependencies.ledger
    .prepare(
      `SELECT id, signup FROM signups s
       WHERE status = ?1 AND received_at >= ?2 AND received_at < ?3
         AND id NOT LIKE 'unreadable:%'
         AND EXISTS (SELECT 1 FROM deliveries d
                     WHERE d.signup_id = s.id AND substr(coalesce(d.reason, ''), 1, ?5) = ?4)
       ORDER BY received_at, id LIMIT ?6`,
    )
    .bind(
      status,
      receivedFrom ?? '',
      receivedUntil ?? '9999',
      reason ?? '',
      (reason ?? '').length,
      REPLAY_AT_ONCE + 1,
    )
    .all<StoredSignup>();
  const taken = results.slice(0, REPLAY_AT_ONCE);
  return { ...(await replay(dependencies, taken)), more: results.length > REPLAY_AT_ONCE };
}

interface StoredSignup {
  id: string;
  signup: string;
}

async function replay(
  { ledger, enqueueAll, now }: ReplayDependencies,
  stored: readonly StoredSignup[],
): Promise<Omit<Replayed, 'more'>> {
  const signups: Signup[] = [];
  const unreadable: string[] = [];
  for (const { id, signup } of stored) {
    const parsed = Signup.safeParse(JSON.parse(signup));
    if (parsed.success) signups.push(parsed.data);
    else unreadable.push(id);
  }
  if (signups.length > 0) {
    // Open again before the message is there: the other way around a fast queue would find it still ended.
    const ids = JSON.stringify(signups.map(({ id }) => id));
    const at = new Date(now()).toISOString();
    await ledger.batch([
      ledger
        .prepare(
          `UPDATE deliveries SET status = 'waiting', reason = 'replayed', next_attempt_at = ?2, updated_at = ?2
           WHERE signup_id IN (SELECT value FROM json_each(?1))`,
        )
        .bind(ids, at),
      ledger
        .prepare(
          `UPDATE signups SET status = 'waiting', updated_at = ?2
           WHERE id IN (SELECT value FROM json_each(?1))`,
        )
        .bind(ids, at),
    ]);
    await enqueueAll(signups);
  }
  return { replayed: signups.map(({ id }) => id), unreadable };
}
