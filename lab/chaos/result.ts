// The result of `npm run chaos`, for people and for scripts.
import Table from 'cli-table3';
import type { Check } from './audit.ts';
import type { Budget } from './budgets.ts';

export interface Result {
  seed: number;
  isCutShort: boolean;
  wallSeconds: number;
  counts: Readonly<Record<string, number | string>>;
  checks: readonly Check[];
  budgets: readonly Budget[];
  /** The errors that the Worker logged. */
  errors: readonly string[];
}

const SHOWN = 5;

/** Prints the result. Returns whether everything is as it must be. */
export function show(result: Result, asJson: boolean): boolean {
  const isGood =
    !result.isCutShort &&
    result.checks.every(({ differences }) => differences.length === 0) &&
    result.budgets.every(({ most, allowed }) => most <= allowed);
  if (asJson) console.log(JSON.stringify({ ...result, isGood }, null, 2));
  else print(result, isGood);
  return isGood;
}

function print({ seed, counts, checks, budgets, errors }: Result, isGood: boolean): void {
  const style = { head: [], border: [], compact: true };
  const happened = new Table({ style });
  for (const [what, count] of Object.entries(counts)) happened.push([what, count]);

  const proven = new Table({ head: ['proven', 'checked', 'differences'], style });
  for (const { what, checked, differences } of checks)
    proven.push([what, checked, differences.length]);

  const kept = new Table({ head: ['budget', 'most', 'allowed'], style });
  for (const { what, most, allowed } of budgets) {
    kept.push([what, most > allowed ? `${most}, too many` : most, allowed]);
  }
  console.log(`\n${happened}\n\n${proven}\n\n${kept}\n`);

  for (const { what, differences } of checks) {
    if (differences.length === 0) continue;
    console.error(`Wrong: ${what}`);
    for (const difference of differences.slice(0, SHOWN)) console.error(`  ${difference}`);
    if (differences.length > SHOWN) console.error(`  and ${differences.length - SHOWN} more`);
  }
  const logged = Map.groupBy(
    errors,
    (line) => /"event":"(\w+)"/.exec(line)?.[1] ?? line.slice(0, 200),
  );
  for (const [error, lines] of logged) console.log(`The Worker logged ${error}: ${lines.length}`);
  if (isGood) console.log('Nothing lost, nothing duplicated, all budgets kept.');
  else
    console.error(
      `\nTo repeat it with the same people and weather: npm run chaos -- --seed ${seed}`,
    );
}
