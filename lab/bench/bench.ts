// `npm run bench`: what the Worker costs. Where the speed of the machine matters, the figures are ratios within one run.
// `-- accept batch` measures only those. `--json` prints JSON. `--strict` ends with 1 when a target is missed.
import { writeFileSync } from 'node:fs';
import Table from 'cli-table3';
import { readArguments, refuse } from '../../src/cli/arguments.ts';
import { measureAccepting } from './accept.ts';
import { measureAttributing } from './attribution.ts';
import { measureBatch } from './batch.ts';
import { measureBundle } from './bundle.ts';
import { measureDraining } from './drain.ts';
import { type Figure, type Measured, meets } from './figures.ts';
import { measureMemory } from './memory.ts';

interface Piece {
  title: string;
  measure(size: { signups: number }): Promise<Measured>;
}

const PIECES: Readonly<Record<string, Piece>> = {
  accept: { title: 'Accepting a webhook', measure: measureAccepting },
  batch: { title: 'Delivering a batch of 40 signups of 40 visitors', measure: measureBatch },
  drain: {
    title: 'Draining a burst through DataFast’s 60 requests a minute, in virtual time',
    measure: ({ signups }) => measureDraining(signups),
  },
  bundle: { title: 'The bundle', measure: measureBundle },
  memory: { title: 'Memory', measure: ({ signups }) => measureMemory(signups / 5) },
  attribution: { title: 'Attributing a visitor', measure: measureAttributing },
};

const COMMAND = {
  name: 'npm run bench',
  usage: `usage: npm run bench -- [piece…] [--signups 10000] [--json] [--out file] [--strict]

  piece      ${Object.keys(PIECES).join(', ')}; without one, all of them
  --signups  how many signups drain and memory use
  --json     prints JSON instead of tables
  --out      writes the same JSON to a file
  --strict   ends with 1 when a target is missed`,
  options: {
    signups: { type: 'string' },
    json: { type: 'boolean' },
    out: { type: 'string' },
    strict: { type: 'boolean' },
  },
  mostArguments: Object.keys(PIECES).length,
} as const;

function readPieces() {
  const { values, positionals } = readArguments(COMMAND);
  const unknown = positionals.find((name) => !Object.hasOwn(PIECES, name));
  if (unknown !== undefined) refuse(COMMAND, `\`${unknown}\` is not a piece`);
  const { signups: text = '10000', json = false, out, strict = false } = values;
  const signups = Number(text);
  if (!Number.isInteger(signups) || signups <= 0) refuse(COMMAND, '--signups takes a whole number');
  const names = positionals.length > 0 ? positionals : Object.keys(PIECES);
  return { names, signups, json, out, strict };
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

const { names, signups, json, out, strict } = readPieces();
const measured: Record<string, Measured> = {};
for (const name of names) {
  const piece = PIECES[name];
  if (!piece) continue;
  if (!json) console.log(`Measuring: ${name}`);
  measured[name] = await piece.measure({ signups });
  if (!json) print(piece.title, measured[name]);
}
const text = JSON.stringify(measured, undefined, 2);
if (json) console.log(text);
if (out !== undefined) writeFileSync(out, `${text}\n`);

const isMissed = Object.values(measured).some(({ figures }) =>
  figures.some((figure) => meets(figure) === false),
);
process.exitCode = strict && isMissed ? 1 : 0;
