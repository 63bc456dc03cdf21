// Which signup is the contact's first touch. It is frozen once its channel is known. Until then the same visitor's known
// answer replaces it, whole, and another visitor's never does.
import { type Contact, type EnrichedSignup, UNKNOWN_CHANNEL } from '../model.ts';
import type { FirstTouch } from '../outcome.ts';
import { type Field, markerOf } from './field.ts';

type HeldProperties = Readonly<Record<string, string>>;

export interface TouchDecision {
  /**
   * `new` and `known_now` are written. `frozen`: the contact has it. `open`: still unknown. `of_another`: it is open, and
   * only its own visitor may fill it.
   */
  kind: 'new' | 'known_now' | 'frozen' | 'open' | 'of_another' | 'none';
  /** The signup that is written, or that would be. */
  touch?: EnrichedSignup | undefined;
  /** Whether the touch is of the contact's own visitor. */
  isOwn: boolean;
}

const isKnown = ({ attribution }: EnrichedSignup) => attribution.channel !== UNKNOWN_CHANNEL;
const visitorOf = ({ visitor }: EnrichedSignup) => visitor?.visitorId.toLowerCase();

/** What happens to the first touch of a contact that holds these properties. */
export function decideFirstTouch(
  fields: readonly Field[],
  { touches }: Pick<Contact, 'touches'>,
  held: HeldProperties,
): TouchDecision {
  const heldVisitor = held[markerOf(fields, 'first_touch') ?? '']?.toLowerCase();
  if (heldVisitor === undefined) {
    const touch = firstOf(touches);
    return touch ? { kind: 'new', touch, isOwn: true } : { kind: 'none', isOwn: false };
  }
  const ours = touches.filter((touch) => visitorOf(touch) === heldVisitor);
  const isOwn = ours.length > 0;
  const shown = ours[0] ?? touches[0];
  if (isFrozen(fields, held)) return { kind: 'frozen', touch: shown, isOwn };
  if (!isOwn) return { kind: touches.length > 0 ? 'of_another' : 'none', touch: shown, isOwn };
  // The operator's app may have put the visitor ID there, and nothing else.
  const touch = ours.find(isKnown) ?? (saysChannel(fields, held) ? undefined : ours[0]);
  return touch ? { kind: 'known_now', touch, isOwn } : { kind: 'open', touch: shown, isOwn };
}

/** The earliest, unless a later signup of the same visitor knows more. */
function firstOf([earliest, ...later]: readonly EnrichedSignup[]): EnrichedSignup | undefined {
  if (!earliest || isKnown(earliest)) return earliest;
  const known = later.find((touch) => isKnown(touch) && visitorOf(touch) === visitorOf(earliest));
  return known ?? earliest;
}

function saysChannel(fields: readonly Field[], held: HeldProperties): boolean {
  const channel = fields.find(({ unknownValue }) => unknownValue !== undefined);
  return channel === undefined || held[channel.property] !== undefined;
}

/** Whether the contact says what brought its visitor. An operator who leaves the channel out has nothing to fill. */
function isFrozen(fields: readonly Field[], held: HeldProperties): boolean {
  const channel = fields.find(({ unknownValue }) => unknownValue !== undefined);
  if (!channel) return true;
  const value = held[channel.property];
  return value !== undefined && value !== channel.unknownValue;
}

/** What the contact says of its first touch after the write; `undefined` when it says nothing. */
export function firstTouchAfter(
  fields: readonly Field[],
  held: HeldProperties | undefined,
  written: HeldProperties,
): FirstTouch | undefined {
  const marker = markerOf(fields, 'first_touch') ?? '';
  const channel = fields.find(({ unknownValue }) => unknownValue !== undefined)?.property ?? '';
  const source = fields.find(({ isSource }) => isSource)?.property ?? '';
  // The visitor ID may have been there before, from the operator's app or from when the source was unknown.
  const isWritten = written[marker] !== undefined || written[channel] !== undefined;
  const visitorId = written[marker] ?? held?.[marker];
  const said = isWritten ? written : held;
  if (said === undefined || !visitorId) return undefined;
  return {
    kind: isWritten ? 'written' : 'held',
    visitorId,
    channel: said[channel],
    source: said[source],
  };
}
