// Writing the ledger: one row per signup, one per delivery, in one round trip for a whole batch. D1 bills each row of a
// table and of an index, so a statement touches a row only when something changed, and an indexed column only when it is
// another one.
import { IdRow, type LedgerDatabase, rowsOf } from './database.ts';
import { END_DRAFTS } from './drafts.ts';
import type { LedgerEntry } from './entry.ts';
import {
  attemptRows,
  filledRows,
  isOfDelivery,
  namesIn,
  refreshRows,
  signupRow,
} from './entry-rows.ts';
import { FILL_UNKNOWN } from './fill-unknown.ts';
import { COUNT_ACCEPTED } from './source-counts.ts';
import { UPDATE_STATUS, WORST } from './status.ts';
import { IS_ERASED, tombstonesOf } from './tombstones.ts';
import { selectWoken, waitStatements } from './waits.ts';

export interface Recorded {
  /** The others were erased meanwhile. */
  ids: ReadonlySet<string>;
  /** Other signups that wait for what these say. */
  woken: readonly { id: string }[];
}

/**
 * Records what happened, all or nothing. A delivery that has arrived stays delivered, whatever a late duplicate or a
 * dead letter says afterwards.
 */
export async function recordEntries(
  database: LedgerDatabase,
  entries: readonly LedgerEntry[],
  now: string,
): Promise<Recorded> {
  if (entries.length === 0) return { ids: new Set(), woken: [] };
  const bind = (statement: string, rows: string) => database.prepare(statement).bind(rows, now);
  const ids = JSON.stringify(entries.map(({ signup }) => signup.id));
  const signups = await Promise.all(
    entries.map(async (entry) => ({
      ...signupRow(entry),
      tombstones: await tombstonesOf(namesIn(entry)),
    })),
  );
  // Three statements take it, and it is most of what is written.
  const signupRows = JSON.stringify(signups);
  const attempts = entries.flatMap(attemptRows).filter(({ isSaid }) => !isSaid);
  const filled = entries.flatMap(filledRows);
  const refreshes = entries.flatMap(refreshRows);
  const failedRefreshes = attempts.filter((row) => !isOfDelivery(row));
  // An invocation has few statements.
  const bindSome = (statement: string, rows: readonly unknown[]) =>
    rows.length > 0 ? [bind(statement, JSON.stringify(rows))] : [];
  // What was begun is in the memo by now.
  const sent = attempts.flatMap(({ memo, signupId }) => (memo === undefined ? [] : signupId));
  const woken = selectWoken(database, entries);
  const results = await database.batch([
    database.prepare(COUNT_ACCEPTED).bind(signupRows),
    bind(WRITE_SIGNUPS, signupRows),
    bind(WRITE_NAMES, signupRows),
    ...bindSome(WRITE_DELIVERIES, attempts.filter(isOfDelivery)),
    ...bindSome(WRITE_FAILED_REFRESHES, failedRefreshes),
    ...bindSome(SCHEDULE_REFRESH, refreshes),
    ...bindSome(FILL_UNKNOWN, filled),
    ...waitStatements(database, entries),
    ...(sent.length > 0 ? [database.prepare(END_DRAFTS).bind(JSON.stringify(sent))] : []),
    database.prepare(UPDATE_STATUS).bind(ids),
    database.prepare(RECORDED).bind(JSON.stringify(signups.map(whoOf))),
    ...woken,
  ]);
  const [recorded, found] = results.slice(results.length - 1 - woken.length);
  return {
    ids: new Set(rowsOf(IdRow, recorded).map(({ id }) => id)),
    woken: rowsOf(IdRow, found),
  };
}

/** What tells whether an entry is of somebody who was erased. */
const whoOf = ({ id, tombstones, receivedAt, happenedAt }: ErasableRow): ErasableRow => ({
  ...{ id, tombstones, receivedAt, happenedAt },
});
interface ErasableRow {
  id: string;
  tombstones: readonly string[];
  receivedAt: string;
  happenedAt: string;
}

/** A row that is there may be of a half that has only now been joined with the person. */
const RECORDED = `
  SELECT value->>'id' AS id FROM json_each(?1) AS entry
  WHERE value->>'id' IN (SELECT id FROM signups) AND NOT ${IS_ERASED}`;

/** Something new is said of the column. */
const isNews = (column: string) =>
  `(excluded.${column} IS NOT NULL AND ${column} IS NOT excluded.${column})`;
const IS_OTHER_SOURCE = `(excluded.channel IS NOT NULL
  AND (channel IS NOT excluded.channel OR brought_by IS NOT excluded.brought_by))`;

