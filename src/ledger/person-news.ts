// What is known of the person of an incomplete signup: from events that are no signups, from other signups, and from the
// first half of the same one.
import * as z from 'zod/mini';
import { parseJson } from '../json.ts';
import { Signup } from '../model.ts';
import { customerOf, personOf } from './customer.ts';
import { IN_LIST, type LedgerDatabase, OF_ONE, rowsOf } from './database.ts';

/** What events have said of a person. The latest one counts. */
export interface News {
  email?: string | undefined;
  emailVerified?: boolean | undefined;
  name?: string | undefined;
  visitorId?: string | undefined;
  /** When the event that says so happened; ISO 8601. */
  occurredAt: string;
}

/** What completes these signups: statements for a round trip, and a reader of their results. */
export function personNews(database: LedgerDatabase, signups: readonly Signup[]) {
  const incomplete = signups.filter(
    ({ email, emailVerified, visitorId, visitorIdGuessed, refresh }) =>
      !refresh && (!email || emailVerified === false || !visitorId || visitorIdGuessed),
  );
  const lacking = incomplete.filter(
    ({ email, emailVerified }) => email === undefined || emailVerified === false,
  );
  const read = (statement: string, values: readonly unknown[]) =>
    database.prepare(statement).bind(JSON.stringify(values));
  const personsIn = (some: readonly Signup[]) =>
    new Set(some.flatMap((one) => personOf(one) ?? []));
  return {
    statements: [
      read(READ_COMPLETIONS, [...personsIn(incomplete)]),
      read(
        READ_OTHERS,
        lacking.map((signup) => ({
          person: personOf(signup),
          source: signup.source,
          customer: customerOf(signup),
          email: signup.email,
        })),
      ),
      read(
        READ_HALVES,
        signups.map(({ id }) => id),
      ),
    ],
    parse([completions, others, halves]: readonly (D1Result | undefined)[]) {
      const known = [...rowsOf(NewsRow, completions), ...rowsOf(NewsRow, others)];
      const byPerson = Map.groupBy(known, ({ person }) => person);
      const stored = new Map(rowsOf(HalfRow, halves).map(({ id, signup }) => [id, signup]));
      return (signup: Signup) => ({
        news: byPerson.get(personOf(signup) ?? '')?.map(newsOf) ?? [],
        half: Signup.safeParse(parseJson(stored.get(signup.id) ?? '')).data,
      });
    },
  };
}

/** Those of these signups of whose person something is known. */
export async function readKnown(
  ledger: LedgerDatabase,
  signups: readonly Signup[],
): Promise<Signup[]> {
  const { statements, parse } = personNews(ledger, signups);
  const newsFor = parse(await ledger.batch(statements));
  return signups.filter((signup) => newsFor(signup).news.length > 0);
}

function newsOf({ person: _, emailVerified, ...row }: z.output<typeof NewsRow>): News {
  return {
    email: row.email ?? undefined,
    emailVerified: emailVerified === null ? undefined : emailVerified === 1,
    name: row.name ?? undefined,
    visitorId: row.visitorId ?? undefined,
    occurredAt: row.occurredAt,
  };
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

/**
 * Another signup of the person: for one without an address the latest that has one, such as a checkout; for one whose
 * address is not verified the latest by which the same address is. The visitor of each is its own.
 */
const READ_OTHERS = `
  SELECT asked.value->>'person' AS person, s.email, s.signup->>'emailVerified' AS emailVerified,
         s.signup->>'name' AS name, NULL AS visitorId, s.occurred_at AS occurredAt
  FROM json_each(?1) AS asked JOIN signups s ON s.id = CASE
    WHEN asked.value->>'email' IS NULL THEN (
      SELECT id FROM (
        SELECT id, email FROM signups WHERE customer = asked.value->>'customer'
        ORDER BY occurred_at DESC LIMIT ${OF_ONE})
      WHERE email IS NOT NULL LIMIT 1)
    WHEN asked.value->>'customer' IS NOT NULL THEN (
      SELECT id FROM (
        SELECT id, email, signup FROM signups WHERE customer = asked.value->>'customer'
        ORDER BY occurred_at DESC LIMIT ${OF_ONE})
      WHERE email = asked.value->>'email' AND signup->>'emailVerified' = 1 LIMIT 1)
    ELSE (
      SELECT id FROM (
        SELECT id, source, customer, signup FROM signups WHERE email = asked.value->>'email'
        ORDER BY occurred_at DESC LIMIT ${OF_ONE})
      WHERE source = asked.value->>'source' AND customer IS NULL AND signup->>'emailVerified' = 1 LIMIT 1)
    END`;

/** What has not arrived may have learned something that its message does not say. */
const READ_HALVES = `SELECT id, signup FROM signups WHERE id ${IN_LIST} AND status <> 'delivered'`;
