// What the checks that run by themselves ask the ledger: every part stops at its limit, however much there is.
import * as z from 'zod/mini';
import { reason } from '../reasons.ts';
import { DAY_MS, HOUR_MS, isoOf, timeOf } from '../time.ts';
import { type LedgerDatabase, rowsOf } from './database.ts';
import { readHeartbeats } from './heartbeats.ts';

export interface AlertFacts {
  /** Deliveries that wait, by reason; of many, those that are due first. */
  waiting: readonly WaitingFact[];
  /** How many signups of the last week were given up, up to a hundred. */
  gaveUp: number;
  /** Deliveries of the newest signups, the newest first. */
  newest: readonly NewestFact[];
  /** When the newest signup arrived. */
  newestAt: string | undefined;
  /** The size of the database. */
  bytes: number;
  /** When cron last ran, and the address of this Worker as its operator opened it. */
  cronAt: string | undefined;
  address: string | undefined;
}

const WaitingRow = z.object({
  reason: z.string(),
  count: z.number(),
  /** When the oldest of them arrived. */
  since: z.string(),
});
export type WaitingFact = z.output<typeof WaitingRow>;

const NewestRow = z.object({
  status: z.string(),
  reason: z.nullable(z.string()),
  deliveredAt: z.nullable(z.string()),
});
export type NewestFact = z.output<typeof NewestRow>;

const LastRow = z.object({ at: z.nullable(z.string()) });
const CountRow = z.object({ count: z.number() });

/** Throws when the ledger cannot be read. */
export async function readAlertFacts(ledger: LedgerDatabase, nowMs: number): Promise<AlertFacts> {
  const [waiting, gaveUp, newest, last] = await ledger.batch([
    ledger.prepare(WAITING),
    ledger.prepare(GAVE_UP).bind(isoOf(nowMs - 7 * DAY_MS)),
    ledger.prepare(NEWEST),
    ledger.prepare('SELECT max(received_at) AS at FROM signups'),
  ]);
  const heartbeats = await readHeartbeats(ledger);
  return {
    waiting: rowsOf(WaitingRow, waiting),
    gaveUp: rowsOf(CountRow, gaveUp)[0]?.count ?? 0,
    newest: rowsOf(NewestRow, newest),
    newestAt: rowsOf(LastRow, last)[0]?.at ?? undefined,
    bytes: waiting?.meta.size_after ?? 0,
    cronAt: heartbeats.get('cron')?.at,
    address: heartbeats.get('address')?.detail ?? undefined,
  };
}

const MatchRow = z.object({ source: z.string(), match: z.string() });
export type MatchFact = z.output<typeof MatchRow>;

/**
 * What has come of late is looked at by every run of cron. Once an hour it is more, for a source that seldom sends. Where
 * nothing has come, there is nothing new to see.
 */
const LOOKS = [
  {
    isOn: (nowMs: number) => new Date(nowMs).getUTCMinutes() < 5,
    newerMs: 1.5 * HOUR_MS,
    most: 1_500,
  },
  { isOn: () => true, newerMs: HOUR_MS / 2, most: 300 },
];
const MATCH_DAYS = 60;

/** How the newest signups were matched, the newest first. An event may still bring more of those without an address. `newestAt`: when the newest arrived. */
export async function readMatches(
  ledger: LedgerDatabase,
  newestAt: string | undefined,
  nowMs: number,
): Promise<MatchFact[]> {
  const ageMs = nowMs - (timeOf(newestAt) ?? 0);
  const look = LOOKS.find(({ isOn, newerMs }) => isOn(nowMs) && ageMs < newerMs);
  if (!look) return [];
  const since = isoOf(nowMs - MATCH_DAYS * DAY_MS);
  return rowsOf(MatchRow, await ledger.prepare(MATCHES).bind(since, look.most).all());
}

const WAITING = `
  SELECT coalesce(reason, '') AS reason, count(*) AS count, min(received_at) AS since
  FROM (SELECT d.reason, s.received_at FROM deliveries d JOIN signups s ON s.id = d.signup_id
        WHERE d.status = 'waiting' ORDER BY d.next_attempt_at LIMIT 200)
  GROUP BY 1`;

const GAVE_UP = `
  SELECT count(*) AS count
  FROM (SELECT id FROM signups WHERE status = 'failed' AND status <> 'delivered' AND received_at > ?1
        ORDER BY received_at DESC LIMIT 100) s
  JOIN deliveries d ON d.signup_id = s.id
  WHERE d.status = 'failed' AND d.reason = '${reason('gave_up').code}'`;

const NEWEST = `
  SELECT d.status, d.reason, d.delivered_at AS deliveredAt
  FROM (SELECT id, received_at FROM signups ORDER BY received_at DESC, id DESC LIMIT 50) s
  JOIN deliveries d ON d.signup_id = s.id ORDER BY s.received_at DESC`;

const MATCHES = `
  SELECT source, match
  FROM (SELECT source, match, email, status, received_at FROM signups WHERE received_at > ?1
        ORDER BY received_at DESC, id DESC LIMIT ?2)
  WHERE match IS NOT NULL AND (email IS NOT NULL OR status = 'delivered') ORDER BY received_at DESC`;
