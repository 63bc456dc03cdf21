// RevenueCat's INITIAL_PURCHASE. https://www.revenuecat.com/docs/integrations/webhooks/event-types-and-fields
import { changed, customerDigits, newToken, type Sample } from './sample.ts';

export const revenuecat: Sample = {
  source: 'revenuecat',
  proof: 'token',
  isTimestamped: false,
  carries: ['visitorId', 'email', 'name', 'userId', 'test'],
  newSecret: newToken,
  payload: (signup) => {
    const anonymousId = `$RCAnonymousID:${customerDigits(signup, 32)}`;
    const updatedAt = signup.occurredAt.getTime();
    const attributes = Object.entries({
      $email: signup.email,
      $displayName: signup.name,
      datafast_visitor_id: signup.visitorId,
    })
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => [name, { value, updated_at_ms: updatedAt }]);
    return JSON.stringify({
      api_version: '1.0',
      event: {
        id: signup.eventId,
        type: 'INITIAL_PURCHASE',
        event_timestamp_ms: updatedAt,
        app_user_id: signup.userId ?? anonymousId,
        original_app_user_id: anonymousId,
        aliases: [anonymousId],
        product_id: 'pro_monthly',
        period_type: 'TRIAL',
        store: 'APP_STORE',
        environment: signup.test ? 'SANDBOX' : 'PRODUCTION',
        subscriber_attributes: Object.fromEntries(attributes),
      },
    });
  },
  completion: (signup, { eventId, at }) =>
    changed(revenuecat.payload({ ...signup, eventId, occurredAt: at }), {
      'event.type': 'RENEWAL',
    }),
  otherPayload: (person) => revenuecat.payload(person).replace('INITIAL_PURCHASE', 'TEST'),
  async sign(body, { secret }) {
    const headers = new Headers({
      'content-type': 'application/json',
      authorization: `Bearer ${secret}`,
    });
    return { headers, body };
  },
};
