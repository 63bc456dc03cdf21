// RevenueCat: a static Authorization value. https://www.revenuecat.com/docs/integrations/webhooks
import type { JsonObject } from '../json.ts';
import { timeOf } from '../time.ts';
import { at, moment, type Reader } from './payload.ts';
import type { SourceReason } from './reasons.ts';
import { bearerToken } from './scheme.ts';
import { source, WAITED_FOR_MS } from './source.ts';

const SIGNUPS = ['INITIAL_PURCHASE', 'NON_RENEWING_PURCHASE'];

export const revenuecat = source({
  name: 'revenuecat',
  schemes: [bearerToken],
  eventType: 'event.type',
  signupEvents: SIGNUPS,
  // The store's first event often comes before the attributes, which then come with the next one, whatever it is about.
  completes: {
    events: 'any',
    of: 'customer',
    by: [named('event.app_user_id'), named('event.original_app_user_id')],
  },
  payment: {
    events: SIGNUPS,
    state: { at: 'event.period_type', is: 'NORMAL' },
    amount: 'event.price',
  },
  eventId: 'event.id',
  occurredAt: 'event.event_timestamp_ms',
  isTest: (event) => at(event, 'event.environment') === 'SANDBOX',
  // A purchase from before may be told when it is restored or imported.
  createdAt: ['event.purchased_at_ms'],
  ignore,
  // An attribute is an object: its value, and when it was set.
  metadataPaths: ['event.subscriber_attributes'],
  email: ['event.subscriber_attributes.$email.value'],
  personName: ['event.subscriber_attributes.$displayName.value'],
  userId: [named('event.app_user_id'), named('event.original_app_user_id')],
});

/** When the app names no user, the SDK makes up an anonymous id, which identifies nobody. */
function named(reader: Reader): Reader {
  return (event: JsonObject) => {
    const id = at(event, reader);
    return typeof id === 'string' && id.startsWith('$RCAnonymousID:') ? undefined : id;
  };
}

function ignore(event: JsonObject): SourceReason | undefined {
  // The attributes of the dashboard's test event are made up.
  if (at(event, 'event.type') === 'TEST') return 'not_a_signup_event';
  // A promotion is granted in the dashboard. Nobody bought it.
  if (at(event, 'event.period_type') === 'PROMOTIONAL') return 'made_by_admin';
  return isKnownForLong(event) ? 'completes_nothing' : undefined;
}

/** Renewals come for ever. Attributes that are older than a signup can wait were in its own event already. */
function isKnownForLong(event: JsonObject): boolean {
  const isSignup = SIGNUPS.includes(String(at(event, 'event.type')));
  const times = ['$email', 'datafast_visitor_id'].map(
    (name) => timeOf(moment(at(event, `event.subscriber_attributes.${name}.updated_at_ms`))) ?? 0,
  );
  const setMs = Math.max(...times);
  const atMs = timeOf(moment(at(event, 'event.event_timestamp_ms'))) ?? 0;
  return !isSignup && setMs > 0 && atMs - setMs > WAITED_FOR_MS;
}
