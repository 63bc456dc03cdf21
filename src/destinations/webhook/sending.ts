// An event on its way: what is sent, and what the ledger says of it afterwards.
import type { Contact } from '../../model.ts';
import type { Outcome } from '../../outcome.ts';
import { reason as generalReason } from '../../reasons.ts';
import type { Field, Value } from '../field.ts';
import { plainText } from '../format.ts';
import type { WebhookClient } from './client.ts';
import { toldValues } from './event.ts';
import { type Pending, readMemo, type Told, writeMemo } from './memo.ts';
import { nextEvent } from './next-event.ts';
import type { Condition } from './when.ts';

export interface Webhook {
  client: WebhookClient;
  /** Those that leave. */
  fields: readonly Field[];
  /** Which signups make an event. */
  condition: Condition;
}

/** A signup whose event is on its way. */
export interface Sending {
  contact: Contact;
  pending: Pending;
}

/** It was not sent yet. */
export const LATER: Outcome = {
  status: 'snooze',
  reason: generalReason('requests_used_up'),
  afterSeconds: 1,
  isBounded: true,
};

/** The event as it is, for the next attempt. */
export function pendingMemo({ memo }: Contact, pending: Pending): string {
  return writeMemo({ told: readMemo(memo).told, pending });
}

/** What the ledger says of an event that the receiver has. What has changed while it was on its way is told next. */
export function arrived(fields: readonly Field[], contact: Contact, told: Told): Outcome {
  const next = nextEvent({ ...contact, memo: writeMemo({ told }), waitedFor: [] }, fields);
  if (next) return { ...LATER, memo: writeMemo({ told, pending: next }) };
  const written = textsOf(toldValues(fields, contact));
  return {
    status: 'delivered',
    written,
    firstTouch: contact.elsewhere?.isTouchTold ? undefined : firstTouchOf(contact),
    memo: writeMemo({ told }),
    ...(isEarly(told) && { reason: generalReason('sent_before_others') }),
  };
}

/** Another destination may still end, or a person may make it end. */
const isEarly = ({ outcome }: Told) => outcome === 'waiting' || outcome === 'failed';

/** Where no other destination says what a contact holds, the event is what is known. */
function firstTouchOf({ latest: { visitor, attribution } }: Contact) {
  return (
    visitor && {
      kind: 'written' as const,
      visitorId: visitor.visitorId,
      channel: attribution.channel,
      source: attribution.source,
    }
  );
}

const MAX_LENGTH = 2_000;

/** The values as the ledger keeps them, each cut to a readable length. */
export function textsOf(values: Readonly<Record<string, Value>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).flatMap(([property, value]) => {
      const text = plainText(value, MAX_LENGTH);
      return text === undefined ? [] : [[property, text]];
    }),
  );
}
