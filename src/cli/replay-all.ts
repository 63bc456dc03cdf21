// Many signups delivered once more: page by page, and no faster than the Worker takes them.
import { ReplayedPage } from '../api/operations.ts';
import { openProgress } from './progress.ts';
import { INTERRUPTED, listenForInterruption, withRetry } from './retry.ts';
import { openThrottle, VISITORS_PER_MINUTE } from './throttle.ts';
import type { WorkerApi } from './worker-api.ts';

/** Walks over all of the kind; each page is on the queue before the next one is asked for. */
export async function replayAll(
  api: WorkerApi,
  filter: { cursor?: string },
  { total, json }: { total: number; json: boolean },
): Promise<number> {
  const interruption = listenForInterruption();
  const progress = openProgress(total, 'signups');
  const { say } = progress;
  const throttle = openThrottle({
    api,
    visitorsPerMinute: VISITORS_PER_MINUTE,
    now: Date.now,
    say,
    ...interruption,
  });
  const unreadable: string[] = [];
  let replayed = 0;
  let { cursor } = filter;
  let problem: string | undefined;
  do {
    // How many of them need a lookup is not known here. The backlog shows when it is too much.
    await throttle({ visitors: 0, others: Math.min(100, total - replayed) });
    if (interruption.isStopped()) break;
    const ask = () => api.call(ReplayedPage, 'POST', '/api/replay', { ...filter, cursor });
    const page = await withRetry(ask, interruption, say);
    if (page.kind !== 'ok') {
      problem = page.message;
      break;
    }
    replayed += page.answer.replayed.length;
    unreadable.push(...page.answer.unreadable);
    cursor = page.answer.nextCursor ?? undefined;
    progress.update(replayed + unreadable.length, `${unreadable.length} unreadable`);
  } while (cursor !== undefined);
  progress.stop();

  if (json) console.log(JSON.stringify({ replayed, unreadable, nextCursor: cursor ?? null }));
  else console.log(`${replayed} signups are on the queue.`);
  for (const id of json ? [] : unreadable)
    console.log(`✗ ${id}: this version of the Worker cannot read it.`);
  if (problem !== undefined) console.error(problem);
  const isUnfinished = interruption.isStopped() || problem !== undefined;
  if (isUnfinished) {
    console.error(
      `The same command continues with the rest${cursor ? `, with --cursor '${cursor}'` : ''}.`,
    );
  }
  if (interruption.isStopped()) return INTERRUPTED;
  return isUnfinished || unreadable.length > 0 ? 1 : 0;
}
