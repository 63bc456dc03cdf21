// Figures that follow from measured ones, or that the code sets and the documentation repeats.
import { IN_OPEN_HOURS, MIX } from '../lab/day/people.ts';
import type { Kept } from '../lab/figures/kept.ts';
import { destinations } from '../src/destinations/index.ts';
import { DATAFAST_PER_MINUTE, FREE_SIGNUPS_PER_DAY } from '../src/limits.ts';
import { ledgerRetentionDays } from '../src/settings/own-settings.ts';

/** `max_batch_size` in wrangler.toml. */
const PEOPLE_IN_A_BATCH = 40;
const MINUTES_PER_DAY = 24 * 60;
/** https://developers.cloudflare.com/d1/platform/limits/ */
const DATABASE_BYTES = { free: 500e6, paid: 10e9 };

export function* derivedFigures(kept: ReadonlyMap<string, Kept>): Iterable<[string, string]> {
  yield ['limits.datafastPerMinute', exact(DATAFAST_PER_MINUTE)];
  yield ['limits.datafastPerDay', exact(DATAFAST_PER_MINUTE * MINUTES_PER_DAY)];
  yield ['limits.freeSignupsPerDay', exact(FREE_SIGNUPS_PER_DAY)];
  yield ['day.openHoursPercent', exact(100 * IN_OPEN_HOURS)];
  yield ['day.withoutVisitorPercent', exact(100 * MIX.withoutVisitor)];
  yield ['day.notFoundPercent', exact(100 * MIX.notFound)];
  for (const destination of destinations) {
    yield [`destinations.${destination.name}MostRequests`, exact(mostRequestsFor(destination))];
  }
  const bytes = kept.get('ledger')?.figures.find(({ id }) => id === 'bytesPerSignup')?.value;
  if (bytes !== undefined) yield* sizesOf(bytes);
}

/** For as many people as a batch of the queue holds; a destination may take fewer at once. */
function mostRequestsFor({ batchSize, requestsPerBatch }: (typeof destinations)[number]): number {
  const [full, rest] = [Math.floor(PEOPLE_IN_A_BATCH / batchSize), PEOPLE_IN_A_BATCH % batchSize];
  return full * requestsPerBatch(batchSize) + requestsPerBatch(rest);
}

function* sizesOf(bytes: number): Iterable<[string, string]> {
  const days = Number(ledgerRetentionDays.default);
  const perDay = DATAFAST_PER_MINUTE * MINUTES_PER_DAY;
  const gigabytes = (bytesInAll: number) => (bytesInAll / 1e9).toFixed(1);
  yield ['ledger.kilobytesPerSignup', (bytes / 1000).toFixed(1)];
  yield ['ledger.freeSignups', roughly(DATABASE_BYTES.free / bytes)];
  yield ['ledger.paidSignups', roughly(DATABASE_BYTES.paid / bytes)];
  yield ['ledger.freeSignupsPerDay', roughly(DATABASE_BYTES.free / bytes / days)];
  yield ['ledger.paidSignupsPerDay', roughly(DATABASE_BYTES.paid / bytes / days)];
  yield ['ledger.daysAtMost', exact(Math.floor(DATABASE_BYTES.paid / bytes / perDay))];
  yield ['ledger.gigabytesAtMost', gigabytes(bytes * perDay * days)];
  yield ['ledger.gigabytesPerMonth', gigabytes(bytes * perDay * 30)];
  const freeDays = DATABASE_BYTES.free / bytes / FREE_SIGNUPS_PER_DAY;
  yield ['ledger.freeRetentionDays', exact(Math.floor(freeDays / 10) * 10)];
  yield ['ledger.databasesAtMost', exact(Math.ceil((bytes * perDay * days) / DATABASE_BYTES.paid))];
}

const exact = (value: number) => value.toLocaleString('en');
/** Rounded down to two digits. */
export function roughly(value: number): string {
  const step = 10 ** Math.max(0, Math.trunc(Math.log10(value)) - 1);
  return exact(Math.floor(value / step) * step);
}
