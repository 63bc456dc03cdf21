// `npm run backfill -- file.csv`: tells the Worker of signups from before it was there.
import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { appendFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { Presets, SingleBar } from 'cli-progress';
import { stringify } from 'csv-stringify/sync';
import * as z from 'zod';
import { backfillSignups } from '../delivery/backfill.ts';
import { COLUMNS, type FileRow, parseMapping, readPortions } from './backfill-file.ts';
import { openWorkerApi, readSettings, type WorkerApi } from './worker-api.ts';

const USAGE = `usage: npm run backfill -- <file.csv> [--url http://localhost:8787] [--map email=E-Mail,signed_up_at=Created] [--dry-run] [--restart]

  The file has a header. Columns: ${COLUMNS.join(', ')}; the first two are needed.
  --map      your column names, as ours=yours
  --dry-run  checks every row and sends nothing
  --restart  from the first row, even if an earlier run got further

  Refused rows go to <file.csv>.refused.csv. An interrupted run goes on where it stopped. The same row again is
  the same signup, so that nothing is doubled.`;

const ROWS_AT_ONCE = 100;
/** 1 s, 2 s, 4 s … and then a person should look. */
const TRIES = 7;

const Results = z.object({
  items: z.array(z.object({ status: z.string(), problem: z.string().optional() })),
});

interface Refused extends FileRow {
  problem: string;
}
type Send = (rows: readonly FileRow[]) => Promise<readonly Refused[]>;

function fail(message: string): never {
  console.error(message);
  process.exit(2);
}

function readArguments() {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: {
        url: { type: 'string', default: 'http://localhost:8787' },
        map: { type: 'string' },
        'dry-run': { type: 'boolean', default: false },
        restart: { type: 'boolean', default: false },
      },
    });
    const [file, ...others] = positionals;
    if (file !== undefined && others.length === 0) return { ...values, file };
  } catch {
    // An unknown flag; the usage says which there are.
  }
  return fail(USAGE);
}

/** Checks rows as the Worker will. */
const check: Send = async (rows) => {
  const results = await backfillSignups(
    rows.map(({ row }) => row),
    Date.now(),
  );
  return rows.flatMap((row, index): Refused[] => {
    const result = results[index];
    return result?.kind === 'refused' ? [{ ...row, problem: result.problem }] : [];
  });
};

/** Sends rows, again and again while the Worker is not to be had. */
function sender(api: WorkerApi): Send {
  return async (rows) => {
    for (let attempt = 0; ; attempt += 1) {
      const answer = await api.call('POST', '/api/signups', {
        signups: rows.map(({ row }) => row),
      });
      if (answer.kind === 'ok') {
        const { items } = Results.parse(answer.json);
        return rows.flatMap((row, index): Refused[] => {
          const problem = items[index]?.problem;
          return problem === undefined ? [] : [{ ...row, problem }];
        });
      }
      const passes = answer.kind === 'unreachable' || answer.status >= 500 || answer.status === 429;
      if (!passes || attempt === TRIES) throw new Error(answer.message);
      await new Promise((resolve) => setTimeout(resolve, 1000 * 2 ** attempt));
    }
  };
}

const flags = readArguments();
const { file } = flags;
const mapping = parseMapping(flags.map);
if (typeof mapping === 'string') fail(mapping);
if (!existsSync(file)) fail(`There is no file ${file}.`);
const api = openWorkerApi(flags.url, readSettings().ADMIN_TOKEN);
if (!flags['dry-run'] && typeof api === 'string') fail(api);
const send = flags['dry-run'] || typeof api === 'string' ? check : sender(api);

const progressFile = `${file}.progress`;
const refusedFile = `${file}.refused.csv`;
const resumes = !flags.restart && !flags['dry-run'] && existsSync(progressFile);
const skip = resumes ? Number(readFileSync(progressFile, 'utf8')) || 0 : 0;
if (skip > 0) console.log(`Going on after row ${skip}; --restart begins anew.`);
if (skip === 0) writeFileSync(refusedFile, stringify([['row', 'problem', ...COLUMNS]]));

const counts = { rows: 0, refused: 0 };
const startedAt = Date.now();
const bar = new SingleBar(
  {
    format: '{bar} {percentage}% | {rows} rows, {refused} refused | {rate}/s | ETA {eta_formatted}',
  },
  Presets.shades_classic,
);
bar.start(statSync(file).size, 0, { ...counts, rate: 0 });
try {
  for await (const { rows, bytes } of readPortions(file, mapping, { skip, size: ROWS_AT_ONCE })) {
    const refused = await send(rows);
    counts.rows += rows.length;
    counts.refused += refused.length;
    if (refused.length > 0) {
      const lines = refused.map(({ number, problem, row }) => [
        number,
        problem,
        ...COLUMNS.map((column) => row[column]),
      ]);
      await appendFile(refusedFile, stringify(lines));
    }
    if (!flags['dry-run']) writeFileSync(progressFile, String(rows.at(-1)?.number));
    const rate = Math.round(counts.rows / Math.max(0.001, (Date.now() - startedAt) / 1000));
    bar.update(bytes, { ...counts, rate });
  }
  bar.stop();
} catch (error) {
  bar.stop();
  console.error(error instanceof Error ? error.message : String(error));
  if (existsSync(progressFile)) console.error('The same command again goes on where this stopped.');
  process.exit(1);
}
rmSync(progressFile, { force: true });
const verb = flags['dry-run'] ? 'would be accepted' : 'are accepted';
console.log(`${counts.rows - counts.refused} of ${counts.rows} rows ${verb}.`);
if (counts.refused > 0) console.log(`${counts.refused} are refused: see ${refusedFile}`);
else rmSync(refusedFile, { force: true });
process.exit(counts.refused > 0 ? 1 : 0);
