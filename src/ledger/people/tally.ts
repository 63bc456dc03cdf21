// Counting people: sums that are added to person by person, and the figures that come of them.

/** Of one person. */
export interface Facts {
  isMatched: boolean;
  /** It is known what brought them. */
  isKnown: boolean;
  status: string | undefined;
  /** Paid within the period. */
  hasPaid: boolean;
  score: number | null;
  /** US dollars. */
  value: number | null;
  /** Whole days from the first visit to the signup. */
  days: number | null;
}

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
  if (person.status === 'delivered') tally.delivered += 1;
  if (person.status === 'failed') tally.failed += 1;
  if (person.hasPaid) tally.customers += 1;
  if (person.score !== null) {
    tally.score += person.score;
    tally.scores += 1;
  }
  if (person.value !== null) {
    tally.value += person.value;
    tally.values += 1;
  }
  if (person.days !== null) tally.days.push(person.days);
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

function median(numbers: readonly number[]): number | null {
  const sorted = numbers.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const [low, high] = [sorted[middle - (sorted.length % 2 === 0 ? 1 : 0)], sorted[middle]];
  return low === undefined || high === undefined ? null : (low + high) / 2;
}
