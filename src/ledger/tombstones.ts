// Tombstones: who was erased, as digests, so that nothing that is still on its way brings them back.
import * as z from 'zod/mini';
import { digest } from '../crypto.ts';
import { emailFrom } from '../identifiers.ts';
import type { Signup } from '../model.ts';
import { namesOf } from './customer.ts';
import { IdRow, IN_LIST, type LedgerDatabase, rowsOf } from './database.ts';

/** The erasures that concern a batch. */
export interface Erasures {
  /** Ids that were erased while their message was on its way. */
  ids: ReadonlySet<string>;
  /** When people were erased, by their email or customer. */
  people: ReadonlyMap<string, string>;
}

/** The names under which a person is erased, as they are kept. */
export function tombstonesOf(names: Iterable<string>): Promise<string[]> {
  return Promise.all([...names].map(digest));
}

/** Reads the erasures that concern these signups: statements for a round trip, and a reader of their results. */
export async function erasuresOf(database: LedgerDatabase, signups: readonly Signup[]) {
  const names = [...new Set(signups.flatMap(namesOf))];
  const tombstones = await tombstonesOf(names);
  const read = (statement: string, values: readonly string[]) =>
    database.prepare(statement).bind(JSON.stringify(values));
  return {
    statements: [
      read(
        `SELECT id FROM erased_signups WHERE id ${IN_LIST}`,
        signups.map(({ id }) => id),
      ),
      read(
        `SELECT person, erased_at AS erasedAt FROM erased_people WHERE person ${IN_LIST}`,
        tombstones,
      ),
    ],
    parse([ids, people]: readonly (D1Result | undefined)[]): Erasures {
      const rows = rowsOf(PersonRow, people);
      const times = new Map(rows.map(({ person, erasedAt }) => [person, erasedAt]));
      return {
        ids: new Set(rowsOf(IdRow, ids).map(({ id }) => id)),
        people: new Map(
          names.flatMap((name, index) => {
            const erasedAt = times.get(tombstones[index] ?? '');
            return erasedAt === undefined ? [] : [[name, erasedAt] as const];
          }),
        ),
      };
    },
  };
}

const PersonRow = z.object({ person: z.string(), erasedAt: z.string() });

/** Reads them again, for signups whose visitors took their time. */
export async function readErasures(
  database: LedgerDatabase,
  signups: readonly Signup[],
): Promise<Erasures> {
  const { statements, parse } = await erasuresOf(database, signups);
  return parse(await database.batch(statements));
}

/** When it happened, as far as an erasure is concerned: somebody who began before it may sign up again after it. */
export const happenedAtOf = ({ eventAt, occurredAt }: Signup): string => eventAt ?? occurredAt;

/**
 * In SQL, of the `value` of a row of `json_each` that is named `entry` and says `tombstones`, `receivedAt` and `happenedAt`.
 * What was erased while its batch was on the way stays erased.
 */
export const IS_ERASED = `EXISTS (
  SELECT 1 FROM json_each(entry.value, '$.tombstones') AS name
  CROSS JOIN erased_people ON person = name.value
  WHERE erased_at >= min(entry.value->>'receivedAt', entry.value->>'happenedAt'))`;

/**
 * What happened or arrived before the erasure does not bring the person back. What happens afterwards is a new signup.
 */
export function isErased({ ids, people }: Erasures, signup: Signup): boolean {
  return ids.has(signup.id) || namesOf(signup).some((name) => isBefore(signup, people.get(name)));
}

/** Whether it happened or arrived before the erasure, if there was one. */
export const isBefore = (signup: Signup, erasedAt: string | undefined): boolean =>
  erasedAt !== undefined && (signup.receivedAt <= erasedAt || happenedAtOf(signup) <= erasedAt);

/** No address is longer, with whatever stands before it. */
const MAX_TOKEN = 1000;

/** Every text that may be an email address, lower case, of a message of which only the text is known. */
export function emailsIn(text: string): string[] {
  const found = new Set<string>();
  for (const token of text.split(/[\s"<>(),;]+/)) {
    if (token.length > MAX_TOKEN || !token.includes('@')) continue;
    // What stands before, as in `mailto:`, may belong to the address or not.
    const parts = token.split(/(?<=[:=/\\])/);
    for (const start of parts.keys()) {
      const email = emailFrom(
        parts
          .slice(start)
          .join('')
          .replace(/[.!?\]}\\]+$/, ''),
      );
      if (email !== undefined) found.add(email);
    }
  }
  return [...found];
}
