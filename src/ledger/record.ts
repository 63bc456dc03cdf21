// Writing the ledger: one row per signup, one per delivery, in one round trip for a whole batch.
import * as z from 'zod/mini';
import { UNKNOWN_CHANNEL } from '../model.ts';
import { customerOf, namesOf } from './customer.ts';
import { IN_LIST, type LedgerDatabase, rowsOf } from './database.ts';
import type { LedgerEntry } from './entry.ts';
import { FILL_UNKNOWN } from './fill-unknown.ts';
import { COUNT_ACCEPTED } from './source-counts.ts';
import { emailsIn, tombstonesOf } from './tombstones.ts';
import { waitStatements } from './waits.ts';

/**
 * Records what happened, all or nothing. A delivery that has arrived stays delivered, whatever a late duplicate or a
 * dead letter says afterwards. Returns the IDs that it recorded: the others were erased meanwhile.
 */
export async function recordEntries(
  database: LedgerDatabase,
  entries: readonly LedgerEntry[],
  now: string,
): Promise<ReadonlySet<string>> {
  if (entries.length === 0) return new Set();
  const bind = (statement: string, rows: readonly unknown[]) =>
    database.prepare(statement).bind(JSON.stringify(rows), now);
  const signups = await Promise.all(
    entries.map(async (entry) => ({
      ...signupRow(entry),
      tombstones: await tombstonesOf(namesIn(entry)),
    })),
  );
  const [, recorded] = await database.batch([
    database.prepare(COUNT_ACCEPTED).bind(JSON.stringify(signups)),
    bind(WRITE_SIGNUPS, signups),
    bind(WRITE_DELIVERIES, entries.flatMap(deliveryRows)),
    bind(WRITE_HISTORY, entries.flatMap(attemptRows)),
    ...memoStatements(bind, entries),
    bind(SCHEDULE_REFRESH, entries.flatMap(refreshRows)),
    bind(FILL_UNKNOWN, entries.flatMap(filledRows)),
    ...waitStatements(database, entries),
    database.prepare(UPDATE_STATUS).bind(JSON.stringify(entries.map(({ signup }) => signup.id))),
  ]);
  return new Set(rowsOf(IdRow, recorded).map(({ id }) => id));
}

function signupRow({
  signup,
  unreadable,
  match,
  attribution,
  held,
  conversion,
  prediction,
  lookupFailed,
}: LedgerEntry) {
  // Without a visitor the CRM gets no channel, and the list says what the CRM says. A refresh leaves out a match it knows.
  const isWritten = match === undefined || match === 'matched';
  const said = (isWritten ? attribution : undefined) ?? held;
  return {
    id: signup.id,
    source: signup.source,
    email: signup.email,
    // A guess that was none is the person's own ID, which the message keeps.
    visitorId: signup.visitorIdGuessed && match !== 'matched' ? undefined : signup.visitorId,
    customer: customerOf(signup),
    match,
    channel: said?.channel,
    broughtBy: said?.source,
    occurredAt: signup.occurredAt,
    receivedAt: signup.receivedAt,
    signup: JSON.stringify(unreadable ?? { ...signup, refresh: undefined }),
    attribution: attribution && JSON.stringify(attribution),
    conversion: conversion && JSON.stringify(conversion),
    lookups: lookupFailed ? 1 : 0,
    score: prediction?.score,
    expectedValue: prediction?.expectedValue,
  };
}

/** The attempts that change a delivery. A refresh that fails leaves it as it is. */
function deliveryRows(entry: LedgerEntry) {
  const rows = attemptRows(entry);
  return entry.signup.refresh ? rows.filter(({ status }) => status === 'delivered') : rows;
}

/** A refresh that fails leaves the delivery as it is, and what the destination wants back with the next one. */
function memoStatements(
  bind: (statement: string, rows: readonly unknown[]) => D1PreparedStatement,
  entries: readonly LedgerEntry[],
): D1PreparedStatement[] {
  const rows = entries
    .filter(({ signup }) => signup.refresh)
    .flatMap(attemptRows)
    .filter(({ status, memo }) => status !== 'delivered' && memo !== undefined);
  return rows.length > 0 ? [bind(KEEP_MEMO, rows)] : [];
}

function attemptRows({ signup, attempts }: LedgerEntry) {
  return attempts.map(
    ({
      written,
      notAsked,
      isSnoozed,
      isBounded,
      isParked,
      firstTouch,
      convertingChannel,
      reason,
      ...attempt
    }) => ({
      signupId: signup.id,
      ...attempt,
      reason: reason?.code,
      detail: reason?.detail,
      attempts: notAsked || isSnoozed ? 0 : 1,
      refresh: signup.refresh !== undefined,
      written: written && JSON.stringify(written),
    }),
  );
}

/** A source that has become known by this entry. */
function filledRows(entry: LedgerEntry) {
  const { signup, attribution, attempts } = entry;
  const isWritten = attempts.some(({ firstTouch }) => firstTouch?.kind === 'written');
  const isKnown = attribution !== undefined && attribution.channel !== UNKNOWN_CHANNEL;
  return isWritten && isKnown && signup.email && signup.visitorId ? [signupRow(entry)] : [];
}

function refreshRows({ signup, refreshAt, attempts }: LedgerEntry) {
  if (refreshAt === undefined) return [];
  const isDone = signup.refresh && attempts.some(({ status }) => status === 'delivered');
  return [{ signupId: signup.id, refreshAt, done: isDone ? 1 : 0 }];
}

