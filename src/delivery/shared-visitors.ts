// Visitors of many people: from the third person on, a signup is written without the visitor's touch and activity.
import type { LedgerDatabase } from '../ledger/database.ts';
import { type Brought, claimVisitors } from '../ledger/visitor-people.ts';
import type { EnrichedSignup, Signup } from '../model.ts';
import { isoOf } from '../time.ts';
import type { EnrichDependencies } from './enrich.ts';

interface SharedDependencies extends Pick<EnrichDependencies, 'attribute' | 'now'> {
  ledger: LedgerDatabase;
}

/** The same items in the same order. Asks the ledger only when a visitor was found. */
export async function withoutShared<Item extends { enriched: EnrichedSignup }>(
  { ledger, attribute, now }: SharedDependencies,
  items: readonly Item[],
): Promise<readonly Item[]> {
  const brought = items
    .map(({ enriched }) => enriched)
    .toSorted((a, b) => Date.parse(a.signup.occurredAt) - Date.parse(b.signup.occurredAt))
    .flatMap((enriched) => broughtBy(enriched) ?? []);
  if (brought.length === 0) return items;
  const isTheirs = await claimVisitors(ledger, brought, isoOf(now()));
  return items.map((item) => {
    const pair = broughtBy(item.enriched);
    if (!pair || isTheirs(pair)) return item;
    const { signup } = item.enriched;
    const attribution = attribute({ referrer: signup.referrer });
    return { ...item, enriched: { signup, match: 'shared_visitor', attribution } };
  });
}

function broughtBy({ match, signup }: { match: string; signup: Signup }): Brought | undefined {
  const { visitorId, email } = signup;
  return match === 'matched' && visitorId !== undefined && email !== undefined
    ? { visitorId, email }
    : undefined;
}
