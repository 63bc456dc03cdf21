// What is known of the person of an incomplete signup: from events that are no signups, from other signups, and from the
// first half of the same one.
import * as z from 'zod/mini';
import { parseJson } from '../json.ts';
import { Signup } from '../model.ts';
import { customerOf, personOf } from './customer.ts';
import { IdRow, IN_LIST, type LedgerDatabase, OF_ONE, rowsOf } from './database.ts';
import { wakeLater } from './end-waits.ts';
import { readSignups, STORED_COLUMNS, StoredRow } from './stored-signups.ts';
import { tombstonesOf } from './tombstones.ts';

/** What events have said of a person. The latest one counts. */
export interface News {
  email?: string | undefined;
  emailVerified?: boolean | undefined;
  name?: string | undefined;
  visitorId?: string | undefined;
  /** When the event that says so happened; ISO 8601. */
  occurredAt: string;
}

/** A batch wakes so many signups at most. The rescue brings the others. */
const WOKEN_AT_ONCE = 50;
/** Only somebody who plays with the form has more. */
const WOKEN_LATER = 500;

/**
 * Keeps what completing events say, and returns the incomplete signups that events of this batch may complete. Both the
 * event and the signup look for the other, each after it was written, so that neither can miss the other.
 */
export async function takeNews(
  ledger: LedgerDatabase,
  signups: readonly Signup[],
  now: string,
): Promise<Signup[]> {
  const events = signups.filter(({ completing }) => completing);
  const persons = signups.flatMap((signup) => wakes(signup) ?? []);
  if (persons.length === 0) return [];
  const kept = await Promise.all(
    events.flatMap(async (event) => ({
      ...event,
      visitorId: event.visitorIdGuessed ? undefined : event.visitorId,
      person: customerOf(event),
      tombstones: await tombstonesOf(
        [personOf(event), event.email].filter((name) => name !== undefined),
      ),
    })),
  );
  const ids = JSON.stringify(signups.map(({ id }) => id));
  const results = await ledger.batch([
    ...(kept.length > 0 ? [ledger.prepare(KEEP).bind(JSON.stringify(kept))] : []),
    ledger.prepare(WOKEN).bind(JSON.stringify(persons), ids),
  ]);
  const woken = rowsOf(StoredRow, results.at(-1));
  if (woken.length === WOKEN_AT_ONCE) {
    const known = JSON.stringify([...signups, ...woken].map(({ id }) => id));
    const others = await ledger.prepare(OTHERS).bind(JSON.stringify(persons), known).all();
    await wakeLater(ledger, rowsOf(IdRow, others), now);
  }
  const stored = readSignups(woken);
  // By its address alone, a signup is found by nothing but its verification.
  return stored.flatMap(({ signup }) =>
    signup && signup.customerId === undefined ? { ...signup, emailVerified: true } : (signup ?? []),
  );
}

/** The name under which the event may find somebody who waits. An address alone proves itself only when it is verified. */
function wakes(signup: Signup): string | undefined {
  const { email, emailVerified, visitorId, refresh } = signup;
  if (refresh || (email === undefined && visitorId === undefined)) return undefined;
  return customerOf(signup) ?? (emailVerified ? personOf(signup) : undefined);
}

const IS_NEWER = 'excluded.occurred_at >= completions.occurred_at';
const latest = (column: string) =>
  `iif(${IS_NEWER}, coalesce(excluded.${column}, ${column}), coalesce(${column}, excluded.${column}))`;

/** Nothing is kept for a person whose signup has arrived with all that the event says. */
const KEEP = `
  INSERT INTO completions (person, email, email_verified, name, visitor_id, occurred_at, received_at)
  SELECT value->>'person', value->>'email', value->>'emailVerified', value->>'name', value->>'visitorId',
         value->>'occurredAt', value->>'receivedAt'
  FROM json_each(?1) AS event
  WHERE value->>'person' IS NOT NULL
    AND NOT EXISTS (
      SELECT 1 FROM json_each(event.value, '$.tombstones') AS name
      CROSS JOIN erased_people ON person = name.value
      WHERE erased_at >= min(event.value->>'receivedAt', event.value->>'occurredAt'))
    AND NOT EXISTS (
      SELECT 1 FROM (
        SELECT status, email, visitor_id FROM signups
        WHERE customer = event.value->>'person' ORDER BY occurred_at DESC LIMIT ${OF_ONE}) AS latest
      WHERE status = 'delivered' AND latest.email = ifnull(event.value->>'email', latest.email)
        AND (event.value->>'visitorId' IS NULL OR latest.visitor_id IS NOT NULL))
  ON CONFLICT (person) DO UPDATE SET
    email_verified = CASE
      WHEN email IS excluded.email OR excluded.email IS NULL THEN max(ifnull(email_verified, excluded.email_verified),
                                                                      ifnull(excluded.email_verified, email_verified))
      WHEN ${IS_NEWER} OR email IS NULL THEN excluded.email_verified
      ELSE email_verified END,
    email = ${latest('email')},
    name = ${latest('name')},
    visitor_id = ${latest('visitor_id')},
    occurred_at = max(occurred_at, excluded.occurred_at),
    received_at = max(received_at, excluded.received_at)`;

