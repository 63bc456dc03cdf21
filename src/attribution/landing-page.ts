// The first page that a visitor saw. DataFast has no field for it, so the earliest visited page is taken.
import type { Visitor } from '../model.ts';
import { timeOf, VISIT_MS } from '../time.ts';
import { type Location, parseLocation } from './location.ts';

/**
 * The page on which the first visit began. `undefined` when the list of pages begins with a later visit, whose link
 * says nothing about the first touch. The pages come earliest first.
 */
export function landingPage({ pages, firstSeenAt }: Visitor): Location | undefined {
  const page = pages[0];
  if (page === undefined) return undefined;
  const firstSeen = timeOf(firstSeenAt);
  const seen = timeOf(page.at);
  const isLater = firstSeen !== undefined && seen !== undefined && seen > firstSeen + VISIT_MS;
  return isLater ? undefined : parseLocation(page.url);
}
