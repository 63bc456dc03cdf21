// Whether DataFast refuses everybody: what its answers of this isolate say together. One visitor that is refused with
// unknown words may be to blame. Several in a row are not.
import type { Reason } from '../reasons.ts';
import { MINUTE_MS } from '../time.ts';
import type { Lookup } from './lookup.ts';

/** Kept per isolate: a hint that saves requests. A new isolate finds out again, from its first few answers. */
export interface Refusals {
  /** Until when nobody is asked for, and why. */
  everybody: { untilMs: number; reason: Reason; isInferred: boolean } | undefined;
  /** The visitors that were refused with unknown words since the last clear answer. */
  unclear: readonly string[];
  /** The visitors that were refused so while others were answered. Such a refusal is about them alone. */
  alone: readonly string[];
}

export const newRefusals = (): Refusals => ({ everybody: undefined, unclear: [], alone: [] });

/** A refusal of everybody is not tried with other visitors for so long. New secrets come with a new isolate. */
const PAUSE_MS = MINUTE_MS;
/** Two bots in a row are an accident. */
const SEVERAL = 3;
/** A mistake must not fill the memory. */
const MAX_ALONE = 100;

/** DataFast refuses everybody. `isInferred`: it did not say so, but several visitors in a row were refused. */
export function recordRefusalOfAll(
  refusals: Refusals,
  reason: Reason,
  nowMs: number,
  isInferred: boolean,
): void {
  refusals.everybody = { untilMs: nowMs + PAUSE_MS, reason, isInferred };
}

/** DataFast refused a visitor with unknown words. Returns whether several visitors in a row were refused so. */
export function recordUnclear(refusals: Refusals, visitorId: string): boolean {
  const { unclear, alone } = refusals;
  if (alone.includes(visitorId)) return false;
  // The same visitor again says nothing new.
  if (unclear.length < SEVERAL && !unclear.includes(visitorId)) {
    refusals.unclear = [...unclear, visitorId];
  }
  return refusals.unclear.length >= SEVERAL;
}

/** DataFast said something about this visitor, so it does not refuse everybody. */
export function recordClear(refusals: Refusals, visitorId?: string): void {
  refusals.everybody = undefined;
  refusals.alone = [...refusals.alone, ...refusals.unclear]
    .filter((id) => id !== visitorId)
    .slice(-MAX_ALONE);
  refusals.unclear = [];
}

/** The answers of one batch, by visitor ID. The clear ones refute that everybody is refused, in whatever order they came. */
export function settleRefusals(
  refusals: Refusals,
  answers: ReadonlyMap<string, Lookup>,
): ReadonlyMap<string, Lookup> {
  const lookups = [...answers.values()];
  const isRefuted = lookups.some(isClear) && !lookups.some(isSaidOfAll);
  if (!isRefuted) return answers;
  recordClear(refusals);
  return new Map([...answers].map(([id, lookup]) => [id, settled(lookup)]));
}

const isClear = (lookup: Lookup) =>
  lookup.kind === 'found' || (lookup.kind === 'absent' && lookup.match !== 'rejected_by_datafast');

const isSaidOfAll = (lookup: Lookup) =>
  lookup.kind === 'unavailable' && lookup.needsOperator && !lookup.ifOthersAnswered;

const settled = (lookup: Lookup): Lookup =>
  lookup.kind === 'unavailable' ? (lookup.ifOthersAnswered ?? lookup) : lookup;