const ARE_WOKEN = `w.person ${IN_LIST} AND w.signup_id NOT IN (SELECT value FROM json_each(?2))`;

const WOKEN = `
  SELECT ${STORED_COLUMNS} FROM waits w JOIN signups s ON s.id = w.signup_id
  WHERE ${ARE_WOKEN} LIMIT ${WOKEN_AT_ONCE}`;
const OTHERS = `SELECT w.signup_id AS id FROM waits w WHERE ${ARE_WOKEN} LIMIT ${WOKEN_LATER}`;

/** What completes these signups: statements for a round trip, and a reader of their results. */
export function newsOf(database: LedgerDatabase, signups: readonly Signup[]) {
  const incomplete = signups.filter(
    ({ email, emailVerified, visitorId, visitorIdGuessed, refresh }) =>
      !refresh && (!email || emailVerified === false || !visitorId || visitorIdGuessed),
  );
  const namesIn = (some: readonly Signup[]) => some.flatMap((signup) => customerOf(signup) ?? []);
  const read = (statement: string, values: readonly string[]) =>
    database.prepare(statement).bind(JSON.stringify([...new Set(values)]));
  return {
    statements: [
      read(READ_COMPLETIONS, namesIn(incomplete)),
      read(READ_ADDRESSES, namesIn(incomplete.filter(({ email }) => !email))),
      read(
        READ_HALVES,
        signups.map(({ id }) => id),
      ),
    ],
    parse([completions, addresses, halves]: readonly (D1Result | undefined)[]) {
      const told = newsByPerson(completions);
      const known = newsByPerson(addresses);
      const stored = new Map(rowsOf(HalfRow, halves).map(({ id, signup }) => [id, signup]));
      return (signup: Signup) => {
        const customer = customerOf(signup) ?? '';
        return {
          news: [told.get(customer) ?? [], known.get(customer) ?? []].flat(),
          half: Signup.safeParse(parseJson(stored.get(signup.id) ?? '')).data,
        };
      };
    },
  };
}

/** The customers of whom something is known, among these. */
export async function readKnown(
  ledger: LedgerDatabase,
  signups: readonly Signup[],
): Promise<Signup[]> {
  const { statements, parse } = newsOf(ledger, signups);
  const newsFor = parse(await ledger.batch(statements));
  return signups.filter((signup) => newsFor(signup).news.length > 0);
}

function newsByPerson(result: D1Result | undefined): ReadonlyMap<string, News> {
  return new Map(
    rowsOf(NewsRow, result).map(({ person, emailVerified, ...row }) => [
      person,
      {
        email: row.email ?? undefined,
        emailVerified: emailVerified === null ? undefined : emailVerified === 1,
        name: row.name ?? undefined,
        visitorId: row.visitorId ?? undefined,
        occurredAt: row.occurredAt,
      },
    ]),
  );
}

const NewsRow = z.object({
  person: z.string(),
  email: z.nullable(z.string()),
  emailVerified: z.nullable(z.number()),
  name: z.nullable(z.string()),
  visitorId: z.nullable(z.string()),
  occurredAt: z.string(),
});
const HalfRow = z.object({ id: z.string(), signup: z.string() });

const READ_COMPLETIONS = `
  SELECT person, email, email_verified AS emailVerified, name, visitor_id AS visitorId, occurred_at AS occurredAt
  FROM completions WHERE person ${IN_LIST}`;

/** Of another signup of the customer, such as a checkout. Its visitor is its own. */
const READ_ADDRESSES = `
  SELECT s.customer AS person, s.email, s.signup->>'emailVerified' AS emailVerified, s.signup->>'name' AS name,
         NULL AS visitorId, s.occurred_at AS occurredAt
  FROM json_each(?1) AS asked JOIN signups s ON s.id = (
    SELECT id FROM (SELECT id, email FROM signups WHERE customer = asked.value ORDER BY occurred_at DESC LIMIT ${OF_ONE})
    WHERE email IS NOT NULL LIMIT 1)`;

/** What has not arrived may have learned something that its message does not say. */
const READ_HALVES = `SELECT id, signup FROM signups WHERE id ${IN_LIST} AND status <> 'delivered'`;
