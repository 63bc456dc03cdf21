// A backfill from the order to its end: what is to be sent, the run, and the result.
import { statSync } from 'node:fs';
import { Health } from '../../api/health.ts';
import { fail } from '../command.ts';
import { anyFileFailure } from '../failure.ts';
import { duration, openProgress } from '../progress.ts';
import { INTERRUPTED, listenForInterruption } from '../retry.ts';
import { secondsFor } from '../throttle.ts';
import { openApi, type Worker } from '../worker.ts';
import type { WorkerApi } from '../worker-api.ts';
import type { CsvFile } from './file.ts';
import { type Journal, openJournal } from './journal.ts';
import { openRefusals } from './refusals.ts';
import { countRows, runBackfill, type Total } from './run.ts';

export interface Order {
  file: CsvFile;
  /** How dates are written, as the operator says. */
  dates?: string;
  worker: Worker;
  visitorsPerMinute: number;
  isDryRun: boolean;
  restarts: boolean;
  json: boolean;
}

interface Opened {
  file: CsvFile;
  /** Absent in a dry run. */
  api: WorkerApi | undefined;
  visitorsPerMinute: number;
  total: Total;
  journal: Journal;
}

async function open(order: Order): Promise<Opened> {
  const { file, visitorsPerMinute, worker, isDryRun, restarts } = order;
  const { path, mapping, delimiter } = file;
  const { url } = worker;
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat?.isFile()) return fail(`There is no file ${path}.`);
  const api = isDryRun ? undefined : await openApi(worker);
  const total = await countRows(file);
  if (total.rows === 0) fail('The file has no rows.', 1);
  // Another file, another meaning of it or another Worker is another run.
  const meaning = [[...mapping], delimiter, file.from, order.dates];
  const run = JSON.stringify([stat.size, stat.mtimeMs, ...meaning, url]);
  const [journalEnd, reportEnd] = api ? ['progress', 'refused.csv'] : ['dry-run', 'dry-run.csv'];
  const journal = openJournal(
    { path: `${path}.${journalEnd}`, reportPath: `${path}.${reportEnd}` },
    run,
    restarts || !api,
  );
  return { file, api, visitorsPerMinute, total, journal };
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

/** The exit code. */
export async function backfill(order: Order): Promise<number> {
  const opened = await open(order);
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
  const refusals = openRefusals();
  const interruption = listenForInterruption();
  const progress = openProgress(total.rows, 'rows');
  try {
    await runBackfill({ ...opened, refusals, progress, interruption, now: Date.now });
  } catch (error) {
    progress.stop();
    const failure = anyFileFailure(error);
    const said = error instanceof Error ? error.message : String(error);
    console.error(failure ? `${failure.problem}. ${failure.fix}` : said);
    return stoppedAfter(journal);
  }
  progress.stop();
  if (interruption.isStopped() && journal.rows < total.rows) {
    if (!api) journal.close();
    stoppedAfter(journal);
    return INTERRUPTED;
  }
  const { refused, reportPath } = journal;
  journal.close();
  const accepted = total.rows - refused;
  const report = refused > 0 ? reportPath : null;
  if (order.json) {
    const { rows, repeated: duplicates } = total;
    const reasons = refusals.list();
    console.log(
      JSON.stringify({ dryRun: !api, rows, duplicates, accepted, refused, reasons, report }),
    );
  } else {
    const verb = api ? 'are accepted' : 'would be accepted';
    console.log(`${accepted} of ${total.rows} rows ${verb}.`);
    if (total.repeated > 0) {
      console.log(`${total.repeated} rows repeat an earlier one, and count once.`);
    }
    if (report !== null) console.log(refusals.text(refused, report));
  }
  return refused > 0 ? 1 : 0;
}

function stoppedAfter({ rows }: Journal): 1 {
  console.error(
    rows === 0
      ? 'The same command starts again. A row that was sent already counts once.'
      : `Stopped after row ${rows}. The same command continues there.`,
  );
  return 1;
}
