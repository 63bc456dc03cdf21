// What the measuring commands have measured last. With `--write` each keeps its figures in one file here, and `npm run docs`
// shows them wherever the documentation has a figure. Nobody writes these files by hand.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import * as z from 'zod';
import { type Figure, Spread, Target } from '../bench/figures.ts';

const FOLDER = import.meta.dirname;

/** Says to a test that it keeps what it measures. */
export const KEEPS = 'WHENCE_KEEPS_FIGURES';

const KeptFigure = z.strictObject({
  /** With the unit at its end: `cpuMs`. The documentation names it so. */
  id: z.string().regex(/^[a-z][A-Za-z0-9]*$/),
  name: z.string(),
  value: z.number(),
  unit: z.string(),
  /** The middle half of the rounds; `value` is then their median. */
  spread: z.optional(Spread),
  target: z.optional(Target),
});
export type KeptFigure = z.infer<typeof KeptFigure>;

const Kept = z.strictObject({
  title: z.string(),
  /** What a reader types to measure it again. */
  command: z.string(),
  measuredOn: z.iso.date(),
  /** Processors of the machine. */
  cores: z.number(),
  figures: z.array(KeptFigure),
  /** What a reader must know. */
  notes: z.array(z.string()),
  /** What the figures are counted from, where the documentation shows more than the figures. */
  counted: z.optional(z.unknown()),
});
export type Kept = z.infer<typeof Kept>;

/** Of every command that has kept some, by the name of its file. */
export function readKept(): ReadonlyMap<string, Kept> {
  const names = readdirSync(FOLDER).filter((name) => name.endsWith('.json'));
  return new Map(
    names.toSorted().map((file) => {
      const text = readFileSync(resolve(FOLDER, file), 'utf8');
      return [file.replace(/\.json$/, ''), Kept.parse(JSON.parse(text))];
    }),
  );
}

export interface Told {
  title: string;
  command: string;
  /** Those without an id are shown in the terminal and not kept. */
  figures: readonly Figure[];
  notes?: readonly string[];
  counted?: unknown;
}

/** Replaces what this command has kept before. */
export function keepFigures(name: string, { title, command, figures, notes, counted }: Told): void {
  const kept: Kept = {
    ...{ title, command, measuredOn: new Date().toISOString().slice(0, 10) },
    cores: availableParallelism(),
    figures: figures.flatMap(({ id, ...figure }) =>
      id === undefined ? [] : [KeptFigure.parse({ id, ...figure })],
    ),
    notes: [...(notes ?? [])],
    ...(counted !== undefined && { counted }),
  };
  const file = resolve(FOLDER, `${name}.json`);
  writeFileSync(file, `${JSON.stringify(Kept.parse(kept), roundedValue, 2)}\n`);
  console.error(`Kept in lab/figures/${name}.json. npm run docs shows it in the documentation.`);
}

/** More digits than four say nothing. */
function roundedValue(_key: string, value: unknown): unknown {
  if (typeof value !== 'number' || Number.isInteger(value)) return value;
  return Number(value.toPrecision(Math.max(4, String(Math.trunc(value)).length + 1)));
}
