// Reading the ledger for people: a page of signups, or one signup with everything there is.
import type { Attribution, Channel, Delivery, DeliveryStatus, Match } from '../model.ts';
import type { LedgerDatabase } from './database.ts';

/** A signup as the API lists it. */
export interface SignupRow {
  id: string;
  source: string;
  email: string | null;
  visitorId: string | null;
  match: Match | null;
  status: DeliveryStatus;
  channel: string | null;
  occurredAt: string;
  receivedAt: string;
  deliveries: DeliveryRow[];
}
export type DeliveryRow = Pick<Delivery, 'destination' | 'status' | 'attempts'> & {
  reason: string | null;
  externalId: string | null;
  deliveredAt: string | null;
};

/** A signup as its own page shows it. */
export type SignupDetail = Omit<SignupRow, 'deliveries'> & {
  /** The message as it was queued: a `Signup`, or what could not be read as one. */
  signup: unknown;
  attribution: Attribution | null;
  /** How often DataFast was asked for the visitor in vain. */
  lookups: number;
  /** Of the newest prediction: 0–100, and US dollars. */
  score: number | null;
  expectedValue: number | null;
  /** When the live fields are written again, when they last were, and how often. */
  refreshAt: string | null;
  refreshedAt: string | null;
  refreshes: number;
  deliveries: (DeliveryRow & {
    nextAttemptAt: string | null;
    /** The properties as they were written. */
    fields: Record<string, string> | null;
    /** The first try and the latest, oldest first. */
    history: Try[] | null;
  })[];
};

/** One try, or one refresh, of one delivery. */
export interface Try {
  at: string;
  status: DeliveryStatus;
  reason: string | null;
  refresh: boolean;
}

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
  'reason', d.reason, 'externalId', d.external_id, 'deliveredAt', d.delivered_at`;

/** Of an email's beginning; ids are never shorter. */
const TELLING_LETTERS = 3;

/** One page, newest first; one row more than asked for says that there is another page. */
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
    // A range instead of LIKE, which would use no index. What so little fits is found soonest by arrival.
    if (search.length < TELLING_LETTERS) where('+s.email >= ? AND +s.email < ?', ...range);
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

  // The page is chosen first: a search that fits many would otherwise gather the deliveries of them all.
  const { results } = await database
    .prepare(
      `SELECT ${ROW}, (SELECT json_group_array(json_object(${DELIVERY}))
                       FROM deliveries d WHERE d.signup_id = s.id) AS deliveries
       FROM signups s WHERE s.id IN (
         SELECT s.id FROM signups s ${conditions.length > 0 ? `WHERE ${conditions.join(' AND ')}` : ''}
         ORDER BY s.received_at DESC, s.id DESC LIMIT ?)
       ORDER BY s.received_at DESC, s.id DESC`,
    )
    .bind(...values, limit + 1)
    .all<Omit<SignupRow, 'deliveries'> & { deliveries: string }>();
  const items = results
    .slice(0, limit)
    .map((row): SignupRow => ({ ...row, deliveries: JSON.parse(row.deliveries) }));
  const last = items.at(-1);
  return results.length > limit && last
    ? { items, next: { receivedAt: last.receivedAt, id: last.id } }
    : { items };
}

/** One signup's whole story. */
export async function readSignup(
  database: LedgerDatabase,
  id: string,
): Promise<SignupDetail | undefined> {
  const row = await database
    .prepare(
      `SELECT ${ROW}, s.signup, s.attribution, s.lookups, s.score, s.expected_value AS expectedValue,
              s.refresh_at AS refreshAt, s.refreshed_at AS refreshedAt, s.refreshes,
              (SELECT json_group_array(json_object(${DELIVERY},
                 'nextAttemptAt', d.next_attempt_at, 'fields', json(d.written),
                 'history', json(d.history)))
               FROM deliveries d WHERE d.signup_id = s.id) AS deliveries
       FROM signups s WHERE s.id = ?`,
    )
    .bind(id)
    .first<
      Omit<SignupDetail, 'signup' | 'attribution' | 'deliveries'> & {
        signup: string;
        attribution: string | null;
        deliveries: string;
      }
    >();
  if (!row) return undefined;
  return {
    ...row,
    signup: JSON.parse(row.signup),
    attribution: row.attribution === null ? null : JSON.parse(row.attribution),
    deliveries: JSON.parse(row.deliveries),
  };
}
