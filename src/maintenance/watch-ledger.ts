// Checks everything, and the ledger itself. While the ledger does not work, its fault is kept in the cache.
import * as z from 'zod/mini';
import { Finding } from '../health/alerts/finding.ts';
import { type KnownFault, nextAlerts } from '../health/alerts/next-alerts.ts';
import { tell } from '../health/alerts/tell.ts';
import { parseJson } from '../json.ts';
import { LEDGER_FAULTS, type LedgerFault } from '../ledger/faults.ts';
import { type LedgerWatch, noteFailure } from '../ledger/watch.ts';
import { describeError } from '../log.ts';
import { type WatchDependencies, watch } from './watch.ts';

export type LedgerWatchDependencies = WatchDependencies & {
  cache: Pick<KVNamespace, 'get' | 'put' | 'delete'>;
  ledgerWatch: LedgerWatch;
};

const KEY = 'ledger-fault:1';
/** It is written again with every reminder. */
const KEPT_SECONDS = 7 * 86_400;

function ledgerFinding(fault: LedgerFault): Finding {
  const { says, todo } = LEDGER_FAULTS[fault];
  return {
    check: 'ledger',
    what: `The ledger cannot be read or written, so nothing is delivered. ${says} Webhooks are still accepted and wait on the queue.`,
    fix: todo,
  };
}

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
  const { cache, receiver, ledgerWatch, now, log } = dependencies;
  const stored = Stored.safeParse(parseJson((await cache.get(KEY).catch(() => null)) ?? ''));
  const known: KnownFault[] = stored.success ? [stored.data] : [];
  const down = await watch(dependencies).then(
    () => [],
    (error: unknown) => {
      const fault = noteFailure(ledgerWatch, error, dependencies);
      log('error', 'checks_failed', { cause: fault ?? 'unknown', ...describeError(error) });
      return [ledgerFinding(fault ?? 'refused')];
    },
  );
  if (down.length === 0 && known.length === 0) return;
  const { faults, gone, tellings } = nextAlerts(known, down, now());
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
