// Counts what each invocation of the Worker spends: requests, statements and rows of D1, keys of KV.
import { metered } from '../bench/metered.ts';
import { onClock } from '../chaos/worker-cache.ts';
import { clock } from '../truth/virtual-time.ts';
import { type Invocation, SPENDINGS, type Spent } from './play.ts';

export interface Meter {
  /** The bindings, with their meters. */
  env: Pick<Env, 'LEDGER' | 'VISITORS'>;
  spent: Record<Invocation, Spent>;
  /** The most of one invocation. */
  most: Record<Invocation, Spent>;
  /** A request to a service outside. */
  request(): void;
  /** One invocation at a time. */
  invoke<Result>(kind: Invocation, work: () => Promise<Result>): Promise<Result>;
}

const nothing = (): Spent => ({
  ...{ invocations: 0, requests: 0, statements: 0, rowsRead: 0, rowsWritten: 0 },
  ...{ cacheReads: 0, cacheWrites: 0 },
});

const ofEachKind = (): Record<Invocation, Spent> => ({
  ...{ webhook: nothing(), batch: nothing(), cron: nothing(), page: nothing() },
});

export function createMeter(bindings: Env): Meter {
  const [spent, most] = [ofEachKind(), ofEachKind()];
  let now = nothing();
  return {
    ...{ spent, most },
    env: {
      LEDGER: metered(bindings.LEDGER, ({ read, written }) => {
        now.statements += 1;
        now.rowsRead += read;
        now.rowsWritten += written;
      }),
      VISITORS: meteredCache(onClock(bindings.VISITORS, clock.now), (what, keys) => {
        now[what] += keys;
      }),
    },
    request() {
      now.requests += 1;
    },
    async invoke(kind, work) {
      now = nothing();
      now.invocations = 1;
      const result = await work();
      for (const what of SPENDINGS) {
        spent[kind][what] += now[what];
        most[kind][what] = Math.max(most[kind][what], now[what]);
      }
      return result;
    },
  };
}

function meteredCache(
  namespace: KVNamespace,
  bill: (what: 'cacheReads' | 'cacheWrites', keys: number) => void,
): KVNamespace {
  return new Proxy(namespace, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== 'function') return member;
      return (key: unknown, ...more: unknown[]) => {
        if (name === 'get') bill('cacheReads', Array.isArray(key) ? key.length : 1);
        if (name === 'put') bill('cacheWrites', 1);
        return member.call(target, key, ...more);
      };
    },
  });
}
