// Timestamps come from outside; one that cannot be read is one that is not there.

/** Analytics end a visit after half an hour of silence. */
export const VISIT_MS = 30 * 60 * 1000;

/** Milliseconds since 1970, or `undefined` when absent or unreadable. */
export function timeOf(text: string | undefined): number | undefined {
  const time = text === undefined ? Number.NaN : Date.parse(text);
  return Number.isNaN(time) ? undefined : time;
}
