// The coverage of the last days, against as many days before.
import { readCoverage } from '../ledger/coverage.ts';
import type { LedgerDatabase } from '../ledger/database.ts';
import { DAY_MS, isoOf } from '../time.ts';
import { type Coverage, coverageOf } from './coverage.ts';

export const COVERAGE_DAYS = 7;

/** `days`: today included, days in UTC. */
export async function coverageOfDays(
  ledger: LedgerDatabase,
  days: number,
  nowMs: number,
): Promise<Coverage[]> {
  const day = (daysAgo: number) => isoOf(nowMs - daysAgo * DAY_MS).slice(0, 10);
  const [now, before] = [
    await readCoverage(ledger, day(days - 1), isoOf(nowMs + DAY_MS)),
    await readCoverage(ledger, day(2 * days - 1), day(days - 1)),
  ];
  return coverageOf(now, before);
}

/** Three seconds for each signup: however many there are, an open dashboard reads the same number of rows in a day. */
const KEPT_MS_PER_SIGNUP = 3000;
/** So few cost nothing. */
const FEW = 50;

export type ReadCoverage = () => Promise<readonly Coverage[]>;

/** The coverage for a page that is fetched again and again. */
export function rememberCoverage(ledger: LedgerDatabase, now: () => number): ReadCoverage {
  let kept: { coverage: readonly Coverage[]; untilMs: number } | undefined;
  return async () => {
    const nowMs = now();
    if (kept && nowMs < kept.untilMs) return kept.coverage;
    const coverage = await coverageOfDays(ledger, COVERAGE_DAYS, nowMs);
    const received = coverage[0]?.received ?? 0;
    const untilMs = nowMs + (received > FEW ? received * KEPT_MS_PER_SIGNUP : 0);
    kept = { coverage, untilMs };
    return coverage;
  };
}
