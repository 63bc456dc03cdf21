// The coverage of the last days, against as many days before.
import * as z from 'zod/mini';
import { CoverageRow, readCoverage } from '../ledger/coverage.ts';
import type { LedgerDatabase } from '../ledger/database.ts';
import { readHeartbeats, writeHeartbeat } from '../ledger/heartbeats.ts';
import { DAY_MS, isoOf } from '../time.ts';
import { type Coverage, coverageOf } from './coverage.ts';

export const COVERAGE_DAYS = 7;

const Looked = z.object({ now: z.array(CoverageRow), before: z.array(CoverageRow) });
type Looked = z.output<typeof Looked>;

/** `days`: today included, days in UTC. `before`: what is known already of the days before. */
async function look(
  ledger: LedgerDatabase,
  days: number,
  nowMs: number,
  before?: Looked['before'],
): Promise<Looked> {
  const day = (daysAgo: number) => isoOf(nowMs - daysAgo * DAY_MS).slice(0, 10);
  return {
    now: await readCoverage(ledger, day(days - 1), isoOf(nowMs + DAY_MS)),
    before: before ?? (await readCoverage(ledger, day(2 * days - 1), day(days - 1))),
  };
}

/** `days`: today included, days in UTC. */
export async function coverageOfDays(
  ledger: LedgerDatabase,
  days: number,
  nowMs: number,
): Promise<Coverage[]> {
  const { now, before } = await look(ledger, days, nowMs);
  return coverageOf(now, before);
}

/** However many signups there are, an open dashboard looks at the same number of them in a day. */
const KEPT_MS_PER_SIGNUP = 1500;
/** To read so few again costs little. */
const FEW = 100;

/** `countedAtMs`: of how long ago they are. */
export type ReadCoverage = () => Promise<{ coverage: readonly Coverage[]; countedAtMs: number }>;

const Kept = z.object({
  ...Looked.shape,
  day: z.string(),
  countedAtMs: z.number(),
  untilMs: z.number(),
});
type Kept = z.output<typeof Kept>;

/** The row of the ledger's `heartbeats`. */
const NAME = 'coverage';

/** The coverage for a page that is fetched again and again. It is kept here, and in the ledger for the other isolates. */
export function rememberCoverage(ledger: LedgerDatabase, now: () => number): ReadCoverage {
  let kept: Kept | undefined;
  return async () => {
    const nowMs = now();
    const isFresh = () => kept !== undefined && nowMs < kept.untilMs;
    if (!isFresh()) kept = (await readKept(ledger)) ?? kept;
    if (!isFresh()) kept = await lookAgain(ledger, nowMs, kept);
    const { now: looked = [], before = [], countedAtMs = nowMs } = kept ?? {};
    return { coverage: coverageOf(looked, before), countedAtMs };
  };
}

async function readKept(ledger: LedgerDatabase): Promise<Kept | undefined> {
  const detail = (await readHeartbeats(ledger)).get(NAME)?.detail ?? '{}';
  return Kept.safeParse(JSON.parse(detail)).data;
}

async function lookAgain(
  ledger: LedgerDatabase,
  nowMs: number,
  last: Kept | undefined,
): Promise<Kept> {
  const day = isoOf(nowMs).slice(0, 10);
  const looked = await look(
    ledger,
    COVERAGE_DAYS,
    nowMs,
    last?.day === day ? last.before : undefined,
  );
  const signups = [...looked.now, ...looked.before].reduce((sum, { count }) => sum + count, 0);
  if (signups <= FEW) return { ...looked, day: '', countedAtMs: nowMs, untilMs: 0 };
  const untilMs = nowMs + signups * KEPT_MS_PER_SIGNUP;
  const kept = { ...looked, day, countedAtMs: nowMs, untilMs };
  // A ledger that takes no rows at the moment can still be read.
  await writeHeartbeat(ledger, NAME, isoOf(nowMs), JSON.stringify(kept)).catch(() => undefined);
  return kept;
}
