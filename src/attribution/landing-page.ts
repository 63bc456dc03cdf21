// The first page a visitor saw. DataFast has no field for it; the earliest visited page stands in.
import type { Visitor } from '../model.ts';
import { type Location, parseLocation } from './location.ts';
import { timeOf, VISIT_MS } from './time.ts';

/**
 * The page the first visit began on; nothing when the list of pages begins with a later visit, whose link
 * says nothing of the first touch. The pages come earliest first.
 */
export function landingPage({ pages, firstSeenAt }: Visitor): Location | undefined {
  const page = pages[0];
  if (page === undefined) return undefined;
  const firstSeen = timeOf(firstSeenAt);
  const seen = timeOf(page.at);
  const isLater = firstSeen !== undefined && seen !== undefined && seen > firstSeen + VISIT_MS;
  return isLater ? undefined : parseLocation(page.url);
}
