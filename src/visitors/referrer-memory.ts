// What the isolate remembers of searches for referrers. The cache has one write for each visitor, which is made when the
// visitor is found: what is found later is only here, and in the row of the signup that asked.
import { HOUR_MS } from '../time.ts';
import type { FirstReferrer } from './lookup.ts';
import type { MapMemory } from './realtime-map.ts';

/** It lives as long as the isolate. */
export interface ReferrerMemory extends MapMemory {
  /** By visitor ID. A signup that waits for its destination comes again and again. */
  asked: Map<string, Remembered>;
}

/** Without a referrer: DataFast was asked, and named none. */
interface Remembered extends Partial<FirstReferrer> {
  atMs: number;
}

export const newReferrerMemory = (): ReferrerMemory => ({ asked: new Map() });

/** A refresh comes an hour after the signup. */
const REMEMBERED_MS = HOUR_MS;
const MAX_REMEMBERED = 1_000;

/** `undefined`: nobody has asked about the visitor within the hour. */
export function recallReferrer(
  { asked }: ReferrerMemory,
  visitorId: string,
  nowMs: number,
): Partial<FirstReferrer> | undefined {
  const remembered = asked.get(visitorId);
  return remembered && remembered.atMs > nowMs - REMEMBERED_MS ? remembered : undefined;
}

export function rememberReferrer(
  { asked }: ReferrerMemory,
  visitorId: string,
  { first, isOfReturning }: Partial<FirstReferrer>,
  nowMs: number,
): void {
  asked.delete(visitorId);
  asked.set(visitorId, { first, isOfReturning, atMs: nowMs });
  // The oldest come first.
  for (const [id, { atMs }] of asked) {
    if (asked.size <= MAX_REMEMBERED && atMs > nowMs - REMEMBERED_MS) return;
    asked.delete(id);
  }
}

/** Forgets one visitor, and the map, which may show them. */
export function forgetReferrer(memory: ReferrerMemory, visitorId: string): void {
  memory.map = undefined;
  memory.asked.delete(visitorId);
}
