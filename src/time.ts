// Moments and durations. A moment that cannot be read counts as absent.

export const MINUTE_MS = 60_000;
export const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;
export const HOUR_SECONDS = HOUR_MS / 1000;
export const DAY_SECONDS = DAY_MS / 1000;

/** Analytics end a visit after half an hour of silence. */
export const VISIT_MS = 30 * MINUTE_MS;

/** Smaller numbers are Unix seconds, larger ones milliseconds. The border is the year 1973 in milliseconds. */
const SMALLEST_MILLISECONDS = 100_000_000_000;
/** A moment before is a placeholder. */
export const EARLIEST_MS = Date.UTC(2000, 0, 1);
const LATEST_MS = Date.UTC(2100, 0, 1);

/** As `toISOString` writes it. `Date.parse` also takes the 30th of February and 24:00, so days from the 29th on do not match. */
const ISO_UTC = /^\d{4}-\d\d-(0[1-9]|1\d|2[0-8])T([01]\d|2[0-3]):\d\d:\d\d\.\d{3}Z$/;

/** ISO 8601 in UTC. */
export const isoOf = (ms: number): string => new Date(ms).toISOString();

/** The same for a text that names the moment. Most are in this form already, and a visitor has dozens of them. */
export const isoFrom = (text: string, ms: number): string =>
  ISO_UTC.test(text) ? text : isoOf(ms);

/** A moment as people read it: `2026-11-26 09:00 UTC`. */
export const minuteOf = (iso: string): string => `${iso.slice(0, 16).replace('T', ' ')} UTC`;

/** Milliseconds since 1970, or `undefined` when the text is absent or unreadable. */
export function timeOf(text: string | null | undefined): number | undefined {
  const time = Date.parse(text ?? '');
  return Number.isNaN(time) ? undefined : time;
}

/**
 * A moment of this century as ISO 8601, from Unix seconds, Unix milliseconds or a text that names a date.
 * Placeholders such as `0001-01-01T00:00:00Z` are `undefined`.
 */
export function momentFrom(value: unknown): string | undefined {
  const ms =
    typeof value === 'number'
      ? value < SMALLEST_MILLISECONDS
        ? value * 1000
        : value
      : typeof value === 'string'
        ? Date.parse(value)
        : Number.NaN;
  if (!(ms >= EARLIEST_MS && ms < LATEST_MS)) return undefined;
  return typeof value === 'string' ? isoFrom(value, ms) : isoOf(ms);
}