const WRITE_SIGNUPS = `
  INSERT INTO signups (id, source, email, visitor_id, customer, match, status, channel,
                       occurred_at, received_at, updated_at, signup, attribution,
                       conversion, converting_channel, country, lookups, score, expected_value, brought_by, refresh_from,
                       paid_at, days_to_signup)
  SELECT value->>'id', value->>'source', value->>'email', value->>'visitorId',
         value->>'customer', value->>'match', value->>'status', value->>'channel',
         value->>'occurredAt', value->>'receivedAt', ?2,
         value->>'signup', value->>'attribution', value->>'conversion', value->>'conversion'->>'channel', value->>'country',
         value->>'lookups', value->>'score', value->>'expectedValue', value->>'broughtBy', value->>'refreshFrom',
         value->>'paidAt', value->>'daysToSignup'
  FROM json_each(?1) AS entry
  WHERE value->>'id' NOT IN (SELECT id FROM erased_signups)
    AND NOT ${IS_ERASED}
  ON CONFLICT (id) DO UPDATE SET
    signup = excluded.signup,
    -- An event has brought the ID of a visitor, who is not looked up yet.
    match = coalesce(excluded.match, iif(excluded.visitor_id IS NOT NULL AND match IN ('no_visitor_id', 'invalid_visitor_id'),
                                         NULL, match)),
    -- What was worked out before is not what the contact says now.
    attribution = iif(${IS_OTHER_SOURCE}, excluded.attribution, coalesce(excluded.attribution, attribution)),
    brought_by = iif(excluded.channel IS NULL, brought_by, excluded.brought_by),
    channel = coalesce(excluded.channel, channel),
    conversion = coalesce(excluded.conversion, conversion),
    converting_channel = coalesce(excluded.converting_channel, converting_channel),
    country = coalesce(excluded.country, country),
    paid_at = coalesce(min(excluded.paid_at, paid_at), excluded.paid_at, paid_at),
    days_to_signup = coalesce(excluded.days_to_signup, days_to_signup),
    lookups = lookups + excluded.lookups,
    score = coalesce(excluded.score, score),
    expected_value = coalesce(excluded.expected_value, expected_value),
    updated_at = excluded.updated_at
  WHERE excluded.lookups > 0 OR ${IS_OTHER_SOURCE} OR ${[
    'signup',
    'match',
    'attribution',
    'conversion',
    'converting_channel',
    'score',
    'expected_value',
    'paid_at',
    'days_to_signup',
  ]
    .map(isNews)
    .join(' OR ')}`;

/** Whose signup it is has become known. Apart from the rest, because these columns are in indexes. */
const WRITE_NAMES = `
  UPDATE signups SET email = coalesce(now.email, signups.email),
    visitor_id = coalesce(now.visitor_id, signups.visitor_id), customer = coalesce(now.customer, signups.customer),
    updated_at = ?2
  FROM (
    SELECT value->>'id' AS id, value->>'email' AS email, value->>'visitorId' AS visitor_id,
           value->>'customer' AS customer
    FROM json_each(?1) AS entry WHERE NOT ${IS_ERASED}
  ) AS now
  WHERE signups.id = now.id AND (now.email <> ifnull(signups.email, '')
    OR now.visitor_id <> ifnull(signups.visitor_id, '') OR now.customer <> ifnull(signups.customer, ''))`;

/** One line of a history, from a row of the first parameter. */
const LINE = `json_object('at', ?2, 'status', value->>'status', 'reason', value->>'reason',
  'detail', value->>'detail', 'refresh', json(iif(value->>'refresh', 'true', 'false')))`;

/** The first attempt and the latest ones are kept. An outage of days must not grow a row without end. */
export const appendToHistory = (line: string): string => `json_insert(
    CASE WHEN history IS NULL THEN '[]'
         WHEN json_array_length(history) >= 20 THEN json_remove(history, '$[1]')
         ELSE history END,
    '$[#]', json(${line}))`;

// A refresh that has nothing new to say changes no row.
const WRITE_DELIVERIES = `
  INSERT INTO deliveries (signup_id, destination, status, attempts, reason, detail, last_reason, external_id,
                          delivered_at, next_attempt_at, written, memo, history, tried, updated_at)
  SELECT value->>'signupId', value->>'destination', value->>'status', value->>'attempts', value->>'reason', value->>'detail',
         value->>'lastReason', value->>'externalId', iif(value->>'status' = 'delivered', ?2, NULL),
         value->>'nextAttemptAt', value->>'written', value->>'memo', json_array(json(${LINE})),
         value->>'tried', ?2
  FROM json_each(?1) WHERE value->>'signupId' IN (SELECT id FROM signups)
  ON CONFLICT (signup_id, destination) DO UPDATE SET
    status = excluded.status,
    attempts = attempts + excluded.attempts,
    reason = excluded.reason,
    detail = excluded.detail,
    last_reason = excluded.last_reason,
    external_id = coalesce(excluded.external_id, external_id),
    delivered_at = coalesce(excluded.delivered_at, delivered_at),
    next_attempt_at = excluded.next_attempt_at,
    written = iif(excluded.written IS NULL, written, json_patch(coalesce(written, '{}'), excluded.written)),
    memo = coalesce(excluded.memo, memo),
    history = ${appendToHistory("excluded.history->'$[0]'")},
    tried = excluded.tried,
    updated_at = excluded.updated_at
  WHERE (deliveries.status <> 'delivered' OR excluded.status = 'delivered')
    AND NOT (excluded.history->>'$[0].refresh' AND reason IS excluded.reason AND detail IS excluded.detail
             AND (excluded.memo IS NULL OR memo IS excluded.memo)
             AND (excluded.written IS NULL OR json_patch(written, excluded.written) IS written))`;

/** A refresh that fails leaves the delivery as it is, and what the destination wants back with the next one. */
const WRITE_FAILED_REFRESHES = `
  UPDATE deliveries SET history = ${appendToHistory('tried.line')}, memo = coalesce(tried.memo, deliveries.memo)
  FROM (
    SELECT value->>'signupId' AS signup_id, value->>'destination' AS destination,
           value->>'memo' AS memo, ${LINE} AS line
    FROM json_each(?1)
  ) AS tried
  WHERE deliveries.signup_id = tried.signup_id AND deliveries.destination = tried.destination`;

/** With the status, which has often changed as well: one row instead of two. */
const SCHEDULE_REFRESH = `
  UPDATE signups SET refresh_from = due.refresh_from, status = coalesce(${WORST}, status), updated_at = ?2
  FROM (
    SELECT value->>'signupId' AS id, value->>'refreshFrom' AS refresh_from FROM json_each(?1)
  ) AS due
  WHERE signups.id = due.id AND signups.refresh_from IS NOT due.refresh_from`;
