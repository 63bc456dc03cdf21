// The event of a signup: what the receiver gets to know, in a body whose bytes follow from the signup alone.
import { storyPath } from '../../identifiers.ts';
import type { Contact, DeliveryStatus, Enriched, ReachedDelivery } from '../../model.ts';
import type { Field } from '../field.ts';
import { valuesOf } from '../fields.ts';
import type { SignupEvent } from '../signup-event.ts';

export type EventType = SignupEvent['type'];
export type Change = NonNullable<SignupEvent['data']['changed']>[number];

const MEDIUM_FROM = 40;
const HIGH_FROM = 70;

/** `undefined` without a prediction. */
export function scoreBandOf({ visitor }: Enriched): SignupEvent['data']['scoreBand'] {
  const score = visitor?.prediction?.score;
  if (score === undefined) return undefined;
  return score >= HIGH_FROM ? 'high' : score >= MEDIUM_FROM ? 'medium' : 'low';
}

/** Where the signup stands at the destinations that the webhook follows: `waiting` before all, and then the best. */
export function outcomeOf({ elsewhere }: Contact): DeliveryStatus | null {
  const statuses = (elsewhere?.deliveries ?? []).map(({ status }) => status);
  const order: readonly DeliveryStatus[] = ['waiting', 'delivered', 'failed', 'skipped'];
  return order.find((status) => statuses.includes(status)) ?? null;
}

/** The fields with what the contact says of its first touch, which an earlier signup may have brought. */
export function toldValues(fields: readonly Field[], { latest, elsewhere }: Contact) {
  const values = valuesOf(fields, latest);
  const held = elsewhere?.held;
  const { channel, source } = latest.attribution;
  if (!held || (held.channel === channel && held.source === source)) return values;
  for (const { property, snapshot, unknownValue, isSource } of fields) {
    if (snapshot !== 'first_touch') continue;
    const value = unknownValue !== undefined ? held.channel : isSource ? held.source : undefined;
    if (value === undefined) delete values[property];
    else values[property] = value;
  }
  return values;
}

/** The channel of the first touch as the event tells it, whether or not the field leaves. */
export function toldChannel({ latest, elsewhere }: Contact): string | undefined {
  return elsewhere?.held?.channel ?? (latest.visitor && latest.attribution.channel);
}

/** The event, with its keys always in this order. */
export function signupEvent(
  type: EventType,
  contact: Contact,
  fields: readonly Field[],
  changed?: readonly Change[],
): SignupEvent {
  const { latest, elsewhere } = contact;
  const { id, source, occurredAt, receivedAt, test, refresh, workerUrl } = latest.signup;
  const values = toldValues(fields, contact);
  const hasScore = fields.some(({ property }) => property === 'datafast_lead_score');
  return {
    type,
    timestamp: refresh?.askedAt ?? receivedAt,
    data: {
      id,
      source,
      occurredAt,
      receivedAt,
      test,
      match: latest.match,
      outcome: outcomeOf(contact),
      deliveries: (elsewhere?.deliveries ?? []).map(inFixedOrder),
      scoreBand: hasScore ? scoreBandOf(latest) : undefined,
      changed,
      fields: values,
      links: { story: workerUrl && workerUrl + storyPath(id) },
    },
  };
}

const inFixedOrder = ({ destination, status, reason, externalId, url }: ReachedDelivery) => ({
  destination,
  status,
  reason,
  externalId,
  url,
});

/**
 * The ID of the event, the same for every attempt: receivers drop what they have. Standard Webhooks wants no dot in it, and
 * a header takes no other letters than these.
 */
export function eventId(signupId: string, event: string): string {
  const name = [...new TextEncoder().encode(signupId)]
    .map((byte) => {
      const letter = String.fromCharCode(byte);
      return /[\w:-]/.test(letter) ? letter : `~${byte.toString(16).padStart(2, '0')}`;
    })
    .join('');
  return `${name}:${event}`;
}
