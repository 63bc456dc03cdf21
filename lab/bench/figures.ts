// The result of each piece of the benchmark, and the statistics that all of them use.

export interface Figure {
  name: string;
  value: number;
  unit: string;
  /** The middle half of the rounds. */
  spread?: Spread;
  target?: Target;
}

export type Spread = readonly [low: number, high: number];
export type Target = { atLeast: number } | { atMost: number };

export interface Measured {
  figures: readonly Figure[];
  /** What a reader must know. */
  notes: readonly string[];
}

export function meets({ value, target }: Figure): boolean | undefined {
  if (!target) return undefined;
  return 'atLeast' in target ? value >= target.atLeast : value <= target.atMost;
}

/** The median and the middle half, because a shared machine has outliers. */
export function summarize(rounds: readonly number[]): { value: number; spread: Spread } {
  const sorted = rounds.toSorted((one, other) => one - other);
  const at = (share: number) => sorted[Math.round((sorted.length - 1) * share)] ?? Number.NaN;
  return { value: at(0.5), spread: [at(0.25), at(0.75)] };
}
