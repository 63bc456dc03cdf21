// Chargebee's subscription_created. https://apidocs.chargebee.com/docs/api/events
import { changed, customerDigits, newToken, type Sample, unixSeconds } from './sample.ts';

export const chargebee: Sample = {
  source: 'chargebee',
  proof: 'token',
  isTimestamped: false,
  carries: ['visitorId', 'email', 'name', 'userId'],
  newSecret: newToken,
  payload: (signup) => {
    const [firstName, ...rest] = signup.name?.split(' ') ?? [];
    const customerId = signup.userId ?? `cb${customerDigits(signup, 14)}`;
    const at = unixSeconds(signup.occurredAt);
    return JSON.stringify({
      id: signup.eventId,
      occurred_at: at,
      source: 'hosted_page',
      object: 'event',
      api_version: 'v2',
      event_type: 'subscription_created',
      webhook_status: 'not_configured',
      content: {
        subscription: {
          id: `sub${customerDigits(signup, 13)}`,
          customer_id: customerId,
          status: 'in_trial',
          created_at: at,
          started_at: at,
          cf_datafast_visitor_id: signup.visitorId,
          object: 'subscription',
        },
        customer: {
          id: customerId,
          first_name: firstName,
          last_name: rest.join(' '),
          email: signup.email,
          created_at: at,
          deleted: false,
          object: 'customer',
        },
      },
    });
  },
  completion: (signup, { eventId, at }) =>
    changed(chargebee.payload(signup), {
      id: eventId,
      event_type: 'customer_changed',
      occurred_at: unixSeconds(at),
    }),
  otherPayload: (person) =>
    chargebee.payload(person).replace('subscription_created', 'subscription_renewed'),
  async sign(body, { secret }) {
    const headers = new Headers({
      'content-type': 'application/json',
      authorization: `Basic ${btoa(`whence:${secret}`)}`,
    });
    return { headers, body };
  },
};
