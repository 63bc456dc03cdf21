// A backfill under way: portion by portion from the file to the Worker, or to the check that the Worker would make.
import { createHash } from 'node:crypto';
import { Backfilled } from '../../api/operations.ts';
import { MESSAGES_PER_SEND } from '../../limits.ts';
import { backfillSignups } from '../../operations/backfill.ts';
import { duration, type Progress } from '../progress.ts';
import { type Interruption, withRetry } from '../retry.ts';
import { type Load, openThrottle, secondsFor } from '../throttle.ts';
import type { WorkerApi } from '../worker-api.ts';
import { type CsvFile, type FileRow, inPortions, readRows } from './file.ts';
import type { Journal, RefusedRow } from './journal.ts';
import type { Refusals } from './refusals.ts';

export interface Total extends Load {
  rows: number;
  /** Rows that repeat an earlier one: the same email, moment and visitor. */
  repeated: number;
}

export interface BackfillRun {
  file: CsvFile;
  total: Total;
  /** Absent in a dry run, which sends nothing. */
  api?: WorkerApi;
  visitorsPerMinute: number;
  journal: Journal;
  refusals: Pick<Refusals, 'add'>;
  progress: Progress;
  interruption: Interruption;
  now(): number;
}

/** Once through the file: a file that is not CSV is found before anything is sent. */
export async function countRows(file: CsvFile): Promise<Total> {
  const counted = { rows: 0, visitors: 0, others: 0, repeated: 0 };
  const seen = new Set<number>();
  for await (const row of readRows(file)) {
    const { visitors, others } = loadOf([row]);
    counted.rows = row.number;
    counted.visitors += visitors;
    counted.others += others;
    const key = keyOf(row.row);
    if (seen.has(key)) counted.repeated += 1;
    seen.add(key);
  }
  return counted;
}

/** Ends after the last row or at an interruption. Throws what a person should read when the Worker takes no more rows. */
export async function runBackfill(run: BackfillRun): Promise<void> {
  const { file, api, visitorsPerMinute, journal, refusals, progress, interruption, now } = run;
  const throttle =
    api && openThrottle({ api, visitorsPerMinute, now, say: progress.say, ...interruption });
  const startedAfter = journal.rows;
  const speed = openSpeed(run, startedAfter);
  for await (const rows of inPortions(readRows(file), MESSAGES_PER_SEND)) {
    const load = loadOf(rows);
    speed.pass(load);
    const last = rows.at(-1)?.number ?? 0;
    if (last <= startedAfter) continue;
    await throttle?.(load);
    if (interruption.isStopped()) return;
    const refused = await refusedOf(run, rows);
    refusals.add(refused);
    journal.record(last, refused);
    progress.update(last, `${journal.refused} refused | ${speed.text(last)}`);
  }
}

/** What makes a row the same signup, in six bytes: the file may have a million rows. */
function keyOf({ email = '', signed_up_at: at = '', visitor_id: visitor = '' }: FileRow['row']) {
  const text = `${email.toLowerCase()} ${at} ${visitor}`;
  return createHash('sha1').update(text).digest().readUIntBE(0, 6);
}

function loadOf(rows: readonly FileRow[]): Load {
  const visitors = rows.filter(({ row }) => row.visitor_id !== undefined).length;
  return { visitors, others: rows.length - visitors };
}

/** Sends or checks the rows. A ragged row is refused without being sent. */
async function refusedOf(run: BackfillRun, rows: readonly FileRow[]): Promise<RefusedRow[]> {
  const sound = rows.filter(({ problem }) => problem === undefined);
  const ragged = rows.flatMap((row) =>
    row.problem === undefined ? [] : [{ ...row, problem: row.problem }],
  );
  if (sound.length === 0) return ragged;
  const { api } = run;
  return [...ragged, ...(api ? await send({ ...run, api }, sound) : await check(run, sound))];
}

/** Checks rows as the Worker will. */
async function check({ now }: BackfillRun, rows: readonly FileRow[]): Promise<RefusedRow[]> {
  const results = await backfillSignups(
    rows.map(({ row }) => row),
    now(),
  );
  return rows.flatMap((row, index) => {
    const result = results[index];
    return result?.kind === 'refused' ? [{ ...row, problem: result.problem }] : [];
  });
}

async function send(
  { api, interruption, progress }: BackfillRun & { api: WorkerApi },
  rows: readonly FileRow[],
): Promise<RefusedRow[]> {
  const body = { signups: rows.map(({ row }) => row) };
  const ask = () => api.call(Backfilled, 'POST', '/api/signups', body);
  const sent = await withRetry(ask, interruption, progress.say);
  if (sent.kind !== 'ok') throw new Error(sent.message);
  const { items } = sent.answer;
  if (items.length !== rows.length) throw new Error('The Worker did not answer for every row.');
  return rows.flatMap((row, index) => {
    const item = items[index];
    return item?.status === 'refused' ? [{ ...row, problem: item.problem }] : [];
  });
}

/** How fast it goes, and how long the rest takes: not faster than the throttle lets it. */
function openSpeed({ total, api, visitorsPerMinute, now }: BackfillRun, startedAfter: number) {
  const startedAtMs = now();
  const left = { visitors: total.visitors, others: total.others };
  return {
    pass(load: Load) {
      left.visitors -= load.visitors;
      left.others -= load.others;
    },
    text(lastRow: number): string {
      const seconds = Math.max(0.001, (now() - startedAtMs) / 1000);
      const perSecond = (lastRow - startedAfter) / seconds;
      const throttledSeconds = api ? secondsFor(left, visitorsPerMinute) : 0;
      const leftSeconds = Math.max((total.rows - lastRow) / perSecond, throttledSeconds);
      return `${perSecond.toFixed(perSecond < 10 ? 1 : 0)}/s | ETA ${duration(leftSeconds)}`;
    },
  };
}
