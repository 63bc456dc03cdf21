// Auth0's user.created on an event stream. https://auth0.com/docs/customize/events
import { changed, newToken, type Sample } from './sample.ts';

export const auth0: Sample = {
  source: 'auth0',
  proof: 'token',
  isTimestamped: false,
  carries: ['visitorId', 'email', 'name', 'userId', 'referrer', 'test'],
  newSecret: newToken,
  payload: ({ eventId, email, name, userId, visitorId, referrer, occurredAt, test }) =>
    JSON.stringify({
      specversion: '1.0',
      type: 'user.created',
      source: 'urn:auth0:acme.eu.auth0.com',
      id: eventId,
      time: occurredAt.toISOString(),
      a0tenant: 'acme',
      a0stream: 'est_7Yk2mQw9pLx4',
      ...(test ? { a0purpose: 'test' } : {}),
      data: {
        object: {
          user_id: userId ?? 'auth0|66f0c1d2e3',
          email,
          email_verified: false,
          // Auth0 makes both from the email when they are not given.
          name: name ?? email,
          nickname: email?.split('@')[0],
          identities: [
            { connection: 'Users', provider: 'auth0', user_id: '66f0c1d2e3', isSocial: false },
          ],
          user_metadata: { datafast_visitor_id: visitorId, datafast_referrer: referrer },
          app_metadata: {},
          created_at: occurredAt.toISOString(),
          updated_at: occurredAt.toISOString(),
        },
      },
    }),
  completion: (signup, { eventId, at }) =>
    changed(auth0.payload(signup), {
      type: 'user.updated',
      id: eventId,
      time: at.toISOString(),
      'data.object.email_verified': true,
    }),
  otherPayload: (person) => auth0.payload(person).replace('user.created', 'user.deleted'),
  async sign(body, { secret }) {
    const headers = new Headers({
      'content-type': 'application/json',
      authorization: `Bearer ${secret}`,
    });
    return { headers, body };
  },
};
