// `npm run bench:ledger [-- rows… --write]`: what the ledger costs as it grows: bytes and D1's billed rows per signup, how fast a
// batch is recorded, how long a page takes. D1 is local: compare the times with each other and not with Cloudflare's.
import Table from 'cli-table3';
import { newCommand, numberWhere, parseOwn } from '../../src/cli/command.ts';
import { readItems } from '../../src/ledger/delivery-state.ts';
import { listSignups } from '../../src/ledger/list.ts';
import { readSignup } from '../../src/ledger/query.ts';
import { recordEntries } from '../../src/ledger/record.ts';
import { countReplayable } from '../../src/ledger/replays.ts';
import { keepFigures } from '../figures/kept.ts';
import type { Figure } from './figures.ts';
import { entry, iso, START, seed } from './ledger-rows.ts';
import { openMeteredLedger } from './metered-ledger.ts';

const whole = numberWhere((rows) => Number.isInteger(rows) && rows > 0, 'a whole number');
const command = newCommand('bench:ledger')
  .description('Measures what the ledger costs as it grows.')
  .argument(
    '[rows...]',
    'how large the ledger is',
    (text: string, before: readonly number[]) => [...before, whole(text)],
    [],
  )
  .option('--write', 'keeps the figures for the documentation; then npm run docs');
parseOwn(command);
const [given] = command.processedArgs;
const { write = false } = command.opts();
const SIZES = given.length > 0 ? given : [1_000, 100_000, 1_000_000];
const BATCH = 40;
const REPEATS = 20;
/** Rows of one statement. D1 ends a statement that takes longer than 30 s. */
const SEED_ROWS = 5_000;
/** The ids of measured batches begin here, far from those of the seed. */
const FIRST_BATCH = 90_000_000;

const { database, cost, close } = await openMeteredLedger();

/** The median of several, in milliseconds. */
async function time(work: () => Promise<unknown>, repeats = REPEATS): Promise<number> {
  const took: number[] = [];
  for (let turn = 0; turn < repeats; turn += 1) {
    const startedAt = performance.now();
    await work();
    took.push(performance.now() - startedAt);
  }
  return took.sort((a, b) => a - b)[repeats >> 1] ?? 0;
}

async function bytes(): Promise<number> {
  const { meta } = await database.prepare('SELECT 1').run();
  return meta.size_after;
}

async function grow(from: number, to: number): Promise<void> {
  const startedAt = performance.now();
  for (let rows = from; rows < to; rows += SEED_ROWS) {
    const part = () => seed(database, rows, Math.min(to, rows + SEED_ROWS));
    // A busy machine drops a connection now and then. Seeding the same rows again changes nothing.
    await part().catch(part);
  }
  const perSecond = Math.round((to - from) / ((performance.now() - startedAt) / 1000));
  console.error(
    `${to} rows are there, ${perSecond} a second; every time in ms, the median of ${REPEATS}`,
  );
}

let batches = 0;
function newBatch() {
  batches += 1;
  return Array.from({ length: BATCH }, (_, index) => entry(FIRST_BATCH + batches * BATCH + index));
}

/** Reads and records batches, and says what D1 bills for a signup. */
async function timeBatches() {
  const signups = () => newBatch().map(({ signup }) => signup);
  let read = 0;
  let recorded = 0;
  const billed = await cost(async (ledger) => {
    read = await time(() => readItems(ledger, signups()));
    recorded = await time(() => recordEntries(ledger, newBatch(), iso(START)));
  });
  const perSignup = (rows: number) => rows / REPEATS / BATCH;
  const [rowsRead, rowsWritten] = [perSignup(billed.read), perSignup(billed.written)];
  console.error(
    `billed per signup: ${rowsRead.toFixed(1)} rows read, ${rowsWritten.toFixed(1)} written`,
  );
  return { read, recorded, rowsRead, rowsWritten };
}

function printCapacity(bytesPerSignup: number): void {
  for (const [plan, limit] of [
    ['Free, 500 MB', 500e6],
    ['Paid, 10 GB', 10e9],
  ] as const) {
    const signups = Math.floor(limit / bytesPerSignup).toLocaleString('en');
    console.error(`${plan}: ${signups} signups of that size`);
  }
}

await recordEntries(database, [entry(0)], iso(START));
const table = new Table({
  head: [
    'rows',
    'bytes/signup',
    'read a batch',
    'record a batch',
    'first page',
    'page in the middle',
    'failed',
    'search one',
    'search “person”',
    'one signup',
    'count a replay',
  ],
  style: { head: [], border: [], compact: true },
});
let rows = 1;
let figures: readonly Figure[] = [];
for (const size of SIZES) {
  await grow(rows, size);
  rows = Math.max(rows, size);
  const bytesPerSignup = (await bytes()) / (size + batches * BATCH);
  const { read, recorded, rowsRead, rowsWritten } = await timeBatches();
  const middle = { receivedAt: iso(START + (size / 2) * 1000), id: '' };
  const times = [
    read,
    recorded,
    await time(() => listSignups(database, { limit: 50 })),
    await time(() => listSignups(database, { limit: 50, after: middle })),
    await time(() => listSignups(database, { status: 'failed', limit: 50 })),
    await time(() => listSignups(database, { search: 'person.number77@', limit: 50 })),
    await time(() => listSignups(database, { search: 'person', limit: 50 }), 1),
    await time(() => readSignup(database, 'stripe:evt_1Qw000000000000000000077')),
    await time(() => countReplayable(database, { status: 'failed' }), 1),
  ];
  table.push([size, Math.round(bytesPerSignup), ...times.map((ms) => ms.toFixed(1))]);
  figures = [
    { id: 'rows', name: 'signups in the ledger', value: size, unit: '' },
    { id: 'bytesPerSignup', name: 'a signup, with its indexes', value: bytesPerSignup, unit: 'B' },
    { id: 'rowsRead', name: 'rows read to record a new signup', value: rowsRead, unit: '' },
    { id: 'rowsWritten', name: 'rows written to record it', value: rowsWritten, unit: '' },
  ];
  printCapacity(bytesPerSignup);
}
console.log(String(table));
await close();
if (write) {
  const command = ['npm run bench:ledger', ...(given.length > 0 ? ['--', ...given] : [])].join(' ');
  keepFigures('ledger', {
    ...{ title: 'The ledger as it grows', command, figures },
    notes: ['A whole delivery writes a few rows more, as for the claim of the visitor.'],
  });
}
