// What the contact says of its first touch now. The ledger says the same, and not what was worked out.
import type { Attempt, LedgerEntry } from '../ledger/entry.ts';
import { type EnrichedSignup, UNKNOWN_CHANNEL } from '../model.ts';
import type { FirstTouch } from '../outcome.ts';

export type TouchAfter = Pick<LedgerEntry, 'attribution' | 'held'>;

/** The converting touch, where a contact holds that of this signup. */
export function conversionAfter(
  { journey }: EnrichedSignup,
  attempts: readonly Attempt[],
): LedgerEntry['conversion'] {
  const conversion = journey?.conversion;
  const isHeld = attempts.some(
    ({ convertingChannel }) => convertingChannel === conversion?.channel,
  );
  return isHeld ? conversion : undefined;
}

/** Its own attribution, or what the contact holds instead. Empty when the ledger keeps what it has. */
export function touchAfter(enriched: EnrichedSignup, attempts: readonly Attempt[]): TouchAfter {
  const { match, attribution, signup } = enriched;
  const touches = attempts.flatMap(({ firstTouch }) => firstTouch ?? []);
  if (touches.some((touch) => isOurs(touch, enriched))) return { attribution };
  const [other] = touches;
  if (other) return { held: { channel: other.channel, source: other.source } };
  const hasArrived = attempts.some(({ status }) => status === 'delivered');
  // Without a visitor there is no first touch, and the attribution only says so.
  const isNew = !signup.refresh && (hasArrived || match !== 'matched');
  return isNew ? { attribution } : {};
}

/** Whether it was written for this signup. Two signups of one person in a batch share one contact. */
function isOurs(touch: FirstTouch, { visitor, attribution }: EnrichedSignup): boolean {
  const isOurVisitor = touch.visitorId.toLowerCase() === visitor?.visitorId.toLowerCase();
  const isOurChannel = touch.channel === undefined || touch.channel === attribution.channel;
  return touch.kind === 'written' && isOurVisitor && isOurChannel;
}

/** Whether it says what brought the person. */
export function isTouchKnown({ attribution, held }: TouchAfter): boolean {
  const channel = (attribution ?? held)?.channel;
  return channel !== undefined && channel !== UNKNOWN_CHANNEL;
}
