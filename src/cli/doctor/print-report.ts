// A report for people: one line per check, and under it the fix.
import type { Check, Report } from '../../health/report.ts';
import { withPages } from '../product.ts';

const MARKS: Readonly<Record<Check['status'], string>> = { ok: '✓', warning: '!', problem: '✗' };

export function printReport({ checks }: Pick<Report, 'checks'>, print: (line: string) => void) {
  const width = Math.max(...checks.map(({ name }) => name.length));
  for (const { name, status, what, fix } of checks) {
    print(withPages(`${MARKS[status]} ${name.padEnd(width)}  ${what}`));
    if (fix) print(withPages(`  ${' '.repeat(width)}  → ${fix}`));
  }
}

/** 1 when there is a problem. A warning is not one. */
export function exitCodeOf({ checks }: Pick<Report, 'checks'>): 0 | 1 {
  return checks.some(({ status }) => status === 'problem') ? 1 : 0;
}
