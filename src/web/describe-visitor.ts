// One visitor as API and service binding show them: what a signup of theirs would bring to the CRM.
import type { VisitorResult } from '../api/visitor.ts';
import { fields, valuesOf } from '../destinations/fields.ts';
import { findVisitor, type Unavailable } from './find-visitor.ts';
import type { WebDependencies } from './web.ts';

/** Asks DataFast only for what the cache does not have. */
export async function describeVisitor(
  dependencies: WebDependencies,
  visitorId: string,
): Promise<VisitorResult | Unavailable> {
  const found = await findVisitor(dependencies, visitorId);
  if ('unavailable' in found) return found;
  const { known, referrers } = found;
  const { match, visitor, fetchedAt } = known;
  const attribution = dependencies.attribute({ visitor, referrer: referrers.first });
  const journey = visitor && dependencies.journey(visitor, undefined, referrers);
  const enriched = { match, visitor, fetchedAt, attribution, journey };
  return {
    visitorId,
    match,
    visitor: visitor ?? null,
    attribution,
    fields: valuesOf(fields, enriched),
    destinations: dependencies.destinations().map((destination) => ({
      name: destination.name,
      fields: valuesOf(destination.fields, enriched),
    })),
    cachedAt: fetchedAt ?? null,
  };
}
