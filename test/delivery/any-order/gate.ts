// A gate before the ledger: several invocations work at the same time, and each call of the ledger waits until it is let
// through, in an order that the test draws. A call may fail, or be the last thing that its invocation does.
import type { LedgerDatabase } from '../../../src/ledger/database.ts';

/** What happens to one call of an invocation: whether the statement is executed, and how the call ends. */
export interface Trouble {
  /** Counted from 0. */
  atCall: number;
  isExecuted: boolean;
  /** `throws`: D1 answers with an error. `dies`: the invocation is ended without a word. */
  ends: 'throws' | 'dies';
}

interface Invocation {
  waiting: (() => Promise<unknown>)[];
  isOver: boolean;
  calls: number;
}

export interface Gate {
  /** Runs the work with a ledger of its own. `dead`: it was ended without a word. */
  invoke(
    trouble: Trouble | undefined,
    work: (ledger: LedgerDatabase) => Promise<unknown>,
  ): Promise<'done' | 'dead'>;
}

/** `pick`: a number from 0 up to the limit, which is left out. `atOnce`: so many invocations begin. */
export function openGate(
  database: LedgerDatabase,
  atOnce: number,
  pick: (limit: number) => number,
): Gate {
  const invocations: Invocation[] = [];

  /** Lets one call through, when all invocations have come to the gate. */
  async function turn(): Promise<void> {
    const live = invocations.filter(({ isOver }) => !isOver);
    const isEverybodyHere = invocations.length === atOnce;
    if (!isEverybodyHere || live.length === 0 || live.some(({ waiting }) => waiting.length === 0)) {
      return;
    }
    await live[pick(live.length)]?.waiting.shift()?.();
    void turn();
  }

  return {
    async invoke(trouble, work) {
      const invocation: Invocation = { waiting: [], isOver: false, calls: 0 };
      invocations.push(invocation);
      const death = Promise.withResolvers<'dead'>();
      const pass = async <Result>(call: () => Promise<Result>): Promise<Result> => {
        const place = invocation.calls;
        invocation.calls += 1;
        const mine = trouble?.atCall === place ? trouble : undefined;
        const through = Promise.withResolvers<Result>();
        invocation.waiting.push(async () => {
          const isExecuted = mine === undefined || mine.isExecuted;
          const result = isExecuted ? call() : undefined;
          // Whoever asked may go on before the next turn: its next call is to be at the gate by then.
          await result?.catch(() => undefined);
          if (mine?.ends === 'dies') death.resolve('dead');
          else if (mine || !result) through.reject(new Error('D1_ERROR: Network connection lost.'));
          else result.then(through.resolve, through.reject);
        });
        void turn();
        return through.promise;
      };
      const ended = work(gated(database, pass)).then(() => 'done' as const);
      try {
        return await Promise.race([ended, death.promise]);
      } finally {
        invocation.isOver = true;
        void turn();
      }
    },
  };
}

type Pass = <Result>(call: () => Promise<Result>) => Promise<Result>;

function gated(database: LedgerDatabase, pass: Pass): LedgerDatabase {
  const inside = new WeakMap<D1PreparedStatement, D1PreparedStatement>();
  const wrap = (statement: D1PreparedStatement): D1PreparedStatement => {
    const wrapped = new Proxy(statement, {
      get(target, key) {
        if (key === 'bind') return (...values: unknown[]) => wrap(target.bind(...values));
        if (key === 'run' || key === 'all' || key === 'first') {
          return () => pass<unknown>(() => target[key]());
        }
        return Reflect.get(target, key);
      },
    });
    inside.set(wrapped, statement);
    return wrapped;
  };
  return {
    prepare: (sql) => wrap(database.prepare(sql)),
    batch: <Row>(statements: D1PreparedStatement[]) =>
      pass(() => database.batch<Row>(statements.map((one) => inside.get(one) ?? one))),
  };
}
