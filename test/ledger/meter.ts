// The ledger of a test with a meter: what D1 bills for everything that is asked through it.
import { env } from 'cloudflare:workers';
import type { LedgerDatabase } from '../../src/ledger/database.ts';

export interface Billed {
  read: number;
  written: number;
}

export function meter(database: LedgerDatabase = env.LEDGER): {
  ledger: LedgerDatabase;
  billed: Billed;
} {
  const billed: Billed = { read: 0, written: 0 };
  const bill = ({ rows_read, rows_written }: D1Meta) => {
    billed.read += rows_read;
    billed.written += rows_written;
  };
  const metered = (statement: D1PreparedStatement): D1PreparedStatement =>
    new Proxy(statement, {
      get(target, key) {
        if (key === 'bind') return (...values: unknown[]) => metered(target.bind(...values));
        if (key === 'run' || key === 'all') {
          return async () => {
            const result = await target[key]();
            bill(result.meta);
            return result;
          };
        }
        if (key === INSIDE) return target;
        return Reflect.get(target, key);
      },
    });
  return {
    billed,
    ledger: {
      prepare: (statement) => metered(database.prepare(statement)),
      async batch<Row>(statements: D1PreparedStatement[]) {
        const results = await database.batch<Row>(
          statements.map((statement): D1PreparedStatement => Reflect.get(statement, INSIDE)),
        );
        for (const { meta } of results) bill(meta);
        return results;
      },
    },
  };
}

const INSIDE = Symbol('the statement inside');
