// How many statements of D1 an invocation may still make. Beyond its plan's number D1 refuses, which would look like a ledger
// that does not work.
import type { LedgerDatabase } from './database.ts';

export interface StatementMeter {
  ledger: LedgerDatabase;
  statementsLeft(): number;
}

/** Of the Paid plan. https://developers.cloudflare.com/d1/platform/limits/ */
const MOST = 1_000;

/** Counts the statements that are prepared with `ledger`: each is run once. */
export function meterStatements(ledger: LedgerDatabase, allowed: number): StatementMeter {
  let made = 0;
  return {
    ledger: {
      prepare(statement) {
        made += 1;
        return ledger.prepare(statement);
      },
      batch: (statements) => ledger.batch(statements),
    },
    statementsLeft: () => Math.max(0, Math.min(MOST, allowed) - made),
  };
}
