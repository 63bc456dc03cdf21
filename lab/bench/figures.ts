// The result of each piece of the benchmark, and the statistics that all of them use.
import * as z from 'zod';

export interface Figure {
  /** Under which `--write` keeps it for the documentation, with the unit at its end: `cpuMs`. */
  id?: string;
  name: string;
  value: number;
  unit: string;
  /** The middle half of the rounds. */
  spread?: Spread;
  target?: Target;
}

export const Spread = z.tuple([z.number(), z.number()]);
export type Spread = readonly [low: number, high: number];
export const Target = z.union([
  z.strictObject({ atLeast: z.number() }),
  z.strictObject({ atMost: z.number() }),
]);
export type Target = z.infer<typeof Target>;

export interface Measured {
  figures: readonly Figure[];
  /** What a reader must know. */
  notes: readonly string[];
  /** What the figures are counted from, where the documentation shows more than the figures. */
  counted?: unknown;
}

export function meets({ value, target }: Pick<Figure, 'value' | 'target'>): boolean | undefined {
  if (!target) return undefined;
  return 'atLeast' in target ? value >= target.atLeast : value <= target.atMost;
}

/** The median and the middle half, because a shared machine has outliers. */
export function summarize(rounds: readonly number[]): { value: number; spread: Spread } {
  const sorted = rounds.toSorted((one, other) => one - other);
  const at = (share: number) => sorted[Math.round((sorted.length - 1) * share)] ?? Number.NaN;
  return { value: at(0.5), spread: [at(0.25), at(0.75)] };
}
