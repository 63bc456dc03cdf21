// The period of a question: days of a time zone, or moments.
import { DAY_MS } from '../time.ts';
import { addDays, type Zone, zone } from './time-zone.ts';

export interface Period {
  /** The first and the last day, `YYYY-MM-DD`. */
  from: string;
  to: string;
  fromMs: number;
  /** The end of the last day. */
  untilMs: number;
}

export const NAMED_PERIODS = ['month', 'year'] as const;
export const COMPARISONS = ['previous', 'year'] as const;
export type Comparison = (typeof COMPARISONS)[number];

/** How the question names its period. Without a name it is the last 30 days. */
export interface PeriodNames {
  days?: number | undefined;
  period?: (typeof NAMED_PERIODS)[number] | undefined;
  /** Days, or moments in ISO 8601; a last day is included, a moment is the end. */
  from?: string | undefined;
  to?: string | undefined;
}

const DEFAULT_DAYS = 30;
/** A question of more days is refused. */
export const MOST_DAYS = 1_100;

export function periodOf(names: PeriodNames, zoneName: string, nowMs: number): Period {
  const there = zone(zoneName);
  const today = there.dayOf(nowMs);
  const { days, period, from, to } = names;
  if (from !== undefined || to !== undefined) return between(there, today, from, to);
  if (period === 'month') return whole(there, `${today.slice(0, 8)}01`, today);
  if (period === 'year') return whole(there, `${today.slice(0, 5)}01-01`, today);
  return whole(there, addDays(today, 1 - (days ?? DEFAULT_DAYS)), today);
}

/** As many days right before, or the same days of the year before. */
export function comparedWith({ from, to }: Period, how: Comparison, zoneName: string): Period {
  const there = zone(zoneName);
  if (how === 'year') return whole(there, yearBefore(from), yearBefore(to));
  const days = countDays(from, to);
  return whole(there, addDays(from, -days), addDays(from, -1));
}

/** Each day from the first to the last. */
export function daysBetween(from: string, to: string): string[] {
  return Array.from({ length: countDays(from, to) }, (_, index) => addDays(from, index));
}

/** How many days that are. */
export const countDays = (from: string, to: string): number =>
  Math.max(0, Math.round((Date.parse(to) - Date.parse(from)) / DAY_MS) + 1);

const whole = (there: Zone, from: string, to: string): Period => ({
  from,
  to,
  fromMs: there.startOf(from),
  untilMs: there.startOf(addDays(to, 1)),
});

const isDay = (text: string) => text.length === 10;

/** An end that is missing is today, and a beginning that is missing is so many days before the end. */
function between(there: Zone, today: string, from: string | undefined, to = today): Period {
  const untilMs = isDay(to) ? there.startOf(addDays(to, 1)) : Date.parse(to);
  const last = isDay(to) ? to : there.dayOf(untilMs - 1);
  const begin = from ?? addDays(last, 1 - DEFAULT_DAYS);
  const fromMs = isDay(begin) ? there.startOf(begin) : Date.parse(begin);
  return { from: there.dayOf(fromMs), to: last, fromMs, untilMs };
}

/** The last day of February is the day before the first of March. */
function yearBefore(day: string): string {
  const before = `${Number(day.slice(0, 4)) - 1}${day.slice(4)}`;
  return addDays(before.endsWith('02-29') ? `${before.slice(0, 8)}28` : before, 0);
}
