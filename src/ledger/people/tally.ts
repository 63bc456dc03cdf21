// Counting people: sums that are added to person by person, and the figures that come of them.

/** Of one person. */
export interface Facts {
  isMatched: boolean;
  /** It is known what brought them. */
  isKnown: boolean;
  isDelivered: boolean;
  hasFailed: boolean;
  /** Paid within the period. */
  hasPaid: boolean;
  score: number | null;
  /** US dollars. */
  value: number | null;
  /** Whole days from the first visit to the signup. */
  days: number | null;
}

export const nothingKnown = (): Facts => ({
  isMatched: false,
  isKnown: false,
  isDelivered: false,
  hasFailed: false,
  hasPaid: false,
  score: null,
  value: null,
  days: null,
});

export interface Tally {
  people: number;
  matched: number;
  known: number;
  delivered: number;
  failed: number;
  customers: number;
  score: number;
  scores: number;
  value: number;
  values: number;
  /** At each number of days: how many people took so many. Sorting them all would take longer than counting. */
  days: number[];
}

export const emptyTally = (): Tally => ({
  people: 0,
  matched: 0,
  known: 0,
  delivered: 0,
  failed: 0,
  customers: 0,
  score: 0,
  scores: 0,
  value: 0,
  values: 0,
  days: [],
});

export function add(tally: Tally | undefined, person: Facts): void {
  if (!tally) return;
  tally.people += 1;
  if (person.isMatched) tally.matched += 1;
  if (person.isKnown) tally.known += 1;
  if (person.isDelivered) tally.delivered += 1;
  if (person.hasFailed) tally.failed += 1;
  if (person.hasPaid) tally.customers += 1;
  if (person.score !== null) {
    tally.score += person.score;
    tally.scores += 1;
  }
  if (person.value !== null) {
    tally.value += person.value;
    tally.values += 1;
  }
  if (person.days !== null) countDays(tally.days, person.days, 1);
}

/** More are counted as so many. */
const MOST_DAYS = 3_650;

function countDays(counts: number[], days: number, people: number): void {
  const place = Math.min(MOST_DAYS, days);
  while (counts.length <= place) counts.push(0);
  counts[place] = (counts[place] ?? 0) + people;
}

const SUMS = [
  'people',
  'matched',
  'known',
  'delivered',
  'failed',
  'customers',
  'score',
  'scores',
  'value',
  'values',
] as const;

/** Of people who are in one of them each. */
export function totalOf(tallies: readonly Tally[]): Tally {
  const total = emptyTally();
  for (const tally of tallies) {
    for (const sum of SUMS) total[sum] += tally[sum];
    for (const [days, people] of tally.days.entries()) countDays(total.days, days, people);
  }
  return total;
}

export interface Figures {
  people: number;
  /** With a visitor that DataFast knows. */
  matched: number;
  /** With a channel that is known. */
  known: number;
  /** Delivered to every destination. */
  delivered: number;
  failed: number;
  /** Who have paid within the period. */
  customers: number;
  /** Of DataFast's lead score, 0 to 100. */
  meanScore: number | null;
  /** US dollars, of those who have one. */
  meanExpectedValue: number | null;
  /** US dollars, of all together. */
  expectedValue: number | null;
  /** From the first visit to the signup. */
  medianDaysToSignup: number | null;
}

export function figuresOf(tally: Tally): Figures {
  const { people, matched, known, delivered, failed, customers } = tally;
  const { score, scores, value, values, days } = tally;
  return {
    people,
    matched,
    known,
    delivered,
    failed,
    customers,
    meanScore: scores > 0 ? rounded(score / scores, 1) : null,
    meanExpectedValue: values > 0 ? rounded(value / values, 2) : null,
    expectedValue: values > 0 ? rounded(value, 2) : null,
    medianDaysToSignup: median(days),
  };
}

const rounded = (value: number, digits: number) => Number(value.toFixed(digits));

/** Of the days that are counted. */
function median(counts: readonly number[]): number | null {
  const all = counts.reduce((sum, count) => sum + count, 0);
  if (all === 0) return null;
  const at = (rank: number) => {
    let before = 0;
    return counts.findIndex((count) => {
      before += count;
      return before > rank;
    });
  };
  return (at((all - 1) >> 1) + at(all >> 1)) / 2;
}
