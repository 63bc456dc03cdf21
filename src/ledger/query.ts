// Reading one signup with everything there is, and what a list shows of it.
import * as z from 'zod/mini';
import { Attribution, DELIVERY_STATUSES, MATCHES, Touch } from '../model.ts';
import { jsonColumn, type LedgerDatabase, rowsOf } from './database.ts';
import { IS_REFRESHED, nextRefreshAt } from './refreshes.ts';

const text = z.nullable(z.string());
const number = z.nullable(z.number());
const Status = z.enum(DELIVERY_STATUSES);

const deliveryColumns = {
  destination: z.string(),
  status: Status,
  attempts: z.number(),
  /** The code of a reason, and what the code cannot say. */
  reason: text,
  detail: text,
  /** After `gave_up`: the code before. */
  lastReason: text,
  externalId: text,
  deliveredAt: text,
};

/** One attempt, or one refresh, of one delivery. */
const HistoryLine = z.object({
  at: z.string(),
  status: Status,
  reason: text,
  detail: text,
  refresh: z.boolean(),
});

const signupColumns = {
  id: z.string(),
  source: z.string(),
  email: text,
  visitorId: text,
  // A newer version may have written a word that this one does not know. It must not hide the list.
  match: z.catch(z.nullable(z.enum(MATCHES)), null),
  status: Status,
  channel: text,
  /** What the channel is of, also when an earlier signup brought it. */
  broughtBy: text,
  /** Of the link that brought the person, where this signup wrote it; `partner` is `via` or `ref`. */
  campaign: text,
  landingPage: text,
  partner: text,
  convertingChannel: text,
  country: text,
  occurredAt: z.string(),
  receivedAt: z.string(),
};

/** Without a channel the attribution only says why there is none. */
const tag = (key: string) => `iif(s.channel IS NULL, NULL, s.attribution ->> '$.${key}')`;

export const ROW = `s.id, s.source, s.email, s.visitor_id AS visitorId, s.match, s.status, s.channel,
  s.brought_by AS broughtBy, ${tag('campaign')} AS campaign, ${tag('landingPage')} AS landingPage,
  coalesce(${tag('via')}, ${tag('ref')}) AS partner, s.converting_channel AS convertingChannel, s.country,
  s.occurred_at AS occurredAt, s.received_at AS receivedAt`;
export const DELIVERY = `'destination', d.destination, 'status', d.status, 'attempts', d.attempts,
  'reason', d.reason, 'detail', d.detail,
  'lastReason', d.last_reason, 'externalId', d.external_id, 'deliveredAt', d.delivered_at`;

export const SignupRow = z.object({
  ...signupColumns,
  deliveries: jsonColumn(z.array(z.object(deliveryColumns))),
});
/** A signup as the API lists it. */
export type SignupRow = z.output<typeof SignupRow>;

const StoredDetail = z.object({
  ...signupColumns,
  /** The message as it was queued: a `Signup`, or what could not be read as one. */
  signup: jsonColumn(z.unknown()),
  /** The key names of a webhook without a visitor ID. */
  payloadShape: z.nullable(jsonColumn(z.array(z.string()))),
  attribution: z.nullable(jsonColumn(Attribution)),
  /** What brought the person on the visit of the signup, as the contact holds it. */
  conversion: z.nullable(jsonColumn(Touch)),
  /** Failed attempts to fetch the visitor. */
  lookups: z.number(),
  /** Of the newest prediction: 0–100, and US dollars. */
  score: number,
  expectedValue: number,
  /** The live fields are written again at times that count from this. */
  refreshFrom: text,
  /** Unix seconds. */
  now: z.number(),
  deliveries: jsonColumn(
    z.array(
      z.object({
        ...deliveryColumns,
        nextAttemptAt: text,
        /** The properties as they were written. */
        fields: z.nullable(z.record(z.string(), z.string())),
        /** The first attempt and the latest ones, oldest first. */
        history: z.nullable(z.array(HistoryLine)),
      }),
    ),
  ),
});

/** A signup as its own page shows it. */
export type SignupDetail = Omit<z.output<typeof StoredDetail>, 'refreshFrom' | 'now'> & {
  /** When the live fields are written again. */
  refreshAt: string | null;
  /** When a refresh last changed something, and how many of those that the history knows did. */
  refreshedAt: string | null;
  refreshes: number;
};

/**
 * One signup with everything there is; `undefined` when the ledger does not know it. Without a time, that of the database
 * says which refresh is the next.
 */
export async function readSignup(
  database: LedgerDatabase,
  id: string,
  nowMs?: number,
): Promise<SignupDetail | undefined> {
  const result = await database
    .prepare(
      `SELECT ${ROW}, s.signup, s.signup -> '$.payloadShape' AS payloadShape, s.attribution, s.conversion, s.lookups, s.score,
              s.expected_value AS expectedValue, iif(${IS_REFRESHED}, s.refresh_from, NULL) AS refreshFrom, unixepoch() AS now,
              (SELECT json_group_array(json_object(${DELIVERY},
                 'nextAttemptAt', d.next_attempt_at, 'fields', json(d.written),
                 'history', json(d.history)))
               FROM deliveries d WHERE d.signup_id = s.id) AS deliveries
       FROM signups s WHERE s.id = ?`,
    )
    .bind(id)
    .all();
  const [row] = rowsOf(StoredDetail, result);
  if (!row) return undefined;
  const { refreshFrom, now, ...detail } = row;
  const refreshes = new Set(
    row.deliveries.flatMap(({ history }) =>
      (history ?? []).flatMap(({ refresh, status, at }) =>
        refresh && status === 'delivered' ? at : [],
      ),
    ),
  );
  return {
    ...detail,
    refreshAt: (refreshFrom && nextRefreshAt(refreshFrom, nowMs ?? now * 1000)) ?? null,
    refreshedAt: [...refreshes].sort().at(-1) ?? null,
    refreshes: refreshes.size,
  };
}
