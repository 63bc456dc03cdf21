// A page of signups, newest first. A page looks at a limited number of rows: few filters have an index, since an index
// costs every signup a written row. Where nothing more is found among those rows, the page ends and the next one goes on.
import * as z from 'zod/mini';
import type { Channel, DeliveryStatus, Match } from '../model.ts';
import { type LedgerDatabase, rowsOf } from './database.ts';
import type { TouchKind } from './people/question.ts';
import { DELIVERY, ROW, SignupRow } from './query.ts';

/** Where the next page starts: after this row, newest first. */
export interface Position {
  receivedAt: string;
  id: string;
}

/** `null`: it has none. */
type Wanted<Value = string> = Value | null | undefined;

export interface ListQuery {
  status?: DeliveryStatus | undefined;
  match?: Wanted<Match>;
  channel?: Wanted<Channel>;
  /** The webhook's provider. */
  source?: Wanted;
  /** The code of a reason that one of its deliveries has. */
  reason?: string | undefined;
  /** What brought the person: the site, network or partner. */
  broughtBy?: Wanted;
  campaign?: Wanted;
  landingPage?: Wanted;
  /** Two letters. */
  country?: Wanted;
  /** The value of `via` or `ref`. */
  partner?: Wanted;
  /** What channel, source, campaign and landing page are of: the first touch, or the visit of the signup. */
  touch?: TouchKind | undefined;
  /** When they signed up: not before, and before; ISO 8601. */
  from?: string | undefined;
  until?: string | undefined;
  /** An id, a visitor ID, or the beginning of an email. */
  search?: string | undefined;
  after?: Position | undefined;
  limit: number;
  /** Without their deliveries, which cost a row each. */
  isBrief?: true;
  /** A search finds whole addresses only, so that nobody guesses one letter by letter. */
  isExact?: true | undefined;
}

/** A page looks at so many rows, and a search at so many signups of those that it fits. */
export const LOOKED_AT = 1_000;

/** Conditions, each with the values of its parameters. */
type Conditions = [text: string, ...values: unknown[]][];

export const whereOf = (conditions: Conditions) =>
  conditions.length > 0 ? `WHERE ${conditions.map(([text]) => text).join(' AND ')}` : '';
export const valuesOf = (conditions: Conditions) => conditions.flatMap(([, ...values]) => values);

export interface ListPage {
  items: SignupRow[];
  next?: Position | undefined;
  /** What D1 bills. */
  rowsRead: number;
}

/** One page, newest first. A page may have fewer rows than the limit, or none, and still be followed by another. */
export async function listSignups(database: LedgerDatabase, query: ListQuery): Promise<ListPage> {
  const { limit } = query;
  const newestOnes = await readNewest(database, query);
  const { found, rowsRead } = newestOnes ?? (await readFiltered(database, query));
  const items = found.slice(0, limit);
  if (found.length > limit) return { items, next: positionOf(items), rowsRead };
  if (newestOnes) return { items, rowsRead };
  const last = await lastLookedAt(database, query);
  return { items, next: positionOf(last.found), rowsRead: rowsRead + last.rowsRead };
}

function positionOf(rows: readonly Position[]): Position | undefined {
  const last = rows.at(-1);
  return last && { receivedAt: last.receivedAt, id: last.id };
}

interface Found<Row = SignupRow> {
  found: Row[];
  rowsRead: number;
}

const newest = (conditions: Conditions, columns: string, limit: number, offset = 0) =>
  `SELECT ${columns} FROM signups s ${whereOf(conditions)}
   ORDER BY s.received_at DESC, s.id DESC LIMIT ${limit} OFFSET ${offset}`;

/** Of the row `s`. */
const columnsOf = ({ isBrief }: ListQuery) =>
  `${ROW}, ${
    isBrief
      ? "'[]'"
      : `(SELECT json_group_array(json_object(${DELIVERY})) FROM deliveries d WHERE d.signup_id = s.id)`
  } AS deliveries`;

/** A page with no filter but a period, each row read once; `undefined` when it holds a row of another time. */
async function readNewest(database: LedgerDatabase, query: ListQuery): Promise<Found | undefined> {
  const { from = '', until, limit, after } = query;
  // What arrived after the period is mostly of another time.
  if (until !== undefined && after !== undefined && after.receivedAt >= until) return undefined;
  const isFiltered =
    conditionsOf({ ...query, from: undefined, until: undefined }).filters.length > 0;
  if (isFiltered) return undefined;
  const { looked } = conditionsOf(query);
  const result = await database
    .prepare(newest(looked, columnsOf(query), limit + 1))
    .bind(...valuesOf(looked))
    .all();
  const found = rowsOf(SignupRow, result);
  const isOther = ({ occurredAt }: SignupRow) =>
    occurredAt < from || (until !== undefined && occurredAt >= until);
  return found.some(isOther) ? undefined : { found, rowsRead: result.meta.rows_read };
}

