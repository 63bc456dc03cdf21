// Whether fewer signups have a known visitor than before, and it is no chance. Pure.

/** How many of so many have a known visitor. */
export interface Tally {
  known: number;
  total: number;
}

export interface Drop {
  recent: Tally;
  before: Tally;
}

/** The latest signups, against those before: a total loss shows in the first window, a partial one needs more. */
const WINDOWS = [20, 60];
/** A fault that is known is over when so many are well again. */
export const SMALLEST_WINDOW = Math.min(...WINDOWS);
const FEWEST_BEFORE = 20;
const MOST_BEFORE = 200;
/** More are of no use. */
export const MOST_SIGNUPS = Math.max(...WINDOWS) + MOST_BEFORE;
/** In a healthy month, all looks together raise a false alarm with a chance below this. */
const FALSE_ALARM = 0.01;
/** More than 30 points, whatever the last digits of the division are. */
const DROP = 0.3 + 1e-9;
/** Nearly as before. If a fault ended with less, it would come and go. */
const STILL_LOW = 0.15;

export const shareOf = ({ known, total }: Tally): number => known / total;

/** `areKnown`: whether each signup has a known visitor, the newest first. `signupsInAMonth`: each of them is a look. */
export function findDrop(areKnown: readonly boolean[], signupsInAMonth: number): Drop | undefined {
  const looks = Math.max(signupsInAMonth, areKnown.length) * WINDOWS.length;
  for (const size of WINDOWS) {
    const recent = tallyOf(areKnown, 0, size);
    const before = tallyOf(areKnown, size, size + MOST_BEFORE);
    if (before.total < FEWEST_BEFORE) return undefined;
    if (isDrop({ recent, before }, looks)) return { recent, before };
  }
  return undefined;
}

export function tallyOf(areKnown: readonly boolean[], from: number, to: number): Tally {
  const end = Math.min(to, areKnown.length);
  let known = 0;
  for (let index = from; index < end; index += 1) known += Number(areKnown[index]);
  return { known, total: Math.max(0, end - from) };
}

/**
 * Fisher's exact test of two proportions, two-sided. It is asked again with every signup, so its p is multiplied by the
 * number of looks in a month (Bonferroni): without that, p < 0.01 wakes somebody in every fifth healthy month.
 */
function isDrop({ recent, before }: Drop, looks: number): boolean {
  if (shareOf(before) - shareOf(recent) <= DROP) return false;
  return 2 * chanceOfSoFew(recent, before) * looks < FALSE_ALARM;
}

/** `usual`: the share before the drop. */
export const isStillLow = (recent: Tally, usual: number): boolean =>
  usual - shareOf(recent) >= STILL_LOW;

/** Of all ways to deal the known ones out to both groups, the share of those that give the recent ones so few. */
function chanceOfSoFew(recent: Tally, before: Tally): number {
  const known = recent.known + before.known;
  const all = recent.total + before.total;
  let chance = 0;
  for (let few = Math.max(0, known - before.total); few <= recent.known; few += 1) {
    chance += Math.exp(
      logWays(recent.total, few) + logWays(before.total, known - few) - logWays(all, known),
    );
  }
  return chance;
}

/** The logarithm of “n choose k”. */
function logWays(n: number, k: number): number {
  let sum = 0;
  for (let index = 1; index <= k; index += 1) sum += Math.log((n - k + index) / index);
  return sum;
}
