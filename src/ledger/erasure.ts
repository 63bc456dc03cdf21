// Removing a person from the ledger: their rows go, and tombstones keep what is still on its way from coming back.
import * as z from 'zod/mini';
import { IdRow, IN_LIST, type LedgerDatabase, rowsOf } from './database.ts';
import { END_DRAFTS } from './drafts.ts';
import { emailsIn, tombstonesOf } from './tombstones.ts';
import { FORGET_WAITS } from './waits.ts';

/** How much there was of the person. */
export interface ErasedRows {
  /** Signups, halves that waited for an email, and what events have said of the person beside them. */
  signups: number;
  /** Dead letters of which only the message was kept. */
  unreadable: number;
  deliveries: number;
  /** Of all their signups, each once. */
  visitorIds: readonly string[];
}

/** The customers whose email it is or was. */
const CUSTOMERS = `
  SELECT customer FROM signups WHERE email = ?1 AND customer IS NOT NULL
  UNION SELECT person FROM completions WHERE email = ?1`;

/** `?2`: IDs of unreadable messages. */
const THEIRS = `
  SELECT id FROM signups WHERE email = ?1
  UNION SELECT id FROM signups WHERE customer IN (${CUSTOMERS})
  UNION SELECT value FROM json_each(?2)`;

/** Erases by email, in the spelling that `emailFrom` gives it. Idempotent. */
export async function eraseRows(
  ledger: LedgerDatabase,
  email: string,
  now: string,
): Promise<ErasedRows> {
  const unreadable = await readUnreadable(ledger, email);
  const { emails, customers } = await readNames(ledger, email);
  const names = new Set([...emails, ...customers]);
  const theirs = (statement: string, ...more: unknown[]) =>
    ledger.prepare(statement).bind(email, JSON.stringify(unreadable), ...more);
  // One transaction: a batch under way writes either before it, and is removed, or after it, and is refused.
  const results = await ledger.batch([
    theirs(
      `INSERT INTO erased_signups (id, erased_at) SELECT id, ?3 FROM (${THEIRS}) WHERE true
       ON CONFLICT (id) DO NOTHING`,
      now,
    ),
    ledger
      .prepare(
        `INSERT INTO erased_people (person, erased_at) SELECT value, ?2 FROM json_each(?1) WHERE true
         ON CONFLICT (person) DO UPDATE SET erased_at = excluded.erased_at`,
      )
      .bind(JSON.stringify(await tombstonesOf(names)), now),
    theirs(
      `DELETE FROM visitor_people
       WHERE email IN (SELECT value FROM json_each(?3))
         AND visitor_id IN (SELECT visitor_id FROM signups WHERE id IN (${THEIRS}) AND visitor_id IS NOT NULL)`,
      JSON.stringify(emails),
    ),
    theirs(
      `DELETE FROM waits WHERE (person, signup_id) IN (
         SELECT coalesce(customer, source || ':' || email), id FROM signups WHERE id IN (${THEIRS}))`,
    ),
    theirs(
      `INSERT OR IGNORE INTO stale_periods (period, counting)
       SELECT DISTINCT substr(received_at, 1, 13), '' FROM signups WHERE id IN (${THEIRS})`,
    ),
    theirs(
      `UPDATE roll_ups SET counted_at = NULL WHERE period IN (
         SELECT substr(received_at, 1, 13) FROM signups WHERE id IN (${THEIRS})
         UNION SELECT substr(received_at, 1, 10) FROM signups WHERE id IN (${THEIRS}))`,
    ),
    // One whose signup has no row yet may name the person.
    theirs(
      `DELETE FROM drafts WHERE signup_id IN (${THEIRS}) OR instr(memo, ?3) > 0`,
      JSON.stringify(email).slice(1, -1),
    ),
    theirs(`DELETE FROM deliveries WHERE signup_id IN (${THEIRS}) RETURNING NULL AS visitorId`),
    theirs(`DELETE FROM signups WHERE id IN (${THEIRS}) RETURNING visitor_id AS visitorId`),
    ledger
      .prepare(
        // One that a batch has kept meanwhile names a customer who was not known before.
        `DELETE FROM completions WHERE person ${IN_LIST} OR email ${IN_LIST} RETURNING visitor_id AS visitorId`,
      )
      .bind(JSON.stringify([...names])),
  ]);
  const [deliveries, signups, completions] = results.slice(-3);
  const rows = [...rowsOf(VisitorRow, signups), ...rowsOf(VisitorRow, completions)];
  return {
    signups: rows.length - unreadable.length,
    unreadable: unreadable.length,
    deliveries: deliveries?.results.length ?? 0,
    visitorIds: [...new Set(rows.flatMap(({ visitorId }) => visitorId ?? []))],
  };
}

