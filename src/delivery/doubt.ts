// Which signups were in an invocation that ended without a word: it may have been their fault.
import type { Item } from '../ledger/delivery-state.ts';
import type { LedgerWatch } from '../ledger/watch.ts';
import { reason } from '../reasons.ts';
import { HOUR_MS } from '../time.ts';

/** The message that brought a signup, and how often the queue has delivered it. */
export type Seen = Pick<Message, 'id' | 'attempts'>;

/** What the ledger keeps of it. */
export const triedOf = ({ id, attempts }: Seen): string => `${id}:${attempts}`;

const LOOKED_FOR = reason('visitor_not_found_yet').code;

/** A failure that was caught explains why nothing was recorded. An invocation that is ended forgets it. */
const EXPLAINS_MS = HOUR_MS;

/** Whether it is on trial, or an earlier attempt of the message stands nowhere in the ledger. */
export function isDoubtful(
  { state: { progress, isOnTrial } }: Item,
  seen: Seen | undefined,
  { lastFailureAtMs }: LedgerWatch,
  nowMs: number,
): boolean {
  if (isOnTrial) return true;
  if (seen === undefined || seen.attempts < 2) return false;
  if (lastFailureAtMs !== undefined && nowMs - lastFailureAtMs < EXPLAINS_MS) return false;
  const recorded = [...progress.values()].flatMap(({ tried }) => {
    const [, id, attempt] = /^(.*):(\d+)$/.exec(tried ?? '') ?? [];
    return id === seen.id ? [Number(attempt)] : [];
  });
  // A second look at an unknown visitor that finds nothing new is not written.
  const isLookedFor = [...progress.values()].some(({ reason: code }) => code === LOOKED_FOR);
  return Math.max(0, ...recorded) < seen.attempts - 1 - Number(isLookedFor);
}
