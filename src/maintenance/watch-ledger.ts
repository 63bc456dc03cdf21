// Checks everything, and the ledger itself. While the ledger does not work, its fault is kept in the cache.
import * as z from 'zod/mini';
import { Finding } from '../health/alerts/finding.ts';
import { type KnownFault, nextAlerts } from '../health/alerts/next-alerts.ts';
import { tell } from '../health/alerts/tell.ts';
import { parseJson } from '../json.ts';
import { describeError } from '../log.ts';
import { type WatchDependencies, watch } from './watch.ts';

export type LedgerWatchDependencies = WatchDependencies & {
  cache: Pick<KVNamespace, 'get' | 'put' | 'delete'>;
};

const KEY = 'ledger-fault:1';
/** It is written again with every reminder. */
const KEPT_SECONDS = 7 * 86_400;

const LEDGER: Finding = {
  check: 'ledger',
  what: 'The ledger cannot be read or written, so nothing is delivered. Webhooks are still accepted and wait on the queue.',
  fix: 'Run npx whence-crm doctor: it says whether a daily limit is reached, the database is full, or a migration is missing.',
};

const text = z.nullable(z.string());
const Stored = z.object({
  name: z.string(),
  since: z.string(),
  runs: z.number(),
  raisedAt: text,
  remindedAt: text,
  finding: Finding,
});

/** Never throws. */
export async function watchWithLedger(dependencies: LedgerWatchDependencies): Promise<void> {
  const { cache, receiver, now, log } = dependencies;
  const stored = Stored.safeParse(parseJson((await cache.get(KEY).catch(() => null)) ?? ''));
  const known: KnownFault[] = stored.success ? [stored.data] : [];
  const isDown = await watch(dependencies).then(
    () => false,
    (error: unknown) => {
      log('error', 'checks_failed', describeError(error));
      return true;
    },
  );
  if (!isDown && known.length === 0) return;
  const { faults, gone, tellings } = nextAlerts(known, isDown ? [LEDGER] : [], now());
  const told = receiver && (await tell(receiver, dependencies, tellings, undefined));
  const fault = told?.changed[0] ?? faults[0];
  const isOver = gone.length > 0 || !told || told.ended.length > 0;
  const write = fault
    ? cache.put(KEY, JSON.stringify(fault), { expirationTtl: KEPT_SECONDS })
    : isOver
      ? cache.delete(KEY)
      : undefined;
  await write?.catch((error: unknown) => log('warn', 'cache_unavailable', describeError(error)));
}
