// RevenueCat: a static Authorization value. https://www.revenuecat.com/docs/integrations/webhooks
import type { JsonObject } from '../json.ts';
import { at, type Reader } from './payload.ts';
import { bearerToken } from './scheme.ts';
import { source } from './source.ts';

export const revenuecat = source({
  name: 'revenuecat',
  schemes: [bearerToken],
  eventType: 'event.type',
  signupEvents: ['INITIAL_PURCHASE', 'NON_RENEWING_PURCHASE'],
  // The store's first event often comes before the attributes, which then come with the next one, whatever it is about.
  completes: {
    events: 'any',
    by: [named('event.app_user_id'), named('event.original_app_user_id')],
    since: attributesSetAt,
  },
  eventId: 'event.id',
  occurredAt: 'event.event_timestamp_ms',
  // The attributes of the dashboard's test event are made up.
  ignore: (event) => (at(event, 'event.type') === 'TEST' ? 'not_a_signup_event' : undefined),
  isTest: (event) => at(event, 'event.environment') === 'SANDBOX',
  metadataPaths: [],
  // An attribute is an object: its value, and when it was set.
  visitorId: [
    'event.subscriber_attributes.datafast_visitor_id.value',
    'event.subscriber_attributes.datafastVisitorId.value',
    'event.subscriber_attributes.visitor_id.value',
  ],
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

/** Renewals come for ever. Attributes from before the first event were in it already. */
function attributesSetAt(event: JsonObject): unknown {
  const times = ['$email', 'datafast_visitor_id'].map((name) =>
    at(event, `event.subscriber_attributes.${name}.updated_at_ms`),
  );
  const known = times.filter((time) => typeof time === 'number');
  return known.length > 0 ? Math.max(...known) : undefined;
}
