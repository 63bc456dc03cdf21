// What cron does every five minutes: brings back what was lost, refreshes what is due, deletes what is past its time.
import { describeError, type Log } from '../model.ts';
import { type PurgeDependencies, purge } from './prune.ts';
import { enqueueDueRefreshes, type RefreshDependencies } from './refresh.ts';
import { enqueueStrays, type StraysDependencies } from './rescue.ts';

export interface UpkeepDependencies
  extends RefreshDependencies,
    StraysDependencies,
    PurgeDependencies {
  /** How many messages wait on the queue; rejects where the platform does not say. */
  backlog(): Promise<number>;
  log: Log;
}

/** While so many signups wait, refreshes wait too. */
const BUSY_BACKLOG = 200;

/** Each task for itself: one that fails does not keep the others from their work. Leaves a mark when all is done. */
export async function upkeep(dependencies: UpkeepDependencies): Promise<void> {
  const { ledger, log, now, backlog } = dependencies;
  const isBusy = (await backlog().catch(() => 0)) > BUSY_BACKLOG;
  const none = async () => 0;
  const tasks = {
    strays: () => (isBusy ? none() : enqueueStrays(dependencies)),
    refreshes: () => (isBusy ? none() : enqueueDueRefreshes(dependencies)),
    purged: () => purge(dependencies),
  };
  const done: Record<string, number> = {};
  let failures = 0;
  for (const [name, task] of Object.entries(tasks)) {
    try {
      done[name] = await task();
    } catch (error) {
      failures += 1;
      log('error', 'upkeep_failed', { task: name, ...describeError(error) });
    }
  }
  if (Object.values(done).some((count) => count > 0)) log('info', 'upkeep', done);
  if (failures > 0) return;
  await ledger
    .prepare(
      `INSERT INTO marks (name, at, detail) VALUES ('cron', ?1, ?2)
       ON CONFLICT (name) DO UPDATE SET at = excluded.at, detail = excluded.detail`,
    )
    .bind(new Date(now()).toISOString(), JSON.stringify(done))
    .run();
}
