// `npm run replay -- <signup id>` or `-- --status failed …`: delivers signups once more.
import Table from 'cli-table3';
import { Replayable, Replayed, ReplayedPage } from '../api/operations.ts';
import { DELIVERY_STATUSES } from '../model.ts';
import { isoOf } from '../time.ts';
import { readArguments, refuse } from './arguments.ts';
import { isoFromExport } from './backfill-file.ts';
import { fail, openApi, workerUrl } from './command.ts';
import { openProgress } from './progress.ts';
import { listenForInterruption, withRetry } from './retry.ts';
import { openThrottle, VISITORS_PER_MINUTE } from './throttle.ts';
import type { WorkerApi } from './worker-api.ts';

const STATUSES = new Intl.ListFormat('en-GB', { type: 'disjunction' }).format(DELIVERY_STATUSES);

const COMMAND = {
  name: 'npm run replay',
  usage: `usage: npm run replay -- <signup id> [--url https://<your worker>]
       npm run replay -- --status failed [--reason gave_up] [--from 2026-11-01] [--until 2026-12-01] [--dry-run]

  --status   all signups that are ${STATUSES}
  --reason   only those with this reason
  --from     only those received at this moment or later: a day, or a moment in ISO 8601; without a zone it is UTC
  --until    only those received before
  --dry-run  counts them by reason and replays nothing

  A replay never changes a first touch that is known, and never replaces a newer value. A first touch that is Unknown is
  replaced when the same visitor's source is known now. Replayed signups wait on the Worker's queue.
  While more than 200 messages wait there, the rest is held back. Ctrl-C ends it after what is under way and says how to
  continue.

  Ends with 0 when all went onto the queue, 1 when some could not be read or something failed, 2 when it was called
  wrongly.`,
  options: {
    url: { type: 'string' },
    status: { type: 'string' },
    reason: { type: 'string' },
    from: { type: 'string' },
    until: { type: 'string' },
    cursor: { type: 'string' },
    'dry-run': { type: 'boolean' },
  },
  mostArguments: 1,
} as const;

function readOrder() {
  const { values, positionals } = readArguments(COMMAND);
  const [id] = positionals;
  const { url, status, ...others } = values;
  const [flag] = Object.keys(others);
  if (id === undefined && status === undefined) {
    refuse(
      COMMAND,
      flag === undefined ? 'Give a signup id, or --status' : `--${flag} needs --status`,
    );
  }
  if (id !== undefined && (status !== undefined || flag !== undefined)) {
    refuse(COMMAND, `Give \`${id}\` or --${flag ?? 'status'}, not both`);
  }
  if (status !== undefined && !DELIVERY_STATUSES.some((known) => known === status)) {
    refuse(COMMAND, `--status takes ${STATUSES}`);
  }
  return {
    url: workerUrl(url, COMMAND),
    id,
    isDryRun: values['dry-run'] ?? false,
    filter: {
      status,
      reason: values.reason,
      receivedFrom: momentOf('--from', values.from),
      receivedUntil: momentOf('--until', values.until),
      cursor: values.cursor,
    },
  };
}

function momentOf(flag: string, text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const time = Date.parse(isoFromExport(text));
  if (Number.isNaN(time)) {
    refuse(COMMAND, `${flag} takes a day such as 2026-11-01, or a moment in ISO 8601`);
  }
  return isoOf(time);
}

async function replayOne(api: WorkerApi, id: string): Promise<number> {
  const path = `/api/signups/${encodeURIComponent(id)}/replay`;
  const replayed = await api.call(Replayed, 'POST', path);
  if (replayed.kind !== 'ok') return fail(replayed.message, 1);
  console.log(`Replayed: ${replayed.answer.replayed.join(', ')}`);
  return 0;
}

/** How many there are, by reason. */
async function count(api: WorkerApi, filter: object): Promise<Replayable> {
  const body = { ...filter, dryRun: true };
  const counted = await api.call(Replayable, 'POST', '/api/replay', body);
  if (counted.kind === 'ok') return counted.answer;
  return counted.kind === 'refused' && counted.status === 400
    ? refuse(COMMAND, counted.message)
    : fail(counted.message, 1);
}

function tableOf({ total, reasons }: Replayable): string {
  const table = new Table({
    head: ['signups', 'reason'],
    style: { head: [], border: [], compact: true },
    colAligns: ['right', 'left'],
  });
  for (const { signups, reason } of reasons) table.push([signups, reason || '(none)']);
  return `${table}\n${total} signups would be replayed.`;
}

/** Walks over all of the kind; each page is on the queue before the next one is asked for. */
async function replayAll(
  api: WorkerApi,
  filter: { cursor?: string },
  total: number,
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

  console.log(`${replayed} signups are on the queue.`);
  for (const id of unreadable) console.log(`✗ ${id}: this version of the Worker cannot read it.`);
  if (problem !== undefined) console.error(problem);
  const isUnfinished = interruption.isStopped() || problem !== undefined;
  if (isUnfinished) {
    console.error(
      `The same command continues with the rest${cursor ? `, with --cursor '${cursor}'` : ''}.`,
    );
  }
  return isUnfinished || unreadable.length > 0 ? 1 : 0;
}

const { url, id, filter, isDryRun } = readOrder();
const api = openApi(url);
if (id !== undefined) process.exitCode = await replayOne(api, id);
else {
  const counted = await count(api, filter);
  if (counted.total === 0) console.log('There are no such signups.');
  else if (isDryRun) console.log(tableOf(counted));
  else process.exitCode = await replayAll(api, filter, counted.total);
}
