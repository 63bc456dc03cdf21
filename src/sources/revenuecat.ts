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
  eventId: 'event.id',
  occurredAt: 'event.event_timestamp_ms',
  isTest: (event) => at(event, 'event.environment') === 'SANDBOX',
  // A purchase from before may be told when it is restored or imported.
  createdAt: ['event.purchased_at_ms'],
  // A promotion is granted in the dashboard. Nobody bought it.
  ignore: (event) =>
    at(event, 'event.period_type') === 'PROMOTIONAL' ? 'made_by_admin' : undefined,
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
