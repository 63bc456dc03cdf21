// A bundle: one message of the queue for up to forty signups that the ledger holds. A message of their own for each would
// be three operations of the queue every time.
import * as z from 'zod/mini';
import type { LedgerDatabase } from '../ledger/database.ts';
import { readByIds } from '../ledger/stored-signups.ts';
import type { Signup } from '../model.ts';

export const Bundle = z.object({
  version: z.literal(1),
  /** IDs of signups that wait. */
  due: z.array(z.string()),
  /** IDs of signups whose live fields are written again. */
  refresh: z.array(z.string()),
  /** For a refresh: what was fetched before does not count; ISO 8601. */
  askedAt: z.string(),
});
export type Bundle = z.infer<typeof Bundle>;

/** A bundle as it came. */
export interface BundleMessage {
  message: Message;
  bundle: Bundle;
}

/** What the queue holds. */
export type QueueMessage = Signup | Bundle;

/** As many as a batch has messages at most. */
export const BUNDLE_SIZE = 40;
/** Each asks DataFast, and the invocation needs requests for where its visitors came from. */
export const REFRESHES_OF_A_BUNDLE = 25;

export const idsIn = (message: QueueMessage): readonly string[] =>
  'due' in message ? [...message.due, ...message.refresh] : [message.id];

/** In as few bundles as they need, those that wait first. */
export function bundlesOf({ due, refresh, askedAt }: Omit<Bundle, 'version'>): Bundle[] {
  const left = { due: [...due], refresh: [...refresh] };
  const bundles: Bundle[] = [];
  while (left.due.length + left.refresh.length > 0) {
    const waiting = left.due.splice(0, BUNDLE_SIZE);
    const room = Math.min(REFRESHES_OF_A_BUNDLE, BUNDLE_SIZE - waiting.length);
    const refreshed = left.refresh.splice(0, room);
    bundles.push({ version: 1, due: waiting, refresh: refreshed, askedAt });
  }
  return bundles;
}

/** The signups of the bundles, each once. Those that were erased or pruned meanwhile are left out. */
export async function signupsIn(
  ledger: LedgerDatabase,
  bundles: readonly Bundle[],
): Promise<Signup[]> {
  if (bundles.length === 0) return [];
  const stored = await readByIds(ledger, bundles.flatMap(idsIn));
  const due = new Set(bundles.flatMap((bundle) => bundle.due));
  const askedAt = new Map(bundles.flatMap((one) => one.refresh.map((id) => [id, one.askedAt])));
  return stored.flatMap(({ id, match, signup }) => {
    const asked = askedAt.get(id);
    if (!signup || due.has(id) || asked === undefined) return signup ?? [];
    return { ...signup, refresh: { askedAt: asked, matched: match === 'matched' } };
  });
}
