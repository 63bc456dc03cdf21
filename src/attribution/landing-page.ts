// The first page that a visitor saw. DataFast has no field for it, so the earliest visited page is taken.
import type { Visitor } from '../model.ts';
import { timeOf, VISIT_MS } from '../time.ts';
import { type Location, parseLocation } from './location.ts';

/**
 * The page on which the first visit began. `undefined` when the list of pages begins with a later visit, whose link
 * says nothing about the first touch. The pages come earliest first.
 */
export function landingPage(visitor: Visitor): Location | undefined {
  const page = visitor.pages[0];
  return page && beginsWithFirstVisit(visitor) ? parseLocation(page.url) : undefined;
}

/** Whether the list of pages begins with the first visit, as far as its times show. */
export function beginsWithFirstVisit({ pages, firstSeenAt }: Visitor): boolean {
  const firstSeen = timeOf(firstSeenAt);
  const seen = timeOf(pages[0]?.at);
  return firstSeen === undefined || seen === undefined || seen <= firstSeen + VISIT_MS;
}
