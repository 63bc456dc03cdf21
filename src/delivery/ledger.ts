// The ledger: one row per signup, one per delivery, written in one round trip for a whole batch.
import * as z from 'zod/mini';
import {
  type Attribution,
  DELIVERY_STATUSES,
  type Delivery,
  type DeliveryStatus,
  type Match,
  type Prediction,
  type Signup,
} from '../model.ts';

export type LedgerDatabase = Pick<D1Database, 'prepare' | 'batch'>;

/** How far a signup has come with one destination. */
export interface Progress {
  status: DeliveryStatus;
  attempts: number;
  reason: string | null;
}

/** What one try did with one destination. */
export type Attempt = Pick<
  Delivery,
  'destination' | 'status' | 'reason' | 'externalId' | 'written'
> & {
  /** For `waiting`: ISO 8601. */
  nextAttemptAt?: string;
  /** The destination was not asked, since something else was not to be had: no try of its own. */
  notAsked?: true;
};

export interface LedgerEntry {
  signup: Signup;
  /** What to keep of a message that is no readable signup. */
  unreadable?: unknown;
  match?: Match;
  attribution?: Attribution;
  prediction?: Prediction;
  /** DataFast was asked for the visitor and could not answer. */
  lookupFailed?: true;
  attempts: readonly Attempt[];
  /** When the live fields are to be written again, ISO 8601; `null`: never. Absent leaves it as it is. */
  refreshAt?: string | null;
  /** Of a signup that had arrived before: what fails leaves its delivery as it is. */
  isRefresh?: true;
}

/** What the ledger knows of signups before they are delivered. */
export interface Standing {
  /** By signup id, then by destination; signups the ledger does not know are absent. */
  progress: ReadonlyMap<string, ReadonlyMap<string, Progress>>;
  /** Ids that were erased while their message was on its way: it must not bring them back. */
  erased: ReadonlySet<string>;
  /** When people were erased, by the digest of their email: nothing received before may bring them back. */
  erasedPeople: ReadonlyMap<string, string>;
}

/** Reads it in one round trip. */
export async function readStanding(
  database: LedgerDatabase,
  signupIds: readonly string[],
): Promise<Standing> {
  const ids = JSON.stringify(signupIds);
  const inIds = 'IN (SELECT value FROM json_each(?1))';
  const [deliveries, erased, people] = await database.batch<Record<string, unknown>>([
    database
      .prepare(
        `SELECT signup_id AS signupId, destination, status, attempts, reason
         FROM deliveries WHERE signup_id ${inIds}`,
      )
      .bind(ids),
    database.prepare(`SELECT id FROM erased_signups WHERE id ${inIds}`).bind(ids),
    database.prepare('SELECT person, erased_at AS erasedAt FROM erased_people'),
  ]);
  const progress = new Map<string, Map<string, Progress>>();
  for (const { signupId, destination, ...row } of ProgressRows.parse(deliveries?.results)) {
    const destinations = progress.get(signupId) ?? new Map<string, Progress>();
    progress.set(signupId, destinations.set(destination, row));
  }
  return {
    progress,
    erased: new Set(ErasedRows.parse(erased?.results).map(({ id }) => id)),
    erasedPeople: new Map(
      ErasedPeople.parse(people?.results).map(({ person, erasedAt }) => [person, erasedAt]),
    ),
  };
}

const ProgressRows = z.array(
  z.object({
    signupId: z.string(),
    destination: z.string(),
    status: z.enum(DELIVERY_STATUSES),
    attempts: z.number(),
    reason: z.nullable(z.string()),
  }),
);
const ErasedRows = z.array(z.object({ id: z.string() }));
const ErasedPeople = z.array(z.object({ person: z.string(), erasedAt: z.string() }));

/** What events of these customers (`<source>:<id>`) have told about them. */
export async function readCustomers(
  database: LedgerDatabase,
  customers: readonly string[],
): Promise<ReadonlyMap<string, CustomerDetails>> {
  const { results } = await database
    .prepare(
      `SELECT customer, email, signup->>'name' AS name, occurred_at AS occurredAt FROM signups
       WHERE customer IN (SELECT value FROM json_each(?1)) AND email IS NOT NULL
       ORDER BY occurred_at`,
    )
    .bind(JSON.stringify(customers))
    .all<{ customer: string; email: string; name: string | null; occurredAt: string }>();
  return new Map(
    results.map(({ customer, name, ...details }) => [
      customer,
      { ...details, name: name ?? undefined },
    ]),
  );
}

export interface CustomerDetails {
  email: string;
  name?: string;
  /** When the event that says so happened; the latest one counts. */
  occurredAt: string;
}

/**
 * Records what happened, all or nothing. A delivery that has arrived stays delivered, whatever a late
 * duplicate or a dead letter says afterwards.
 */
export async function recordEntries(
  database: LedgerDatabase,
  entries: readonly LedgerEntry[],
  now: string,
): Promise<void> {
  if (entries.length === 0) return;
  const bind = (statement: string, rows: readonly unknown[]) =>
    database.prepare(statement).bind(JSON.stringify(rows), now);
  const settled = entries.flatMap(settledRows);
  await database.batch([
    bind(WRITE_SIGNUPS, entries.map(signupRow)),
    bind(WRITE_DELIVERIES, settled),
    bind(WRITE_HISTORY, entries.flatMap(attemptRows)),
    bind(SCHEDULE_REFRESH, entries.flatMap(refreshRows)),
    database.prepare(SETTLE_STATUS).bind(JSON.stringify(entries.map(({ signup }) => signup.id))),
  ]);
}