/** Under which names the person may have been erased meanwhile. */
function namesIn({ signup, unreadable }: LedgerEntry): string[] {
  return unreadable === undefined ? namesOf(signup) : emailsIn(JSON.stringify(unreadable));
}

const IdRow = z.object({ id: z.string() });

// What was erased while its batch was on the way stays erased.
const WRITE_SIGNUPS = `
  INSERT INTO signups (id, source, email, visitor_id, customer, match, status, channel,
                       occurred_at, received_at, updated_at, signup, attribution,
                       conversion, converting_channel, lookups, score, expected_value, brought_by)
  SELECT value->>'id', value->>'source', value->>'email', value->>'visitorId',
         value->>'customer', value->>'match', 'waiting', value->>'channel', value->>'occurredAt', value->>'receivedAt', ?2,
         value->>'signup', value->>'attribution', value->>'conversion', value->>'conversion'->>'channel',
         value->>'lookups', value->>'score', value->>'expectedValue', value->>'broughtBy'
  FROM json_each(?1) AS entry
  WHERE value->>'id' NOT IN (SELECT id FROM erased_signups)
    AND NOT EXISTS (
      SELECT 1 FROM json_each(entry.value, '$.tombstones') AS name
      CROSS JOIN erased_people ON person = name.value
      WHERE erased_at >= min(entry.value->>'receivedAt', entry.value->>'occurredAt'))
  ON CONFLICT (id) DO UPDATE SET
    email = coalesce(excluded.email, email),
    visitor_id = coalesce(excluded.visitor_id, visitor_id),
    customer = coalesce(excluded.customer, customer),
    signup = excluded.signup,
    match = coalesce(excluded.match, match),
    -- What was worked out before is not what the contact says now.
    attribution = iif(excluded.channel IS NOT NULL AND (channel IS NOT excluded.channel
                                                        OR brought_by IS NOT excluded.brought_by),
                      excluded.attribution, coalesce(excluded.attribution, attribution)),
    brought_by = iif(excluded.channel IS NULL, brought_by, excluded.brought_by),
    channel = coalesce(excluded.channel, channel),
    conversion = coalesce(excluded.conversion, conversion),
    converting_channel = coalesce(excluded.converting_channel, converting_channel),
    lookups = lookups + excluded.lookups,
    score = coalesce(excluded.score, score),
    expected_value = coalesce(excluded.expected_value, expected_value),
    updated_at = excluded.updated_at
  RETURNING id`;

const WRITE_DELIVERIES = `
  INSERT INTO deliveries (signup_id, destination, status, attempts, reason, detail, last_reason, external_id,
                          delivered_at, next_attempt_at, written, memo, updated_at)
  SELECT value->>'signupId', value->>'destination', value->>'status', value->>'attempts', value->>'reason', value->>'detail',
         value->>'lastReason', value->>'externalId', iif(value->>'status' = 'delivered', ?2, NULL),
         value->>'nextAttemptAt', value->>'written', value->>'memo', ?2
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
    updated_at = excluded.updated_at
  WHERE deliveries.status <> 'delivered' OR excluded.status = 'delivered'`;

const KEEP_MEMO = `
  UPDATE deliveries SET memo = kept.memo, updated_at = ?2
  FROM (SELECT value->>'signupId' AS signup_id, value->>'destination' AS destination,
               value->>'memo' AS memo FROM json_each(?1)) AS kept
  WHERE deliveries.signup_id = kept.signup_id AND deliveries.destination = kept.destination`;

/** The first attempt and the latest ones are kept. An outage of days must not grow a row without end. */
export const appendToHistory = (line: string): string => `json_insert(
    CASE WHEN history IS NULL THEN '[]'
         WHEN json_array_length(history) >= 20 THEN json_remove(history, '$[1]')
         ELSE history END,
    '$[#]', json(${line}))`;

const WRITE_HISTORY = `
  UPDATE deliveries SET history = ${appendToHistory('tried.line')}
  FROM (
    SELECT value->>'signupId' AS signup_id, value->>'destination' AS destination,
           json_object('at', ?2, 'status', value->>'status', 'reason', value->>'reason',
                       'detail', value->>'detail',
                       'refresh', json(iif(value->>'refresh', 'true', 'false'))) AS line
    FROM json_each(?1)
  ) AS tried
  WHERE deliveries.signup_id = tried.signup_id AND deliveries.destination = tried.destination`;

const SCHEDULE_REFRESH = `
  UPDATE signups SET
    refresh_at = due.refresh_at,
    refreshes = refreshes + due.done,
    refreshed_at = iif(due.done, ?2, refreshed_at)
  FROM (
    SELECT value->>'signupId' AS id, value->>'refreshAt' AS refresh_at, value->>'done' AS done
    FROM json_each(?1)
  ) AS due
  WHERE signups.id = due.id`;

/** A signup has the status of its delivery that is furthest from done. */
export const UPDATE_STATUS = `
  UPDATE signups SET status = coalesce((
    SELECT status FROM deliveries WHERE signup_id = signups.id
    ORDER BY CASE status WHEN 'failed' THEN 0 WHEN 'waiting' THEN 1 WHEN 'delivered' THEN 2 ELSE 3 END
    LIMIT 1), status)
  WHERE id ${IN_LIST}`;
