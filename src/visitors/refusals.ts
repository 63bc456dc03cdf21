// Whether DataFast refuses everybody: what its answers of this isolate say together. One visitor that is refused with
// unknown words may be to blame. Several in a row are not.
import type { Reason } from '../reasons.ts';
import { MINUTE_MS } from '../time.ts';

/** Kept per isolate: a hint that saves requests. A new isolate finds out again, from its first few answers. */
export interface Refusals {
  /** Until when nobody is asked for, and why. */
  everybody: { untilMs: number; reason: Reason } | undefined;
  /** The visitors that were refused with unknown words since the last clear answer. */
  unclear: readonly string[];
}

export const newRefusals = (): Refusals => ({ everybody: undefined, unclear: [] });

/** A refusal of everybody is not tried with other visitors for so long. New secrets come with a new isolate. */
const PAUSE_MS = MINUTE_MS;
/** Two bots in a row are an accident. */
const SEVERAL = 3;

/** DataFast said that it refuses everybody. */
export function recordRefusalOfAll(refusals: Refusals, reason: Reason, nowMs: number): void {
  refusals.everybody = { untilMs: nowMs + PAUSE_MS, reason };
}

/** DataFast refused a visitor with unknown words. Returns whether several visitors in a row were refused so. */
export function recordUnclear(refusals: Refusals, visitorId: string): boolean {
  const { unclear } = refusals;
  // The same visitor again says nothing new.
  if (unclear.length < SEVERAL && !unclear.includes(visitorId)) {
    refusals.unclear = [...unclear, visitorId];
  }
  return refusals.unclear.length >= SEVERAL;
}

/** DataFast said something about one visitor, so it does not refuse everybody. */
export function recordClear(refusals: Refusals): void {
  refusals.everybody = undefined;
  refusals.unclear = [];
}
