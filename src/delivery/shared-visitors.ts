// Signups whose visitor may not be theirs are written without the visitor's touch and activity: those with an address that
// nobody has verified, and from the third person of a visitor on.
import type { LedgerDatabase } from '../ledger/database.ts';
import type { LedgerEntry } from '../ledger/record.ts';
import { type Brought, claimVisitors, releaseUnused } from '../ledger/visitor-people.ts';
import type { EnrichedSignup, Match, Signup } from '../model.ts';
import { isoOf } from '../time.ts';
import type { EnrichDependencies } from './enrich.ts';

interface SharedDependencies extends Pick<EnrichDependencies, 'attribute' | 'now'> {
  ledger: LedgerDatabase;
}

/** The same items in the same order. Asks the ledger only when a visitor was found. */
export async function withoutForeign<Item extends { enriched: EnrichedSignup }>(
  { ledger, attribute, now }: SharedDependencies,
  items: readonly Item[],
): Promise<readonly Item[]> {
  const brought = items
    .map(({ enriched }) => enriched)
    .filter(({ signup }) => !isUnverified(signup))
    .toSorted((a, b) => Date.parse(a.signup.occurredAt) - Date.parse(b.signup.occurredAt))
    .flatMap((enriched) => broughtBy(enriched) ?? []);
  const isTheirs =
    brought.length > 0 ? await claimVisitors(ledger, brought, isoOf(now())) : () => true;
  return items.map((item) => {
    const { signup } = item.enriched;
    const pair = broughtBy(item.enriched);
    if (!pair) return item;
    if (isUnverified(signup)) return without(item, 'email_unverified');
    return isTheirs(pair) ? item : without(item, 'shared_visitor');
  });

  function without(item: Item, match: Match): Item {
    const { signup } = item.enriched;
    const attribution = attribute({ referrer: signup.referrer });
    return { ...item, enriched: { signup, match, attribution } };
  }
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
const isUnverified = ({ emailVerified }: Signup) => emailVerified === false;

function broughtBy({ match, signup }: { match: string; signup: Signup }): Brought | undefined {
  const { visitorId, email } = signup;
  return match === 'matched' && visitorId !== undefined && email !== undefined
    ? { visitorId, email }
    : undefined;
}
