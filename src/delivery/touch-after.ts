// What the contact says of its first touch now. The ledger says the same, and not what was worked out.
import type { Attempt, LedgerEntry } from '../ledger/record.ts';
import { type EnrichedSignup, UNKNOWN_CHANNEL } from '../model.ts';

export type TouchAfter = Pick<LedgerEntry, 'attribution' | 'held'>;

export function touchAfter(
  { match, attribution, signup }: EnrichedSignup,
  attempts: readonly Attempt[],
): TouchAfter {
  const touches = attempts.flatMap(({ firstTouch }) => firstTouch ?? []);
  if (touches.some(({ kind }) => kind === 'written')) return { attribution };
  const held = touches.find((touch) => touch.kind === 'held');
  if (held) return { held: { channel: held.channel, source: held.source } };
  const hasArrived = attempts.some(({ status }) => status === 'delivered');
  // Without a visitor there is no first touch, and the attribution only says so.
  const isNew = !signup.refresh && (hasArrived || match !== 'matched');
  return isNew ? { attribution } : {};
}

/** Whether it says what brought the person. */
export function isTouchKnown({ attribution, held }: TouchAfter): boolean {
  const channel = (attribution ?? held)?.channel;
  return channel !== undefined && channel !== UNKNOWN_CHANNEL;
}
