// `npm run bench`: what the Worker costs. Where the speed of the machine matters, the figures are ratios within one run.
// `-- accept batch` measures only those. `--json` prints JSON. `--write` keeps the figures for the documentation. `--strict` ends
// with 1 when a target is missed.
import { writeFileSync } from 'node:fs';
import Table from 'cli-table3';
import { newCommand, numberWhere, oneOf, parseOwn } from '../../src/cli/command.ts';
import { keepFigures } from '../figures/kept.ts';
import { measureAccepting } from './accept.ts';
import { measureAttributing } from './attribution.ts';
import { measureBackfill } from './backfill.ts';
import { measureBatch } from './batch.ts';
import { measureBundle } from './bundle.ts';
import { measureCron } from './cron.ts';
import { measureDraining } from './drain.ts';
import { measureDrops } from './drops.ts';
import { type Figure, type Measured, meets } from './figures.ts';
import { measureMemory } from './memory.ts';
import { measurePeople } from './people.ts';
import { measurePlan } from './plan.ts';
import { measureWaiting } from './waiting.ts';

interface Piece {
  title: string;
  measure(options: { signups: number }): Promise<Measured>;
}

const PIECES: Readonly<Record<string, Piece>> = {
  accept: { title: 'Accepting a webhook', measure: measureAccepting },
  batch: { title: 'Delivering a batch of 40 signups of 40 visitors', measure: measureBatch },
  drain: {
    title: 'Draining a burst through DataFast’s 60 requests a minute, in virtual time',
    measure: ({ signups }) => measureDraining(signups),
  },
  waiting: { title: 'From the webhook to the CRM, in real time', measure: measureWaiting },
  plan: {
    title:
      'A day of 2,500 signups on the Free plan, with refreshes, an outage of DataFast and an open dashboard',
    measure: measurePlan,
  },
  people: {
    title: 'The first page over many people',
    measure: ({ signups }) => measurePeople(signups * 10),
  },
  cron: { title: 'A run of cron', measure: measureCron },
  bundle: { title: 'The upload', measure: measureBundle },
  memory: { title: 'Memory', measure: ({ signups }) => measureMemory(signups / 5) },
  attribution: { title: 'Attributing a visitor', measure: measureAttributing },
  drops: { title: 'How soon a lost cookie is seen', measure: measureDrops },
  backfill: { title: 'Checking a file of signups', measure: measureBackfill },
};

const SIGNUPS = 10_000;

function readPieces() {
  const all = Object.keys(PIECES);
  const pieceOf = oneOf(all);
  const command = newCommand('bench')
    .description('Measures what the Worker costs.')
    .argument(
      '[piece...]',
      `${all.join(', ')}; all of them by default`,
      (text: string, before: readonly string[]) => [...before, pieceOf(text)],
      [],
    )
    .option(
      '--signups <number>',
      'how many signups drain and memory use; people uses ten times as many',
      numberWhere((value) => Number.isInteger(value) && value > 0, 'a whole number'),
      SIGNUPS,
    )
    .option('--json', 'prints JSON instead of tables')
    .option('--out <file>', 'writes the same JSON to a file')
    .option('--write', 'keeps the figures for the documentation; then npm run docs')
    .option('--strict', 'ends with 1 when a target is missed');
  parseOwn(command);
  const [pieces] = command.processedArgs;
  const { signups, json = false, out, write = false, strict = false } = command.opts();
  return { names: pieces.length > 0 ? pieces : all, signups, json, out, write, strict };
}

function print(title: string, { figures, notes }: Measured): void {
  const table = new Table({
    head: ['', 'value', 'middle half', 'target', ''],
    style: { head: [], border: [], compact: true },
    colAligns: ['left', 'right', 'right', 'right', 'left'],
  });
  for (const figure of figures) {
    const { name, value, unit, spread, target } = figure;
    table.push([
      name,
      `${rounded(value)} ${unit}`.trim(),
      spread ? spread.map(rounded).join(' – ') : '',
      target ? ('atLeast' in target ? `≥ ${target.atLeast}` : `≤ ${target.atMost}`) : '',
      mark(figure),
    ]);
  }
  console.log(`\n${title}\n${table}`);
  for (const note of notes) console.log(note);
}

function mark(figure: Figure): string {
  const isMet = meets(figure);
  return isMet === undefined ? '' : isMet ? '✓' : '✗';
}

/** Three significant digits. */
function rounded(value: number): string {
  if (Number.isInteger(value)) return String(value);
  return value.toFixed(Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 3);
}

const { names, signups, json, out, write, strict } = readPieces();
const measured: Record<string, Measured> = {};
for (const name of names) {
  const piece = PIECES[name];
  if (!piece) continue;
  if (!json) console.log(`Measuring: ${name}`);
  measured[name] = await piece.measure({ signups });
  if (!json) print(piece.title, measured[name]);
  if (write) {
    const more = signups === SIGNUPS ? '' : ` --signups ${signups}`;
    const command = `npm run bench -- ${name}${more}`;
    keepFigures(name, { title: piece.title, command, ...measured[name] });
  }
}
const text = JSON.stringify(measured, undefined, 2);
if (json) console.log(text);
if (out !== undefined) writeFileSync(out, `${text}\n`);

const isMissed = Object.values(measured).some(({ figures }) =>
  figures.some((figure) => meets(figure) === false),
);
process.exitCode = strict && isMissed ? 1 : 0;
