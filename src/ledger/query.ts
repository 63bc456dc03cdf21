// Reading the ledger for people: a page of signups, or one signup with everything there is.
import * as z from 'zod/mini';
import {
  Attribution,
  type Channel,
  DELIVERY_STATUSES,
  type DeliveryStatus,
  MATCHES,
  type Match,
  Touch,
} from '../model.ts';
import { jsonColumn, type LedgerDatabase, rowsOf } from './database.ts';

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
  occurredAt: z.string(),
  receivedAt: z.string(),
};

const SignupRow = z.object({
  ...signupColumns,
  deliveries: jsonColumn(z.array(z.object(deliveryColumns))),
});
/** A signup as the API lists it. */
export type SignupRow = z.output<typeof SignupRow>;

const SignupDetail = z.object({
  ...signupColumns,
  /** The message as it was queued: a `Signup`, or what could not be read as one. */
  signup: jsonColumn(z.unknown()),
  /** The key names of a webhook without a visitor ID. */
  payloadShape: z.nullable(jsonColumn(z.array(z.string()))),
  attribution: z.nullable(jsonColumn(Attribution)),
  /** What brought the person on the visit of the signup, as the contact holds it. */
  conversion: z.nullable(jsonColumn(Touch)),
  /** What the channel is of, also when an earlier signup brought it. */
  broughtBy: text,
  /** Failed attempts to fetch the visitor. */
  lookups: z.number(),
  /** Of the newest prediction: 0–100, and US dollars. */
  score: number,
  expectedValue: number,
  /** When the live fields are written again, when they last were, and how often. */
  refreshAt: text,
  refreshedAt: text,
  refreshes: z.number(),
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
export type SignupDetail = z.output<typeof SignupDetail>;

/** Where the next page starts: after this row, newest first. */
export interface Position {
  receivedAt: string;
  id: string;
}

export interface ListQuery {
  status?: DeliveryStatus;
  match?: Match;
  channel?: Channel;
  /** The webhook's provider. */
  source?: string;
  /** An id, a visitor ID, or the beginning of an email. */
  search?: string;
  after?: Position;
  limit: number;
}

const ROW = `s.id, s.source, s.email, s.visitor_id AS visitorId, s.match, s.status, s.channel,
  s.occurred_at AS occurredAt, s.received_at AS receivedAt`;
const DELIVERY = `'destination', d.destination, 'status', d.status, 'attempts', d.attempts,
  'reason', d.reason, 'detail', d.detail,
  'lastReason', d.last_reason, 'externalId', d.external_id, 'deliveredAt', d.delivered_at`;

/** The beginning of an email needs as many letters; IDs are never shorter. */
const MIN_SEARCH_LETTERS = 3;

/** One page, newest first. */
export async function listSignups(
  database: LedgerDatabase,
  { status, match, channel, source, search, after, limit }: ListQuery,
): Promise<{ items: SignupRow[]; next?: Position }> {
  const conditions: string[] = [];
  const values: unknown[] = [];
  const where = (condition: string, ...bound: unknown[]) => {
    conditions.push(condition);
    values.push(...bound);
  };
  if (status) where('s.status = ?', status);
  if (match) where('s.match = ?', match);
  if (channel) where('s.channel = ?', channel);
  if (source) where('s.source = ?', source);
  if (search) {
    const prefix = search.toLowerCase();
    const range = [prefix, `${prefix}\u{10FFFF}`];
    // A range uses an index, and LIKE would not. What fits so few letters is found soonest by arrival.
    if (search.length < MIN_SEARCH_LETTERS) where('+s.email >= ? AND +s.email < ?', ...range);
    else {
      where(
        `s.id IN (SELECT id FROM signups WHERE id = ?
                  UNION SELECT id FROM signups WHERE visitor_id = ?
                  UNION SELECT id FROM signups WHERE email >= ? AND email < ?)`,
        search,
        prefix,
        ...range,
      );
    }
  }
  if (after) where('(s.received_at, s.id) < (?, ?)', after.receivedAt, after.id);

  // The page is chosen first: a search that fits many would otherwise gather the deliveries of all of them.
  const result = await database
    .prepare(
      `SELECT ${ROW}, (SELECT json_group_array(json_object(${DELIVERY}))
                       FROM deliveries d WHERE d.signup_id = s.id) AS deliveries
       FROM signups s WHERE s.id IN (
         SELECT s.id FROM signups s ${conditions.length > 0 ? `WHERE ${conditions.join(' AND ')}` : ''}
         ORDER BY s.received_at DESC, s.id DESC LIMIT ?)
       ORDER BY s.received_at DESC, s.id DESC`,
    )
    .bind(...values, limit + 1)
    .all();
  const found = rowsOf(SignupRow, result);
  const items = found.slice(0, limit);
  const last = items.at(-1);
  return found.length > limit && last
    ? { items, next: { receivedAt: last.receivedAt, id: last.id } }
    : { items };
}

/** One signup with everything there is; `undefined` when the ledger does not know it. */
export async function readSignup(
  database: LedgerDatabase,
  id: string,
): Promise<SignupDetail | undefined> {
  const result = await database
    .prepare(
      `SELECT ${ROW}, s.signup, s.signup -> '$.payloadShape' AS payloadShape, s.attribution, s.conversion, s.brought_by AS broughtBy, s.lookups, s.score, s.expected_value AS expectedValue,
              s.refresh_at AS refreshAt, s.refreshed_at AS refreshedAt, s.refreshes,
              (SELECT json_group_array(json_object(${DELIVERY},
                 'nextAttemptAt', d.next_attempt_at, 'fields', json(d.written),
                 'history', json(d.history)))
               FROM deliveries d WHERE d.signup_id = s.id) AS deliveries
       FROM signups s WHERE s.id = ?`,
    )
    .bind(id)
    .all();
  return rowsOf(SignupDetail, result)[0];
}
