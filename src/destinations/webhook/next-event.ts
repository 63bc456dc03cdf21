// Which event a signup makes now, given what the receiver knows already.
import { type Contact, UNKNOWN_CHANNEL } from '../../model.ts';
import { reason } from '../../reasons.ts';
import type { Field } from '../field.ts';
import {
  type Change,
  type EventType,
  eventId,
  outcomeOf,
  scoreBandOf,
  signupEvent,
  toldChannel,
} from './event.ts';
import { type Memo, type Pending, readMemo, type Told } from './memo.ts';

const REPLAYED = reason('replayed').code;

/** The event that is to be sent; `undefined` when the receiver knows everything. */
export function nextEvent(contact: Contact, fields: readonly Field[]): Pending | undefined {
  const { told, pending }: Memo = readMemo(contact.memo);
  if (pending) return pending;
  const now = stateOf(contact, told);
  const isReplay = contact.waitedFor?.includes(REPLAYED);
  const isFailed = now.outcome === 'failed';
  if (isFailed && (told?.outcome !== 'failed' || isReplay)) return make('signup.failed', now);
  if (isFailed) return undefined;
  if (!told?.isEnriched || isReplay) {
    return make('signup.enriched', { ...now, isEnriched: true });
  }
  const changed = changesOf(told, now);
  if (changed.length === 0) return undefined;
  return make('signup.updated', { ...now, updates: now.updates + 1 }, changed);

  function make(type: EventType, next: Told, changes?: readonly Change[]): Pending {
    const [, name = ''] = type.split('.');
    const event = changes ? `${name}-${next.updates}` : name;
    return {
      id: eventId(contact.latest.signup.id, event),
      body: JSON.stringify(signupEvent(type, contact, fields, changes)),
      told: next,
    };
  }
}

/** What the receiver knows once it is told. What is not known now stays as it was told before. */
function stateOf(contact: Contact, before: Told | undefined): Told {
  const channel = toldChannel(contact);
  return {
    outcome: outcomeOf(contact),
    channel: isKnown(channel) ? channel : (before?.channel ?? channel),
    scoreBand: scoreBandOf(contact.latest) ?? before?.scoreBand,
    isEnriched: before?.isEnriched ?? false,
    updates: before?.updates ?? 0,
  };
}

/** A known first touch does not change any more. */
function changesOf(before: Told, now: Told): Change[] {
  const changes: Change[] = [];
  if (isKnown(now.channel) && !isKnown(before.channel)) changes.push('first_touch');
  if (now.scoreBand !== before.scoreBand) changes.push('score_band');
  if (now.outcome !== before.outcome) changes.push('outcome');
  return changes;
}

const isKnown = (channel: string | undefined): channel is string =>
  channel !== undefined && channel !== UNKNOWN_CHANNEL;
