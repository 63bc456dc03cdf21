// Deliveries that are opened again, so that their signups can be delivered again.
import * as z from 'zod/mini';
import type { DeliveryStatus } from '../model.ts';
import { reason } from '../reasons.ts';
import { IN_LIST, type LedgerDatabase, rowsOf } from './database.ts';
import type { Position } from './query.ts';
import { appendToHistory } from './record.ts';
import { readStored, STORED_COLUMNS, type StoredSignup } from './stored-signups.ts';

/** Which signups: those of a status, with a delivery of that reason, received within a period. */
export interface ReplayFilter {
  status: DeliveryStatus;
  /** The code of a reason. */
  reason?: string | undefined;
  receivedFrom?: string | undefined;
  receivedUntil?: string | undefined;
  after?: Position | undefined;
}

/** What a replay would take, the most frequent reason first. */
export interface Replayable {
  total: number;
  reasons: readonly { reason: string; signups: number }[];
}

const REPLAYED = reason('replayed').code;
const NOT_QUEUED = reason('replay_not_queued').code;

/** What is on its way already is not sent twice. */
const OF_THE_KIND = `s.status = ?1 AND s.received_at >= ?2 AND s.received_at < ?3
  AND (s.received_at, s.id) > (?4, ?5)
  AND EXISTS (SELECT 1 FROM deliveries d WHERE d.signup_id = s.id AND (?6 = '' OR d.reason = ?6))
  AND NOT EXISTS (SELECT 1 FROM deliveries d
                  WHERE d.signup_id = s.id AND d.status = 'waiting' AND d.reason = '${REPLAYED}')`;

const boundTo = ({ status, reason: code, receivedFrom, receivedUntil, after }: ReplayFilter) => [
  status,
  receivedFrom ?? '',
  receivedUntil ?? '9999',
  after?.receivedAt ?? '',
  after?.id ?? '',
  code ?? '',
];

export function readOne(ledger: LedgerDatabase, id: string): Promise<StoredSignup[]> {
  return readStored(ledger, `SELECT ${STORED_COLUMNS} FROM signups s WHERE s.id = ?`, id);
}

/** Signups of the kind, oldest first. */
export function readReplayable(
  ledger: LedgerDatabase,
  filter: ReplayFilter,
  atMost: number,
): Promise<StoredSignup[]> {
  return readStored(
    ledger,
    `SELECT ${STORED_COLUMNS} FROM signups s WHERE ${OF_THE_KIND}
     ORDER BY s.received_at, s.id LIMIT ?7`,
    ...boundTo(filter),
    atMost,
  );
}

export async function countReplayable(
  ledger: LedgerDatabase,
  filter: ReplayFilter,
): Promise<Replayable> {
  const result = await ledger
    .prepare(
      `SELECT reason, count(*) AS signups, sum(count(*)) OVER () AS total FROM (
         SELECT (SELECT coalesce(min(d.reason), '') FROM deliveries d
                 WHERE d.signup_id = s.id AND d.status = s.status) AS reason
         FROM signups s WHERE ${OF_THE_KIND})
       GROUP BY reason ORDER BY signups DESC LIMIT 100`,
    )
    .bind(...boundTo(filter))
    .all();
  const rows = rowsOf(CountRow, result);
  return {
    total: rows[0]?.total ?? 0,
    reasons: rows.map(({ reason: code, signups }) => ({ reason: code, signups })),
  };
}

const CountRow = z.object({ reason: z.string(), signups: z.number(), total: z.number() });

/** Opens deliveries again. With a status, only those that have it. */
export async function reopen(
  ledger: LedgerDatabase,
  ids: readonly string[],
  now: string,
  status?: DeliveryStatus,
): Promise<void> {
  const list = JSON.stringify(ids);
  await ledger.batch([
    ledger
      .prepare(
        `UPDATE deliveries SET status = 'waiting', reason = '${REPLAYED}', detail = NULL,
           next_attempt_at = ?2, updated_at = ?2, history = ${appendToHistory(REOPENED)}
         WHERE signup_id ${IN_LIST} AND (?3 IS NULL OR status = ?3)`,
      )
      .bind(list, now, status ?? null),
    ledger
      .prepare(`UPDATE signups SET status = 'waiting', updated_at = ?2 WHERE id ${IN_LIST}`)
      .bind(list, now),
  ]);
}

const REOPENED = `json_object('at', ?2, 'status', 'waiting', 'reason', '${REPLAYED}',
  'detail', NULL, 'refresh', json('false'))`;

/** The queue did not take them. Without a message they would wait for ever. */
export async function closeReopened(ledger: LedgerDatabase, ids: readonly string[]): Promise<void> {
  const list = JSON.stringify(ids);
  await ledger.batch([
    ledger
      .prepare(
        `UPDATE deliveries SET status = 'failed', reason = '${NOT_QUEUED}', next_attempt_at = NULL
         WHERE status = 'waiting' AND reason = '${REPLAYED}' AND signup_id ${IN_LIST}`,
      )
      .bind(list),
    ledger
      .prepare(
        `UPDATE signups SET status = 'failed'
         WHERE id IN (SELECT signup_id FROM deliveries
                      WHERE reason = '${NOT_QUEUED}' AND signup_id ${IN_LIST})`,
      )
      .bind(list),
  ]);
}

/** Removes the rows of unreadable messages whose signup has a row of its own now. */
export async function removePlaceholders(
  ledger: LedgerDatabase,
  ids: readonly string[],
): Promise<void> {
  const list = JSON.stringify(ids);
  await ledger.batch([
    ledger.prepare(`DELETE FROM deliveries WHERE signup_id ${IN_LIST}`).bind(list),
    ledger.prepare(`DELETE FROM signups WHERE id ${IN_LIST}`).bind(list),
  ]);
}
