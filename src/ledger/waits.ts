// Incomplete signups in the ledger: under whose name they wait, and until when.
import { personOf } from './customer.ts';
import { IN_LIST, type LedgerDatabase } from './database.ts';
import type { LedgerEntry } from './entry.ts';
import { LACKING, lackOf } from './lacks.ts';

/** For the round trip that records these entries, after their deliveries. */
export function waitStatements(
  ledger: LedgerDatabase,
  entries: readonly LedgerEntry[],
): D1PreparedStatement[] {
  const recorded = entries.filter(({ signup }) => !signup.refresh);
  const waits = recorded.flatMap(({ signup, attempts }) => {
    const lacking = attempts.filter(
      (attempt) => lackOf({ ...attempt, reason: attempt.reason?.code }) !== undefined,
    );
    const until = lacking.find(({ isParked }) => isParked)?.nextAttemptAt;
    const person = personOf(signup);
    return lacking.length > 0 && person ? [{ id: signup.id, person, until }] : [];
  });
  const ids = recorded.map(({ signup }) => signup.id);
  const bind = (statement: string, value: unknown) =>
    ledger.prepare(statement).bind(JSON.stringify(value));
  return [
    ...(waits.length > 0 ? [bind(WAIT, waits)] : []),
    ...(ids.length > waits.length ? [bind(END, ids)] : []),
  ];
}

const WAIT = `
  INSERT INTO waits (signup_id, person, until)
  SELECT value->>'id', value->>'person', value->>'until' FROM json_each(?1)
  WHERE value->>'id' IN (SELECT id FROM signups)
  ON CONFLICT (signup_id) DO UPDATE SET person = excluded.person, until = excluded.until
    WHERE person <> excluded.person OR until IS NOT excluded.until`;

const END = `
  DELETE FROM waits
  WHERE signup_id ${IN_LIST}
    AND NOT EXISTS (SELECT 1 FROM deliveries
                    WHERE signup_id = waits.signup_id AND reason IN ${LACKING})`;
