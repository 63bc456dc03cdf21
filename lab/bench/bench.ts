// `npm run bench`: what the Worker costs. Where the speed of the machine matters, the figures are ratios within one run.
// `-- accept batch` measures only those. `--json` prints JSON. `--strict` ends with 1 when a target is missed.
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import Table from 'cli-table3';
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

const USAGE = `usage: npm run bench -- [piece…] [--signups 10000] [--json] [--out file] [--strict]

  piece      ${Object.keys(PIECES).join(', ')}; without one, all of them
  --signups  how many signups drain and memory use
  --json     prints JSON instead of tables
  --out      writes the same JSON to a file
  --strict   ends with 1 when a target is missed`;

function readArguments() {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: {
        signups: { type: 'string', default: '10000' },
        json: { type: 'boolean', default: false },
        out: { type: 'string' },
        strict: { type: 'boolean', default: false },
      },
    });
    const names = positionals.length > 0 ? positionals : Object.keys(PIECES);
    const signups = Number(values.signups);
    const isKnown = names.every((name) => Object.hasOwn(PIECES, name));
    if (isKnown && Number.isInteger(signups) && signups > 0) return { ...values, names, signups };
  } catch {
    // An unknown flag. The usage lists all flags.
  }
  console.error(USAGE);
  process.exit(2);
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

const { names, signups, json, out, strict } = readArguments();
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
