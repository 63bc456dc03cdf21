// `npm run backfill -- file.csv`: tells the Worker of signups from before it was there.
import { statSync } from 'node:fs';
import { parseArgs } from 'node:util';
import * as z from 'zod';
import { backfillSignups } from '../operations/backfill.ts';
import { COLUMNS, parseMapping } from './backfill-columns.ts';
import { type CsvFile, type FileRow, inPortions, readRows } from './backfill-file.ts';
import { openJournal, type RefusedRow } from './backfill-journal.ts';
import { duration, openProgress, type Progress } from './progress.ts';
import { type Interruption, listenForInterruption, withRetry } from './retry.ts';
import { type Load, openThrottle, secondsFor, VISITORS_PER_MINUTE } from './throttle.ts';
import { defaultWorkerUrl, openWorkerApi, readSettings, type WorkerApi } from './worker-api.ts';

const USAGE = `usage: npm run backfill -- <file.csv> [--url https://<your worker>] [--dry-run] [--rate ${VISITORS_PER_MINUTE}]
                                  [--map email=E-Mail,signed_up_at=Created] [--delimiter ';'] [--restart]

  The file is in UTF-8 and has a header. Columns: ${COLUMNS.join(', ')};
  the first two are needed. signed_up_at is ISO 8601 or a database's 2026-10-01 08:00:00+00; without a zone it is UTC.
  --map        your column names, as ours=yours; may be given several times
  --delimiter  what separates cells: , (default), ; or tab
  --dry-run    checks every row and sends nothing
  --rate       rows with a visitor ID a minute; DataFast answers 60, and live signups need some of them
  --restart    from the first row, even if an earlier run got further

  Rows without a visitor ID go at 600 a minute. While more than 200 messages wait on the Worker's queue nothing is
  sent: live signups never wait for long behind a backfill, and nothing outlives the queue's time (24 hours on the
  Free plan, which also takes only about 3,000 signups a day). Refused rows go to <file.csv>.refused.csv. An
  interrupted run goes on where it stopped. The same row again is the same signup, so that nothing is doubled.

  Ends with 0 when every row is accepted, 1 when some are refused or something failed, 2 when it was called wrongly.`;

const ROWS_AT_ONCE = 100;

const Answer = z.object({
  items: z.array(z.object({ status: z.string(), problem: z.string().optional() })),
});

function fail(message: string, code = 2): never {
  console.error(message);
  process.exit(code);
}

function readArguments() {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: {
        url: { type: 'string', default: defaultWorkerUrl() },
        map: { type: 'string', multiple: true, default: [] },
        delimiter: { type: 'string', default: ',' },
        rate: { type: 'string', default: String(VISITORS_PER_MINUTE) },
        'dry-run': { type: 'boolean', default: false },
        restart: { type: 'boolean', default: false },
      },
    });
    const [path, ...others] = positionals;
    if (path !== undefined && others.length === 0) return { ...values, path };
  } catch {
    // An unknown flag; the usage says which there are.
  }
  return fail(USAGE);
}

/** Checks rows as the Worker will. */
async function check(rows: readonly FileRow[]): Promise<RefusedRow[]> {
  const results = await backfillSignups(
    rows.map(({ row }) => row),
    Date.now(),
  );
  return rows.flatMap((row, index): RefusedRow[] => {
    const result = results[index];
    return result?.kind === 'refused' ? [{ ...row, problem: result.problem }] : [];
  });
}

/** Sends rows; throws what a person should read when the Worker does not take them. */
async function send(
  api: WorkerApi,
  rows: readonly FileRow[],
  interruption: Interruption,
  say: Progress['say'],
): Promise<RefusedRow[]> {
  const body = { signups: rows.map(({ row }) => row) };
  const ask = () => api.call('POST', '/api/signups', body);
  const answer = await withRetry(ask, interruption, say);
  if (answer.kind !== 'ok') throw new Error(answer.message);
  const parsed = Answer.safeParse(answer.json);
  if (!parsed.success || parsed.data.items.length !== rows.length) {
    throw new Error('The answer is not that of a Whence Worker of this version. Is --url right?');
  }
  return rows.flatMap((row, index): RefusedRow[] => {
    const problem = parsed.data.items[index]?.problem;
    return problem === undefined ? [] : [{ ...row, problem }];
  });
}

function loadOf(rows: readonly FileRow[]): Load {
  const visitors = rows.filter(({ row }) => row.visitor_id !== undefined).length;
  return { visitors, others: rows.length - visitors };
}

/** Once through the file: what is no CSV is found before anything is sent. */
async function countRows(file: CsvFile): Promise<Load & { rows: number }> {
  const counted = { rows: 0, visitors: 0, others: 0 };
  for await (const row of readRows(file)) {
    const { visitors, others } = loadOf([row]);
    counted.rows = row.number;
    counted.visitors += visitors;
    counted.others += others;
  }
  return counted;
}

