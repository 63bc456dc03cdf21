// Deliveries that are opened again, so that their signups can be delivered again.
import * as z from 'zod/mini';
import type { DeliveryStatus } from '../model.ts';
import { reason } from '../reasons.ts';
import { IN_LIST, type LedgerDatabase, rowsOf } from './database.ts';
import type { Position } from './list.ts';
import { appendToHistory } from './record.ts';
import { UPDATE_STATUS } from './status.ts';
import { readStored, STORED_COLUMNS, type StoredSignup } from './stored-signups.ts';

/** Which signups: those of a status, with a delivery of that reason, received within a period. */
export interface ReplayFilter {
  status: DeliveryStatus;
  /** The code of a reason. */
  reason?: string | undefined;
  receivedFrom?: string | undefined;
  receivedUntil?: string | undefined;
  /** Only there: what has this status there, and with `delivered` also what has never been sent there. */
  destination?: string | undefined;
  after?: Position | undefined;
}

/** What a replay would take, the most frequent reason first. */
export interface Replayable {
  total: number;
  reasons: readonly { reason: string; signups: number }[];
}

const REPLAYED = reason('replayed').code;
const NOT_QUEUED = reason('replay_not_queued').code;

/** What is on its way already is not sent twice. The index holds what is not delivered. */
const ofTheKind = ({ status }: ReplayFilter) => `
  ${status === 'delivered' ? '' : "s.status <> 'delivered' AND"} s.status = ?1 AND s.received_at >= ?2 AND s.received_at < ?3
  AND (s.received_at, s.id) > (?4, ?5)
  AND (EXISTS (SELECT 1 FROM deliveries d
               WHERE d.signup_id = s.id AND (?6 = '' OR d.reason = ?6)
                 AND (?7 = '' OR (d.destination = ?7 AND d.status = ?1)))
       OR (?7 <> '' AND ?6 = '' AND ?1 = 'delivered'
           AND NOT EXISTS (SELECT 1 FROM deliveries d WHERE d.signup_id = s.id AND d.destination = ?7)))
  AND NOT EXISTS (SELECT 1 FROM deliveries d
                  WHERE d.signup_id = s.id AND d.status = 'waiting' AND d.reason = '${REPLAYED}')`;

const boundTo = (filter: ReplayFilter) => [
  filter.status,
  filter.receivedFrom ?? '',
  filter.receivedUntil ?? '9999',
  filter.after?.receivedAt ?? '',
  filter.after?.id ?? '',
  filter.reason ?? '',
  filter.destination ?? '',
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
    `SELECT ${STORED_COLUMNS} FROM signups s WHERE ${ofTheKind(filter)}
     ORDER BY s.received_at, s.id LIMIT ?8`,
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
         FROM signups s WHERE ${ofTheKind(filter)})
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

/** A delivery as it was before it was opened again. */
const Before = z.object({
  signupId: z.string(),
  destination: z.string(),
  status: z.string(),
  reason: z.nullable(z.string()),
  detail: z.nullable(z.string()),
  nextAttemptAt: z.nullable(z.string()),
});
export type Before = z.output<typeof Before>;

/**
 * Opens deliveries again: those of the status and the destination, where these are given. At a destination that is given, one
 * that has never been there is opened as well. Returns them as they were.
 */
export async function reopen(
  ledger: LedgerDatabase,
  ids: readonly string[],
  now: string,
  { status, destination }: Partial<Pick<ReplayFilter, 'status' | 'destination'>> = {},
): Promise<readonly Before[]> {
  const list = JSON.stringify(ids);
  const those = `signup_id ${IN_LIST} AND (?3 IS NULL OR status = ?3) AND (?4 IS NULL OR destination = ?4)`;
  const bind = (statement: string) =>
    ledger.prepare(statement).bind(list, now, status ?? null, destination ?? null);
  const [before] = await ledger.batch([
    bind(`SELECT signup_id AS signupId, destination, status, reason, detail,
                 next_attempt_at AS nextAttemptAt
          FROM deliveries WHERE ${those} AND ?2 IS NOT NULL`),
    bind(`UPDATE deliveries SET status = 'waiting', reason = '${REPLAYED}', detail = NULL,
            next_attempt_at = ?2, updated_at = ?2, history = ${appendToHistory(REOPENED)}
          WHERE ${those}`),
    bind(`INSERT INTO deliveries
            (signup_id, destination, status, attempts, reason, next_attempt_at, history, updated_at)
          SELECT value, ?4, 'waiting', 0, '${REPLAYED}', ?2, json_array(${REOPENED}), ?2
          FROM json_each(?1) WHERE ?4 IS NOT NULL AND ?3 = 'delivered'
          ON CONFLICT (signup_id, destination) DO NOTHING`),
    ledger
      .prepare(`UPDATE signups SET status = 'waiting', updated_at = ?2 WHERE id ${IN_LIST}`)
      .bind(list, now),
  ]);
  return rowsOf(Before, before);
}

const REOPENED = `json_object('at', ?2, 'status', 'waiting', 'reason', '${REPLAYED}',
  'detail', NULL, 'refresh', json('false'))`;

/** The queue did not take them: they are again as they were, and their history says so. */
export async function undoReopen(
  ledger: LedgerDatabase,
  before: readonly Before[],
  now: string,
): Promise<void> {
  const ids = [...new Set(before.map(({ signupId }) => signupId))];
  await ledger.batch([
    ledger
      .prepare(
        `UPDATE deliveries SET status = was.status, reason = was.reason, detail = was.detail,
           next_attempt_at = was.next_attempt_at, history = ${appendToHistory(UNDONE)}
         FROM (SELECT value->>'signupId' AS signup_id, value->>'destination' AS destination,
                      value->>'status' AS status, value->>'reason' AS reason,
                      value->>'detail' AS detail, value->>'nextAttemptAt' AS next_attempt_at
               FROM json_each(?1)) AS was
         WHERE deliveries.signup_id = was.signup_id AND deliveries.destination = was.destination
           AND deliveries.status = 'waiting' AND deliveries.reason = '${REPLAYED}'`,
      )
      .bind(JSON.stringify(before), now),
    ledger.prepare(UPDATE_STATUS).bind(JSON.stringify(ids)),
  ]);
}

const UNDONE = `json_object('at', ?2, 'status', was.status, 'reason', '${NOT_QUEUED}',
  'detail', NULL, 'refresh', json('false'))`;

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