/** Customer ids are the provider's own: the same id of another source is another person. */
export function customerOf({ source, customerId }: Signup): string | undefined {
  return customerId === undefined ? undefined : `${source}:${customerId}`;
}

function signupRow({
  signup,
  unreadable,
  match,
  attribution,
  prediction,
  lookupFailed,
}: LedgerEntry) {
  return {
    id: signup.id,
    source: signup.source,
    email: signup.email,
    visitorId: signup.visitorId,
    customer: customerOf(signup),
    match,
    // Without a visitor the CRM gets no channel, and the list says what the CRM says.
    channel: match === 'matched' ? attribution?.channel : undefined,
    broughtBy: match === 'matched' ? attribution?.source : undefined,
    occurredAt: signup.occurredAt,
    receivedAt: signup.receivedAt,
    signup: JSON.stringify(unreadable ?? signup),
    attribution: attribution && JSON.stringify(attribution),
    lookups: lookupFailed ? 1 : 0,
    score: prediction?.score,
    expectedValue: prediction?.expectedValue,
  };
}

/** The attempts that say where a delivery stands. */
function settledRows(entry: LedgerEntry) {
  return attemptRows(entry).filter(({ status }) => !entry.isRefresh || status === 'delivered');
}

function attemptRows({ signup, attempts, isRefresh }: LedgerEntry) {
  return attempts.map(({ written, notAsked, ...attempt }) => ({
    signupId: signup.id,
    ...attempt,
    tries: notAsked ? 0 : 1,
    refresh: isRefresh,
    written: written && JSON.stringify(written),
  }));
}

function refreshRows({ signup, refreshAt, isRefresh, attempts }: LedgerEntry) {
  if (refreshAt === undefined) return [];
  const isDone = isRefresh && attempts.some(({ status }) => status === 'delivered');
  return [{ signupId: signup.id, refreshAt, done: isDone ? 1 : 0 }];
}

// What was erased while its batch was on the way stays erased.
const WRITE_SIGNUPS = `
  INSERT INTO signups (id, source, email, visitor_id, customer, match, status, channel,
                       occurred_at, received_at, updated_at, signup, attribution,
                       lookups, score, expected_value, brought_by)
  SELECT value->>'id', value->>'source', value->>'email', value->>'visitorId',
         value->>'customer', value->>'match', 'waiting', value->>'channel', value->>'occurredAt', value->>'receivedAt', ?2,
         value->>'signup', value->>'attribution',
         value->>'lookups', value->>'score', value->>'expectedValue', value->>'broughtBy'
  FROM json_each(?1) WHERE value->>'id' NOT IN (SELECT id FROM erased_signups)
  ON CONFLICT (id) DO UPDATE SET
    email = coalesce(excluded.email, email),
    visitor_id = coalesce(excluded.visitor_id, visitor_id),
    customer = coalesce(excluded.customer, customer),
    signup = excluded.signup,
    match = coalesce(excluded.match, match),
    channel = coalesce(excluded.channel, channel),
    attribution = coalesce(excluded.attribution, attribution),
    brought_by = coalesce(excluded.brought_by, brought_by),
    lookups = lookups + excluded.lookups,
    score = coalesce(excluded.score, score),
    expected_value = coalesce(excluded.expected_value, expected_value),
    updated_at = excluded.updated_at`;

const WRITE_DELIVERIES = `
  INSERT INTO deliveries (signup_id, destination, status, attempts, reason, external_id,
                          delivered_at, next_attempt_at, written, updated_at)
  SELECT value->>'signupId', value->>'destination', value->>'status', value->>'tries', value->>'reason',
         value->>'externalId', iif(value->>'status' = 'delivered', ?2, NULL),
         value->>'nextAttemptAt', value->>'written', ?2
  FROM json_each(?1) WHERE value->>'signupId' NOT IN (SELECT id FROM erased_signups)
  ON CONFLICT (signup_id, destination) DO UPDATE SET
    status = excluded.status,
    attempts = attempts + excluded.attempts,
    reason = excluded.reason,
    external_id = coalesce(excluded.external_id, external_id),
    delivered_at = coalesce(excluded.delivered_at, delivered_at),
    next_attempt_at = excluded.next_attempt_at,
    written = iif(excluded.written IS NULL, written, json_patch(coalesce(written, '{}'), excluded.written)),
    updated_at = excluded.updated_at
  WHERE deliveries.status <> 'delivered' OR excluded.status = 'delivered'`;

/** The first try and the latest are kept; an outage of days must not grow a row without end. */
const WRITE_HISTORY = `
  UPDATE deliveries SET history = json_insert(
    CASE WHEN history IS NULL THEN '[]'
         WHEN json_array_length(history) >= 20 THEN json_remove(history, '$[1]')
         ELSE history END,
    '$[#]', json(tried.line))
  FROM (
    SELECT value->>'signupId' AS signup_id, value->>'destination' AS destination,
           json_object('at', ?2, 'status', value->>'status', 'reason', value->>'reason',
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

/** A signup stands where its delivery furthest from done stands. */
const SETTLE_STATUS = `
  UPDATE signups SET status = coalesce((
    SELECT status FROM deliveries WHERE signup_id = signups.id
    ORDER BY CASE status WHEN 'failed' THEN 0 WHEN 'waiting' THEN 1 WHEN 'delivered' THEN 2 ELSE 3 END
    LIMIT 1), status)
  WHERE id IN (SELECT value FROM json_each(?1))`;
