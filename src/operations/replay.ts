// Signups taken to their destinations once more. What the contact holds already is guarded there: the first touch is
// written once, and older values never replace newer ones.
import * as z from 'zod/mini';
import type { LedgerDatabase } from '../ledger/database.ts';
import type { Position } from '../ledger/query.ts';
import { appendToHistory } from '../ledger/record.ts';
import { Signup } from '../model.ts';

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

/** What a replay would take, most frequent reason first. */
export interface Replayable {
  total: number;
  reasons: readonly { reason: string; signups: number }[];
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

/** What is on its way already is not sent twice. */
const OF_THE_KIND = `s.status = ?1 AND s.received_at >= ?2 AND s.received_at < ?3
  AND (s.received_at, s.id) > (?4, ?5)
  AND EXISTS (SELECT 1 FROM deliveries d
              WHERE d.signup_id = s.id AND substr(coalesce(d.reason, ''), 1, length(?6)) = ?6)
  AND NOT EXISTS (SELECT 1 FROM deliveries d
                  WHERE d.signup_id = s.id AND d.status = 'waiting' AND d.reason = 'replayed')`;

const boundTo = ({ status, reason, receivedFrom, receivedUntil, after }: ReplayFilter) => [
  status,
  receivedFrom ?? '',
  receivedUntil ?? '9999',
  after?.receivedAt ?? '',
  after?.id ?? '',
  reason ?? '',
];

/** Replays up to a hundred signups of a kind, oldest first. */
export async function replayAll(
  dependencies: ReplayDependencies,
  filter: ReplayFilter,
): Promise<Replayed> {
  const { results } = await dependencies.ledger
    .prepare(
      `SELECT s.id, s.signup, s.received_at AS receivedAt FROM signups s WHERE ${OF_THE_KIND}
       ORDER BY s.received_at, s.id LIMIT ?7`,
    )
    .bind(...boundTo(filter), REPLAY_AT_ONCE + 1)
    .all<StoredSignup>();
  const taken = results.slice(0, REPLAY_AT_ONCE);
  const last = taken.at(-1);
  const next = last && { receivedAt: last.receivedAt, id: last.id };
  const replayed = await replay(dependencies, taken, filter.status);
  return results.length > REPLAY_AT_ONCE ? { ...replayed, next } : replayed;
}

/** Counts what `replayAll` would take in all, and replays nothing. */
export async function countReplayable(
  ledger: LedgerDatabase,
  filter: ReplayFilter,
): Promise<Replayable> {
  const { results } = await ledger
    .prepare(
      `SELECT reason, count(*) AS signups, sum(count(*)) OVER () AS total FROM (
         SELECT (SELECT coalesce(min(d.reason), '') FROM deliveries d
                 WHERE d.signup_id = s.id AND d.status = s.status) AS reason
         FROM signups s WHERE ${OF_THE_KIND})
       GROUP BY reason ORDER BY signups DESC LIMIT 100`,
    )
    .bind(...boundTo(filter))
    .all<{ reason: string; signups: number; total: number }>();
  return {
    total: results[0]?.total ?? 0,
    reasons: results.map(({ reason, signups }) => ({ reason, signups })),
  };
}

interface StoredSignup {
  id: string;
  signup: string;
  receivedAt: string;
}

const inIds = 'IN (SELECT value FROM json_each(?1))';

/** With a status, only the deliveries that have it are opened again. */
async function replay(
  { ledger, enqueueAll, now }: ReplayDependencies,
  stored: readonly StoredSignup[],
  status?: string,
): Promise<Replayed> {
  const signups: Signup[] = [];
  const unreadable: string[] = [];
  /** Rows of messages that an older version could not read: the signup gets a row under its own id. */
  const placeholders: string[] = [];
  for (const row of stored) {
    const parsed = Signup.safeParse(JSON.parse(row.signup));
    if (!parsed.success) {
      unreadable.push(row.id);
      continue;
    }
    signups.push(parsed.data);
    if (parsed.data.id !== row.id) placeholders.push(row.id);
  }
  if (signups.length > 0) {
    // Open again before the message is there: the other way around a fast queue would find it still ended.
    const ids = JSON.stringify(signups.map(({ id }) => id));
    const at = new Date(now()).toISOString();
    await ledger.batch([
      ledger
        .prepare(
          `UPDATE deliveries SET status = 'waiting', reason = 'replayed', next_attempt_at = ?2, updated_at = ?2,
             history = ${appendToHistory("json_object('at', ?2, 'status', 'waiting', 'reason', 'replayed', 'refresh', json('false'))")}
           WHERE signup_id ${inIds} AND (?3 IS NULL OR status = ?3)`,
        )
        .bind(ids, at, status ?? null),
      ledger
        .prepare(`UPDATE signups SET status = 'waiting', updated_at = ?2 WHERE id ${inIds}`)
        .bind(ids, at),
    ]);
    try {
      await enqueueAll(signups);
    } catch (error) {
      await giveUp(ledger, ids);
      throw error;
    }
    if (placeholders.length > 0) await removePlaceholders(ledger, placeholders);
  }
  return { replayed: signups.map(({ id }) => id), unreadable };
}

/** Without a message they would wait for ever. */
async function giveUp(ledger: LedgerDatabase, ids: string): Promise<void> {
  await ledger.batch([
    ledger
      .prepare(
        `UPDATE deliveries SET status = 'failed', reason = 'replay_not_queued', next_attempt_at = NULL
         WHERE status = 'waiting' AND reason = 'replayed' AND signup_id ${inIds}`,
      )
      .bind(ids),
    ledger
      .prepare(
        `UPDATE signups SET status = 'failed'
         WHERE id IN (SELECT signup_id FROM deliveries WHERE reason = 'replay_not_queued'
                        AND signup_id ${inIds})`,
      )
      .bind(ids),
  ]);
}

async function removePlaceholders(ledger: LedgerDatabase, ids: readonly string[]): Promise<void> {
  const list = JSON.stringify(ids);
  await ledger.batch([
    ledger.prepare(`DELETE FROM deliveries WHERE signup_id ${inIds}`).bind(list),
    ledger.prepare(`DELETE FROM signups WHERE id ${inIds}`).bind(list),
  ]);
}

/** What every version's message has. */
const Versioned = z.object({ version: z.number() });

/**
 * What to keep of a message that this version cannot read: all of what a newer one may be able to replay, and of
 * anything else nothing.
 */
export function replayablePart(body: unknown): unknown {
  return Versioned.safeParse(body).success ? body : {};
}
