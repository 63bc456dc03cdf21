// `npm run backfill -- file.csv`: hands the Worker the signups from before it was deployed.
import { statSync } from 'node:fs';
import { Health } from '../api/health.ts';
import { readArguments, refuse } from './arguments.ts';
import { COLUMNS, type Mapping, parseMapping } from './backfill-columns.ts';
import type { CsvFile } from './backfill-file.ts';
import { type Journal, openJournal } from './backfill-journal.ts';
import { countRows, runBackfill, type Total } from './backfill-run.ts';
import { fail, openApi, workerUrl } from './command.ts';
import { duration, openProgress } from './progress.ts';
import { listenForInterruption } from './retry.ts';
import { secondsFor, VISITORS_PER_MINUTE } from './throttle.ts';
import type { WorkerApi } from './worker-api.ts';

const COMMAND = {
  name: 'npm run backfill',
  usage: `usage: npm run backfill -- <file.csv> [--url https://<your worker>] [--dry-run] [--rate ${VISITORS_PER_MINUTE}]
                                  [--map email=E-Mail,signed_up_at=Created] [--delimiter ';'] [--restart]

  The file is in UTF-8 and has a header. Columns: ${COLUMNS.join(', ')};
  the first two are needed. signed_up_at is ISO 8601 or a database's 2026-10-01 08:00:00+00; without a zone it is UTC.
  --map        your column names, as ours=yours; may be given several times
  --delimiter  what separates cells: , (default), ; or tab
  --dry-run    checks every row and sends nothing
  --rate       rows with a visitor ID a minute; DataFast answers 60, and live signups need some of them
  --restart    from the first row, even if an earlier run got further

  Rows without a visitor ID go at 600 a minute. While more than 200 messages wait on the Worker's queue nothing is
  sent, so live signups never wait long behind a backfill, and nothing outlives the queue's retention (24 hours on the
  Free plan, which also takes only about 3,000 signups a day). Refused rows go to <file.csv>.refused.csv. An
  interrupted run continues where it stopped. The same row again is the same signup, so nothing is doubled.

  Ends with 0 when every row is accepted, 1 when some are refused or something failed, 2 when it was called wrongly.`,
  options: {
    url: { type: 'string' },
    map: { type: 'string', multiple: true },
    delimiter: { type: 'string' },
    rate: { type: 'string' },
    'dry-run': { type: 'boolean' },
    restart: { type: 'boolean' },
  },
  mostArguments: 1,
} as const;

interface Opened {
  file: CsvFile;
  /** Absent in a dry run. */
  api: WorkerApi | undefined;
  visitorsPerMinute: number;
  total: Total;
  journal: Journal;
}

function readOrder() {
  const { values, positionals } = readArguments(COMMAND);
  const [path] = positionals;
  if (path === undefined) return refuse(COMMAND, 'The file is missing');
  const delimiter = values.delimiter === 'tab' ? '\t' : (values.delimiter ?? ',');
  if (delimiter.length !== 1) refuse(COMMAND, '--delimiter takes one character, or tab');
  const visitorsPerMinute = Number(values.rate ?? VISITORS_PER_MINUTE);
  if (!(visitorsPerMinute > 0)) refuse(COMMAND, '--rate takes a number of rows a minute');
  const mapping = parseMapping(values.map ?? []);
  if (typeof mapping === 'string') return refuse(COMMAND, mapping);
  return {
    file: { path, mapping, delimiter },
    visitorsPerMinute,
    url: workerUrl(values.url, COMMAND),
    isDryRun: values['dry-run'] ?? false,
    restarts: values.restart ?? false,
  };
}

async function open(): Promise<Opened> {
  const { file, visitorsPerMinute, url, isDryRun, restarts } = readOrder();
  const { path, mapping, delimiter } = file;
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat?.isFile()) return fail(`There is no file ${path}.`);
  const api = isDryRun ? undefined : openApi(url);
  const total = await countRows(file);
  if (total.rows === 0) fail('The file has no rows.', 1);
  // Another file, another meaning of it or another Worker is another run.
  const run = runOf([stat.size, stat.mtimeMs], mapping, delimiter, url);
  const [journalEnd, reportEnd] = api ? ['progress', 'refused.csv'] : ['dry-run', 'dry-run.csv'];
  const journal = openJournal(
    { path: `${path}.${journalEnd}`, reportPath: `${path}.${reportEnd}` },
    run,
    restarts || !api,
  );
  return { file, api, visitorsPerMinute, total, journal };
}

function runOf(stat: readonly number[], mapping: Mapping, delimiter: string, url: string): string {
  return JSON.stringify([...stat, [...mapping], delimiter, url]);
}

function sayWhatIsAhead({ api, journal, total, visitorsPerMinute }: Opened): void {
  if (journal.hasChanged) {
    console.error(
      'The earlier run was of another file, mapping or Worker. This one starts at the first row.',
    );
  } else if (journal.rows > 0) {
    console.error(`Continuing after row ${journal.rows}. --restart starts at the first row again.`);
  }
  if (!api) return;
  const takes = duration(secondsFor(total, visitorsPerMinute));
  console.error(
    `${total.rows} rows, ${total.visitors} of them with a visitor ID. At ${visitorsPerMinute} of those a minute (--rate) all of them take ${takes}.`,
  );
}

async function backfill(): Promise<0 | 1> {
  const opened = await open();
  const { api, journal, total } = opened;
  // A Worker that is not there is not waited for, as one that restarts during the run is.
  const health = await api?.call(Health, 'GET', '/health');
  if (health?.kind === 'unreachable') {
    return fail(
      `${health.message} No row was sent. Start the Worker or give --url, then run the same command again.`,
      1,
    );
  }
  sayWhatIsAhead(opened);
  const interruption = listenForInterruption();
  const progress = openProgress(total.rows, 'rows');
  try {
    await runBackfill({ ...opened, progress, interruption, now: Date.now });
  } catch (error) {
    progress.stop();
    console.error(error instanceof Error ? error.message : String(error));
    return stoppedAfter(journal);
  }
  progress.stop();
  if (interruption.isStopped() && journal.rows < total.rows) {
    if (!api) journal.close();
    return stoppedAfter(journal);
  }
  const { refused, reportPath } = journal;
  journal.close();
  const accepted = api ? 'are accepted' : 'would be accepted';
  console.log(`${total.rows - refused} of ${total.rows} rows ${accepted}.`);
  if (refused > 0) console.log(`${refused} are refused: see ${reportPath}`);
  return refused > 0 ? 1 : 0;
}

function stoppedAfter({ rows }: Journal): 1 {
  console.error(
    rows === 0
      ? 'No row was sent. The same command starts again.'
      : `Stopped after row ${rows}. The same command continues there.`,
  );
  return 1;
}

try {
  process.exitCode = await backfill();
} catch (error) {
  fail(error instanceof Error ? error.message : String(error), 1);
}
