// Days of a time zone. The platform knows the zones.
import { DAY_MS, isoOf } from '../time.ts';

/** Where no zone is named. */
export const UTC = 'UTC';

/** Whether the platform knows this name, such as `Europe/Berlin`. */
export function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }) !== undefined;
  } catch {
    return false;
  }
}

export interface Zone {
  /** The day of a moment, `YYYY-MM-DD`. */
  dayOf(ms: number): string;
  /** When the day begins, in milliseconds since 1970. */
  startOf(day: string): number;
}

/** `name` is a zone that the platform knows. */
export function zone(name: string): Zone {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: name,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  /** What the clocks of the zone show, as if it were UTC. */
  const clockOf = (ms: number) => {
    const parts = new Map(format.formatToParts(ms).map(({ type, value }) => [type, Number(value)]));
    const part = (type: Intl.DateTimeFormatPartTypes) => parts.get(type) ?? 0;
    return Date.UTC(
      part('year'),
      part('month') - 1,
      part('day'),
      part('hour'),
      part('minute'),
      part('second'),
    );
  };
  return {
    dayOf: (ms) => isoOf(clockOf(ms)).slice(0, 10),
    startOf(day) {
      const midnight = Date.parse(`${day}T00:00:00.000Z`);
      const guess = midnight - (clockOf(midnight) - midnight);
      // Between the two the clocks may have been changed.
      const start = guess + (midnight - clockOf(guess));
      // Where the clocks jump over midnight, that is an hour of the day before.
      return clockOf(start) < midnight ? guess : start;
    },
  };
}

/** The day so many days later, or earlier. */
export const addDays = (day: string, days: number): string =>
  isoOf(Date.parse(`${day}T00:00:00.000Z`) + days * DAY_MS).slice(0, 10);
