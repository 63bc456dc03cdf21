// What cron does every five minutes: end waits that are over, bring back signups that wait or are to be refreshed, prune
// what is past its time, and look for faults.
import { endWaits } from '../ledger/end-waits.ts';
import { writeHeartbeat } from '../ledger/heartbeats.ts';
import { keepRollUps } from '../ledger/people/roll-ups.ts';
import { type LedgerWatch, noteFailure, noteSuccess } from '../ledger/watch.ts';
import { BUSY_BACKLOG } from '../limits.ts';
import { describeError, type Log } from '../log.ts';
import { isoOf } from '../time.ts';
import { type BringBackDependencies, bringBack } from './bring-back.ts';
import { type PruneDependencies, prune } from './prune.ts';

/** Every five minutes: 144,000 a day. */
const WAITS_AT_ONCE = 500;

export interface MaintenanceDependencies extends BringBackDependencies, PruneDependencies {
  /** How many messages wait on the queue; rejects where the platform does not say. */
  backlog(): Promise<number>;
  /** Looks for faults and tells the operator. Absent where nobody is to be told. */
  watch?(): Promise<void>;
  ledgerWatch: LedgerWatch;
  log: Log;
}

/** Each task is on its own: one that fails does not stop the others. The heartbeat is written when all are done. */
export async function maintain(dependencies: MaintenanceDependencies): Promise<void> {
  try {
    await workOff(dependencies);
  } finally {
    await dependencies.watch?.();
  }
}

async function workOff(dependencies: MaintenanceDependencies): Promise<void> {
  const { ledger, ledgerWatch, log, now, backlog } = dependencies;
  const isBusy = (await backlog().catch(() => 0)) > BUSY_BACKLOG;
  const nothing = async () => ({ rescued: 0, refreshed: 0 });
  const tasks: Record<string, () => Promise<Record<string, number>>> = {
    endWaits: async () => ({ ended: await endWaits(ledger, isoOf(now()), WAITS_AT_ONCE) }),
    bringBack: isBusy ? nothing : () => bringBack(dependencies),
    keepRollUps: async () => ({ periodsCounted: await keepRollUps(ledger, now()) }),
    prune: async () => ({ pruned: await prune(dependencies) }),
  };
  const done: Record<string, number> = {};
  let failures = 0;
  const attempt = async (task: string, work: () => Promise<unknown>) => {
    try {
      await work();
    } catch (error) {
      failures += 1;
      const cause = noteFailure(ledgerWatch, error, dependencies) ?? 'unknown';
      log('error', 'maintenance_failed', { task, cause, ...describeError(error) });
    }
  };
  for (const [name, task] of Object.entries(tasks)) {
    await attempt(name, async () => Object.assign(done, await task()));
  }
  if (Object.values(done).some((count) => count > 0)) log('info', 'maintenance', done);
  if (failures > 0) return;
  await attempt('heartbeat', async () => {
    await writeHeartbeat(ledger, 'cron', isoOf(now()), JSON.stringify(done));
    noteSuccess(ledgerWatch, log);
  });
}
