// Waits end after seven days: the signups are skipped, and the reason stays.
import * as z from 'zod/mini';
import type { Signup } from '../model.ts';
import { reason } from '../reasons.ts';
import { IN_LIST, type LedgerDatabase, rowsOf } from './database.ts';
import { LACKING } from './lacks.ts';
import { appendToHistory } from './record.ts';
import { UPDATE_STATUS } from './status.ts';
import { releaseUnused } from './visitor-people.ts';

/**
 * Ends the waits whose time is over, the oldest first: nothing else has come. Returns how many. `atMost`: so many of what is
 * due are looked at.
 */
export async function endWaits(
  ledger: LedgerDatabase,
  now: string,
  atMost: number,
): Promise<number> {
  const over = rowsOf(OverRow, await ledger.prepare(OVER).bind(now, atMost).all());
  if (over.length === 0) return 0;
  const list = JSON.stringify(over.map(({ id }) => id));
  await ledger.batch([
    ledger.prepare(SKIP).bind(list, now),
    ledger.prepare(UPDATE_STATUS).bind(list),
  ]);
  const unused = over.flatMap(({ visitorId, email }) =>
    visitorId !== null && email !== null ? [{ visitorId, email }] : [],
  );
  if (unused.length > 0) await releaseUnused(ledger, unused);
  return over.length;
}

const OverRow = z.object({
  id: z.string(),
  visitorId: z.nullable(z.string()),
  email: z.nullable(z.string()),
});

const OVER = `
  SELECT DISTINCT s.id, s.visitor_id AS visitorId, s.email
  FROM (SELECT signup_id, reason FROM deliveries WHERE status = 'waiting' AND next_attempt_at <= ?1
        ORDER BY next_attempt_at LIMIT ?2) AS overdue
  CROSS JOIN signups s ON s.id = signup_id WHERE reason IN ${LACKING}`;

/** The reason of a signup without an address says from now on that none has come. */
const ENDED_AS = `iif(reason = '${reason('waiting_for_customer').code}', '${reason('no_email').code}', reason)`;

const SKIP = `
  UPDATE deliveries SET status = 'skipped', reason = ${ENDED_AS}, next_attempt_at = NULL, updated_at = ?2,
    history = ${appendToHistory(`json_object('at', ?2, 'status', 'skipped', 'reason', ${ENDED_AS},
      'detail', NULL, 'refresh', json('false'))`)}
  WHERE signup_id ${IN_LIST} AND status = 'waiting' AND reason IN ${LACKING}`;

/** They are due, and a rescue brings them. */
export async function wakeLater(
  ledger: LedgerDatabase,
  signups: readonly Pick<Signup, 'id'>[],
  now: string,
): Promise<void> {
  if (signups.length === 0) return;
  const list = JSON.stringify(signups.map(({ id }) => id));
  await ledger.batch([
    ledger.prepare(WAKE).bind(list, now),
    ledger.prepare(UPDATE_STATUS).bind(list),
  ]);
}

const WAKE = `
  UPDATE deliveries SET status = 'waiting', reason = '${reason('replayed').code}', next_attempt_at = ?2, updated_at = ?2
  WHERE signup_id ${IN_LIST} AND status IN ('waiting', 'skipped') AND reason IN ${LACKING}`;
