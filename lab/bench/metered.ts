// A meter for D1: every statement that runs, with the rows that D1 bills for it.
import type { LedgerDatabase } from '../../src/ledger/database.ts';

export type Bill = (rows: { read: number; written: number }) => void;

/** The same database. `bill` is called once for each statement, also for those of a batch. */
export function metered<Database extends LedgerDatabase>(database: Database, bill: Bill): Database {
  const inside = new WeakMap<D1PreparedStatement, D1PreparedStatement>();
  const note = ({ rows_read, rows_written }: D1Meta) =>
    bill({ read: rows_read, written: rows_written });
  const wrap = (statement: D1PreparedStatement): D1PreparedStatement => {
    const proxy = new Proxy(statement, {
      get(target, key) {
        if (key === 'bind') return (...values: unknown[]) => wrap(target.bind(...values));
        if (key !== 'run' && key !== 'all') throw new Error(`${String(key)} has no meter.`);
        return async () => {
          const result = await target[key]();
          note(result.meta);
          return result;
        };
      },
    });
    inside.set(proxy, statement);
    return proxy;
  };
  const prepare = (statement: string) => wrap(database.prepare(statement));
  const batch = async (statements: D1PreparedStatement[]) => {
    const results = await database.batch(statements.map((one) => inside.get(one) ?? one));
    for (const { meta } of results) note(meta);
    return results;
  };
  return new Proxy(database, {
    get: (target, key) =>
      key === 'prepare' ? prepare : key === 'batch' ? batch : Reflect.get(target, key),
  });
}
