// One visitor, many people: the third person of a visitor and those after are written without the visitor's touch and
// activity.
import type { LedgerDatabase } from '../ledger/database.ts';
import type { LedgerEntry } from '../ledger/entry.ts';
import { type Brought, claimVisitors, releaseUnused } from '../ledger/visitor-people.ts';
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
  const isTheirs =
    brought.length > 0 ? await claimVisitors(ledger, brought, isoOf(now())) : () => true;
  return items.map((item) => {
    const pair = broughtBy(item.enriched);
    if (!pair || isTheirs(pair)) return item;
    const { signup } = item.enriched;
    const attribution = attribute({ referrer: signup.referrer });
    return { ...item, enriched: { signup, match: 'shared_visitor', attribution } };
  });
}

/** A visitor stays free when the signup has arrived nowhere and never will, such as one with a mistyped address. */
export async function releaseRefused(
  ledger: LedgerDatabase,
  entries: readonly LedgerEntry[],
): Promise<void> {
  const unused = entries
    .filter(({ attempts }) => attempts.some(isRefused) && attempts.every(isRefused))
    .flatMap(({ match = '', signup }) => broughtBy({ match, signup }) ?? []);
  if (unused.length > 0) await releaseUnused(ledger, unused);
}

const isRefused = ({ status }: { status: string }) => status === 'failed' || status === 'skipped';

function broughtBy({ match, signup }: { match: string; signup: Signup }): Brought | undefined {
  const { visitorId, email } = signup;
  return match === 'matched' && visitorId !== undefined && email !== undefined
    ? { visitorId, email }
    : undefined;
}