/** Removes signups that turned out to be of somebody who was erased: when that was done, their rows did not say whose they are. */
export async function eraseSignups(
  ledger: LedgerDatabase,
  ids: readonly string[],
  now: string,
): Promise<void> {
  if (ids.length === 0) return;
  const list = JSON.stringify(ids);
  const theirs = (statement: string, ...more: string[]) =>
    ledger.prepare(statement).bind(list, ...more);
  await ledger.batch([
    theirs(
      `INSERT INTO erased_signups (id, erased_at) SELECT value, ?2 FROM json_each(?1) WHERE true
       ON CONFLICT (id) DO NOTHING`,
      now,
    ),
    theirs(FORGET_WAITS),
    theirs(
      `INSERT OR IGNORE INTO stale_periods (period, counting)
       SELECT DISTINCT substr(received_at, 1, 13), '' FROM signups WHERE id ${IN_LIST}`,
    ),
    theirs(END_DRAFTS),
    theirs(`DELETE FROM deliveries WHERE signup_id ${IN_LIST}`),
    theirs(`DELETE FROM signups WHERE id ${IN_LIST}`),
  ]);
}

/** A person as destinations have to know them before they can erase them. */
export interface KnownPerson {
  /** The one that was asked for first. */
  emails: readonly string[];
  /** As `customerOf` says them. */
  customers: readonly string[];
  signups: readonly string[];
  /** The IDs of their records, by destination. */
  externalIds: ReadonlyMap<string, readonly string[]>;
}

/** What the ledger knows of the person. */
export async function readPerson(ledger: LedgerDatabase, email: string): Promise<KnownPerson> {
  const theirs = (statement: string) => ledger.prepare(statement).bind(email, '[]');
  const [signups, records] = await ledger.batch([
    theirs(`SELECT id FROM signups WHERE id IN (${THEIRS}) ORDER BY id`),
    theirs(
      `SELECT DISTINCT destination, external_id AS externalId FROM deliveries
       WHERE signup_id IN (${THEIRS}) AND external_id IS NOT NULL ORDER BY destination, external_id`,
    ),
  ]);
  const { emails, customers } = await readNames(ledger, email);
  const byDestination = Map.groupBy(rowsOf(RecordRow, records), ({ destination }) => destination);
  return {
    emails,
    customers,
    signups: rowsOf(IdRow, signups).map(({ id }) => id),
    externalIds: new Map(
      [...byDestination].map(([name, rows]) => [name, rows.map(({ externalId }) => externalId)]),
    ),
  };
}

/** The visitors of all signups of the person, each once. */
export async function readVisitorIds(ledger: LedgerDatabase, email: string): Promise<string[]> {
  const result = await ledger
    .prepare(
      `SELECT visitor_id AS visitorId FROM signups WHERE id IN (${THEIRS})
       UNION SELECT visitor_id FROM completions WHERE person IN (${CUSTOMERS})`,
    )
    .bind(email, '[]')
    .all();
  return rowsOf(VisitorRow, result).flatMap(({ visitorId }) => visitorId ?? []);
}

const RecordRow = z.object({ destination: z.string(), externalId: z.string() });
const VisitorRow = z.object({ visitorId: z.nullable(z.string()) });
const NameRow = z.object({ email: z.nullable(z.string()), customer: z.nullable(z.string()) });
const MessageRow = z.object({ id: z.string(), signup: z.string() });

/** Addresses and customers of the person, each once. */
async function readNames(ledger: LedgerDatabase, email: string) {
  const result = await ledger
    .prepare(
      // An address that was never verified may be somebody else's.
      `SELECT iif(email = ?1 OR signup->>'emailVerified' IS NOT 0, email, NULL) AS email, customer
       FROM signups WHERE id IN (${THEIRS})
       UNION SELECT email, person FROM completions WHERE person IN (${CUSTOMERS})`,
    )
    .bind(email, '[]')
    .all();
  const rows = rowsOf(NameRow, result);
  return {
    emails: [...new Set([email, ...rows.flatMap((row) => row.email ?? [])])],
    customers: [...new Set(rows.flatMap((row) => row.customer ?? []))],
  };
}

/** The column has no email of theirs, but the message may. They are few, and their IDs are a range of the key. */
async function readUnreadable(ledger: LedgerDatabase, email: string): Promise<string[]> {
  const result = await ledger
    .prepare(
      `SELECT id, signup FROM signups
       WHERE id >= 'unreadable:' AND id < 'unreadable;' AND instr(lower(signup), ?1) > 0`,
    )
    .bind(JSON.stringify(email).slice(1, -1))
    .all();
  return rowsOf(MessageRow, result)
    .filter(({ signup }) => emailsIn(signup).includes(email))
    .map(({ id }) => id);
}