/** The subquery has a limit, so it hands its rows on in its own order: they are not sorted again. */
async function readFiltered(database: LedgerDatabase, query: ListQuery): Promise<Found> {
  const { looked, filters } = conditionsOf(query);
  const result = await database
    .prepare(
      `SELECT ${columnsOf(query)} FROM (${newest(looked, FILTERED, LOOKED_AT)}) s
       ${whereOf(filters)} LIMIT ?`,
    )
    .bind(...valuesOf(looked), ...valuesOf(filters), query.limit + 1)
    .all();
  return { found: rowsOf(SignupRow, result), rowsRead: result.meta.rows_read };
}

/** What the filters look at, and what a row shows. */
export const FILTERED = `s.id, s.source, s.email, s.visitor_id, s.match, s.status, s.channel, s.brought_by, s.attribution,
  s.conversion, s.converting_channel, s.country, s.occurred_at, s.received_at`;

/** Tags count where the contact has the channel that they led to. */
const ofAttribution = (...keys: string[]) =>
  `iif(channel IS NULL, NULL, coalesce(${[...keys.map((key) => `attribution ->> '$.${key}'`), 'NULL'].join(', ')}))`;

/** Each filter with what it compares, for the first touch and for the converting one. */
const COMPARED = [
  ['match', 'match', 'match'],
  ['source', 'source', 'source'],
  ['country', 'country', 'country'],
  ['partner', ofAttribution('via', 'ref'), ofAttribution('via', 'ref')],
  ['channel', 'channel', 'converting_channel'],
  ['broughtBy', 'brought_by', "conversion ->> '$.source'"],
  ['campaign', ofAttribution('campaign'), "conversion ->> '$.campaign'"],
  ['landingPage', ofAttribution('landingPage'), "conversion ->> '$.page'"],
] as const;

/** `looked`: which rows are looked at, by an index. `filters`: which of them are on the page. */
export function conditionsOf(query: ListQuery) {
  const { status, search, after, from, until, reason, touch = 'first' } = query;
  const looked: Conditions = [];
  const filters: Conditions = [];
  if (search) {
    const prefix = search.toLowerCase();
    // A range uses an index, and LIKE would not.
    looked.push([
      `s.id IN (SELECT id FROM signups WHERE id = ?
         UNION SELECT id FROM (SELECT id FROM signups WHERE visitor_id = ? LIMIT ${LOOKED_AT})
         UNION SELECT id FROM (SELECT id FROM signups WHERE email >= ? AND email < ? LIMIT ${LOOKED_AT}))`,
      search,
      prefix,
      prefix,
      // No address has a space.
      `${prefix}${query.isExact ? ' ' : '\u{10FFFF}'}`,
    ]);
  }
  if (after) {
    // The row values of a search are compared after it, not looked for by arrival.
    const arrival = search ? '+s.received_at' : 's.received_at';
    looked.push([`(${arrival}, s.id) < (?, ?)`, after.receivedAt, after.id]);
  }
  if (status && status !== 'delivered' && !search) {
    looked.push(["s.status <> 'delivered' AND s.status = ?", status]);
  } else if (status) filters.push(['status = ?', status]);
  for (const [name, first, converting] of COMPARED) {
    const value = query[name];
    // `IS` finds what has no value as well.
    if (value !== undefined)
      filters.push([`${touch === 'first' ? first : converting} IS ?`, value]);
  }
  if (reason) {
    filters.push([
      'EXISTS (SELECT 1 FROM deliveries d WHERE d.signup_id = id AND d.reason = ?)',
      reason,
    ]);
  }
  // Nothing arrives before it happened.
  if (from) looked.push([`${search ? '+' : ''}s.received_at >= ?`, from]);
  if (from) filters.push(['occurred_at >= ?', from]);
  if (until) filters.push(['occurred_at < ?', until]);
  return { looked, filters };
}

const PositionRow = z.object({ receivedAt: z.string(), id: z.string() });

/** The last row that a page without enough results has looked at, when there are more. */
async function lastLookedAt(database: LedgerDatabase, query: ListQuery): Promise<Found<Position>> {
  const { looked, filters } = conditionsOf(query);
  if (query.search || filters.length === 0) return { found: [], rowsRead: 0 };
  const result = await database
    .prepare(newest(looked, 's.received_at AS receivedAt, s.id', 1, LOOKED_AT - 1))
    .bind(...valuesOf(looked))
    .all();
  return { found: rowsOf(PositionRow, result), rowsRead: result.meta.rows_read };
}
