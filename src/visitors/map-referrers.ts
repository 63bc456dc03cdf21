// What the realtime map tells of a visitor: where the visit that is under way came from, and perhaps the first one.
import type { Visitor } from '../model.ts';
import { timeOf, VISIT_MS } from '../time.ts';
import type { FoundReferrers } from './lookup.ts';
import type { MapVisitor } from './realtime-map.ts';

/** The referrer of a first visit is both the visit's and the visitor's. That of a later visit is only the visit's. */
export function addFromMap(
  found: Map<string, FoundReferrers>,
  visitor: Visitor,
  onMap: MapVisitor | undefined,
): void {
  if (!onMap) return;
  const before = found.get(visitor.visitorId) ?? {};
  const { referrer } = onMap;
  found.set(visitor.visitorId, {
    ...before,
    first: before.first ?? (isFirstVisit(onMap, visitor) ? referrer : undefined),
    current: referrer,
  });
}

function isFirstVisit(onMap: MapVisitor, visitor: Visitor): boolean {
  const visits = onMap.visits ?? visitor.visits;
  if (visits !== undefined) return visits <= 1;
  const started = timeOf(onMap.startedAt);
  const first = timeOf(visitor.firstSeenAt);
  return started !== undefined && first !== undefined && started - first <= VISIT_MS;
}