function open() {
  const flags = readArguments();
  const { path, url, restart, 'dry-run': isDryRun } = flags;
  const delimiter = flags.delimiter === 'tab' ? '\t' : flags.delimiter;
  if (delimiter.length !== 1) fail('--delimiter takes one character, or tab.');
  const visitorsPerMinute = Number(flags.rate);
  if (!(visitorsPerMinute > 0)) fail('--rate takes a number of rows a minute.');
  const mapping = parseMapping(flags.map);
  if (typeof mapping === 'string') return fail(mapping);
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat?.isFile()) return fail(`There is no file ${path}.`);
  const opened = openWorkerApi(url, readSettings().ADMIN_TOKEN);
  if (!isDryRun && typeof opened === 'string') return fail(opened);
  const api = isDryRun || typeof opened === 'string' ? undefined : opened;
  const file: CsvFile = { path, mapping, delimiter };
  // Another file, another meaning of it or another Worker is another run.
  const run = JSON.stringify([stat.size, stat.mtimeMs, [...mapping], delimiter, url]);
  return { file, api, run, restart, visitorsPerMinute };
}

async function backfill(): Promise<number> {
  const { file, api, run, restart, visitorsPerMinute } = open();
  const total = await countRows(file);
  if (total.rows === 0) fail('The file has no rows.', 1);
  const refusedPath = `${file.path}.${api ? 'refused' : 'dry-run'}.csv`;
  const journal = openJournal(
    { path: `${file.path}.${api ? 'progress' : 'dry-run'}`, reportPath: refusedPath },
    run,
    restart || !api,
  );
  if (journal.hasChanged) {
    console.error(
      'An earlier run was of another file, mapping or Worker: beginning with the first row.',
    );
  } else if (journal.rows > 0) {
    console.error(`Going on after row ${journal.rows}; --restart begins anew.`);
  }
  if (api) {
    const takes = duration(secondsFor(total, visitorsPerMinute));
    console.error(
      `${total.rows} rows, ${total.visitors} of them with a visitor ID. At ${visitorsPerMinute} of those a minute (--rate) all of them take ${takes}.`,
    );
  }

  const interruption = listenForInterruption();
  const progress = openProgress(total.rows, 'rows');
  const { say } = progress;
  const left = { visitors: total.visitors, others: total.others };
  const spend = (load: Load) => {
    left.visitors -= load.visitors;
    left.others -= load.others;
  };
  const startedAt = Date.now();
  const startedRow = journal.rows;
  const throttle =
    api && openThrottle({ api, visitorsPerMinute, now: Date.now, say, ...interruption });
  try {
    for await (const rows of inPortions(readRows(file), ROWS_AT_ONCE)) {
      const load = loadOf(rows);
      spend(load);
      const last = rows.at(-1)?.number ?? 0;
      if (last <= startedRow) continue;
      const sound = rows.filter(({ problem }) => problem === undefined);
      const ragged = rows.flatMap((row): RefusedRow[] =>
        row.problem === undefined ? [] : [{ ...row, problem: row.problem }],
      );
      await throttle?.(load);
      if (interruption.isStopped()) break;
      const refused =
        sound.length === 0
          ? []
          : api
            ? await send(api, sound, interruption, say)
            : await check(sound);
      journal.record(last, [...ragged, ...refused]);
      const perSecond = (last - startedRow) / Math.max(0.001, (Date.now() - startedAt) / 1000);
      const leftSeconds = Math.max(
        (total.rows - last) / perSecond,
        api ? secondsFor(left, visitorsPerMinute) : 0,
      );
      progress.update(
        last,
        `${journal.refused} refused | ${perSecond.toFixed(perSecond < 10 ? 1 : 0)}/s | ETA ${duration(leftSeconds)}`,
      );
    }
  } catch (error) {
    progress.stop();
    console.error(error instanceof Error ? error.message : String(error));
    console.error(`Stopped after row ${journal.rows}. The same command goes on there.`);
    return 1;
  }
  progress.stop();
  if (interruption.isStopped() && journal.rows < total.rows) {
    if (!api) journal.close();
    console.error(`Stopped after row ${journal.rows}. The same command goes on there.`);
    return 1;
  }
  const { refused } = journal;
  journal.close();
  console.log(
    `${total.rows - refused} of ${total.rows} rows ${api ? 'are accepted' : 'would be accepted'}.`,
  );
  if (refused > 0) console.log(`${refused} are refused: see ${refusedPath}`);
  return refused > 0 ? 1 : 0;
}

try {
  process.exitCode = await backfill();
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
