// RevenueCat: a static Authorization value. https://www.revenuecat.com/docs/integrations/webhooks
import { at } from './payload.ts';
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
  carriers: [],
  visitorIdIfUuid: [
    'event.subscriber_attributes.datafast_visitor_id.value',
    'event.subscriber_attributes.datafastVisitorId.value',
  ],
  email: [(event) => subscriber(event, '$email')],
  personName: [(event) => subscriber(event, '$displayName')],
  userId: ['event.app_user_id', 'event.original_app_user_id'],
});

/** Attribute names begin with a dollar sign, and a path would read a dot in them. */
function subscriber(event: Parameters<typeof at>[0], name: string): unknown {
  return at(event, `event.subscriber_attributes.${name}.value`);
}
