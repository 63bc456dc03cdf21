// Signups taken to their destinations once more. What the contact holds already is guarded there: the first touch is
// written once, and older values never replace newer ones.
import { Signup } from '../model.ts';
import type { LedgerDatabase } from './ledger.ts';
import type { Position } from './ledger-query.ts';

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
  after?: Position;
}

/** The queue's own limit on a batch. https://developers.cloudflare.com/queues/platform/limits/ */
export const REPLAY_AT_ONCE = 100;

export interface Replayed {
  replayed: readonly string[];
  /** Ids of messages that this version cannot read. */
  unreadable: readonly string[];
  /** Where to go on when there is more of the kind. */
  next?: Position;
}

/** Replays one signup; `undefined` when the ledger does not know it. */
export async function replaySignup(
  dependencies: ReplayDependencies,
  id: string,
): Promise<Replayed | undefined> {
  const { results } = await dependencies.ledger
    .prepare('SELECT id, signup, received_at AS receivedAt FROM signups WHERE id = ?')
    .bind(id)
    .all<StoredSignup>();
  return results.length === 0 ? undefined : replay(dependencies, results);
}

/** Replays up to a hundred signups of a kind, oldest first. */
export async function replayAll(
  dependencies: ReplayDependencies,
  { status, reason, receivedFrom, receivedUntil, after }: ReplayFilter,
): Promise<Replayed> {
  const { results } = await dependencies.ledger
    .prepare(
      `SELECT id, signup, received_at AS receivedAt FROM signups s
       WHERE status = ?1 AND received_at >= ?2 AND received_at < ?3
         AND (received_at, id) > (?7, ?8) AND id NOT LIKE 'unreadable:%'
         AND EXISTS (SELECT 1 FROM deliveries d
                     WHERE d.signup_id = s.id AND substr(coalesce(d.reason, ''), 1, ?5) = ?4)
         AND NOT EXISTS (SELECT 1 FROM deliveries d
                         WHERE d.signup_id = s.id AND d.status = 'waiting' AND d.reason = 'replayed')
       ORDER BY received_at, id LIMIT ?6`,
    )
    .bind(
      status,
      receivedFrom ?? '',
      receivedUntil ?? '9999',
      reason ?? '',
      (reason ?? '').length,
      REPLAY_AT_ONCE + 1,
      after?.receivedAt ?? '',
      after?.id ?? '',
    )
    .all<StoredSignup>();
  const taken = results.slice(0, REPLAY_AT_ONCE);
  const last = taken.at(-1);
  const next = last && { receivedAt: last.receivedAt, id: last.id };
  const replayed = await replay(dependencies, taken);
  return results.length > REPLAY_AT_ONCE ? { ...replayed, next } : replayed;
}

interface StoredSignup {
  id: string;
  signup: string;
  receivedAt: string;
}

async function replay(
  { ledger, enqueueAll, now }: ReplayDependencies,
  stored: readonly StoredSignup[],
): Promise<Replayed> {
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
    try {
      await enqueueAll(signups);
    } catch (error) {
      // Without a message they would wait for ever.
      await ledger.batch([
        ledger
          .prepare(
            `UPDATE deliveries SET status = 'failed', reason = 'replay_not_queued', next_attempt_at = NULL
             WHERE status = 'waiting' AND reason = 'replayed'
               AND signup_id IN (SELECT value FROM json_each(?1))`,
          )
          .bind(ids),
        ledger
          .prepare(
            `UPDATE signups SET status = 'failed'
             WHERE id IN (SELECT signup_id FROM deliveries WHERE reason = 'replay_not_queued'
                            AND signup_id IN (SELECT value FROM json_each(?1)))`,
          )
          .bind(ids),
      ]);
      throw error;
    }
  }
  return { replayed: signups.map(({ id }) => id), unreadable };
}
