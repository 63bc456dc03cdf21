// A question about people in the query of an address: the API and the dashboard read it alike.
import * as z from 'zod/mini';
import { DIMENSIONS, type Dimension, TOUCHES, type Value } from '../ledger/people/question.ts';
import { CHANNELS, DELIVERY_STATUSES, MATCHES } from '../model.ts';
import { notOneOf, readWith, wholeNumber } from './input.ts';
import { COMPARISONS, countDays, MOST_DAYS, NAMED_PERIODS, periodOf } from './period.ts';
import { isTimeZone, UTC } from './time-zone.ts';

/** In a filter: the person has no such value. */
export const NONE = '(none)';

export const shortText = (letters: number) =>
  z.optional(z.string().check(z.maxLength(letters, `is longer than ${letters} characters`)));

const choice = <const Words extends readonly string[]>(words: Words) =>
  z.optional(z.enum(words, { error: notOneOf(words) }));

/** What signups and people are filtered by. */
export const filterShape = {
  channel: choice([...CHANNELS, NONE]),
  brought_by: shortText(200),
  campaign: shortText(500),
  landing_page: shortText(1_000),
  country: shortText(60),
  partner: shortText(200),
  source: shortText(40),
  match: choice([...MATCHES, NONE]),
  status: choice(DELIVERY_STATUSES),
  touch: choice(TOUCHES),
};
type FilterName = Exclude<keyof typeof filterShape, 'touch'>;

/** The parameter of each dimension. `source` was taken: it is the webhook's provider, as in every other answer. */
export const FILTER_OF: Readonly<Record<Dimension, FilterName>> = {
  channel: 'channel',
  source: 'brought_by',
  campaign: 'campaign',
  landing_page: 'landing_page',
  country: 'country',
  partner: 'partner',
  provider: 'source',
  match: 'match',
  status: 'status',
};

export type GivenFilters = Partial<Record<FilterName, string | undefined>>;

/** The filters by dimension. */
export function peopleFilters(given: GivenFilters): Partial<Record<Dimension, Value>> {
  return Object.fromEntries(
    DIMENSIONS.flatMap((dimension) => {
      const text = given[FILTER_OF[dimension]];
      if (!text) return [];
      const value = dimension === 'country' ? text.toUpperCase() : text;
      return [[dimension, text === NONE ? null : value]];
    }),
  );
}

/** A day, or a moment in UTC as ISO 8601. Signups are of this century. */
export const dayOrMoment = readWith((text) => {
  if (!/^(19[7-9]|20\d)\d/.test(text)) return undefined;
  if (z.iso.date().safeParse(text).success) return text;
  return z.iso.datetime().safeParse(text).success ? new Date(text).toISOString() : undefined;
}, 'is neither a day (YYYY-MM-DD) nor a moment in UTC, in ISO 8601, from 1970 to 2099');

export const BY = ['day', ...DIMENSIONS] as const;

export const PeopleQuery = z.object({
  days: z.optional(wholeNumber(1, MOST_DAYS)),
  period: choice(NAMED_PERIODS),
  from: z.optional(dayOrMoment),
  to: z.optional(dayOrMoment),
  zone: z.optional(
    readWith(
      (name) => (isTimeZone(name) ? name : undefined),
      'is not a time zone, such as Europe/Berlin',
    ),
  ),
  compare: choice(COMPARISONS),
  by: choice(BY),
  format: choice(['json', 'csv']),
  ...filterShape,
});
export type PeopleQuery = z.output<typeof PeopleQuery>;

/** Why the period cannot be read, as a sentence. */
export function wrongPeriod(query: PeopleQuery, nowMs: number): string | undefined {
  const named = [query.days, query.period, query.from ?? query.to];
  if (named.filter((name) => name !== undefined).length > 1) {
    return 'The period is named twice: give either days, or period, or from and to.';
  }
  const { from, to, fromMs, untilMs } = periodOf(query, query.zone ?? UTC, nowMs);
  if (fromMs >= untilMs) return 'from is not before to.';
  return countDays(from, to) > MOST_DAYS
    ? `The period is longer than ${MOST_DAYS} days.`
    : undefined;
}
