// What the HTTP connector of a Descope sign-up flow sends, with the body from docs/sources.md.
// https://docs.descope.com/flows/use-cases/backend-webhooks
import { newToken, type Sample } from './sample.ts';

export const descope: Sample = {
  source: 'descope',
  proof: 'token',
  isTimestamped: false,
  carries: ['visitorId', 'email', 'name', 'userId', 'referrer'],
  newSecret: newToken,
  payload: ({ email, name, userId, visitorId, referrer, occurredAt }) =>
    JSON.stringify({
      action: 'UserCreated',
      userId: userId ?? 'U2aBcD4eF',
      occurred: String(occurredAt.getTime()),
      data: {
        email: email ?? '',
        name: name ?? '',
        datafast_visitor_id: visitorId,
        datafast_referrer: referrer,
      },
    }),
  otherPayload: (person) => descope.payload(person).replace('UserCreated', 'LoginSucceed'),
  async sign(body, { secret }) {
    const headers = new Headers({
      'content-type': 'application/json',
      authorization: `Bearer ${secret}`,
    });
    return { headers, body };
  },
  stableId: ({ userId }) => userId ?? 'U2aBcD4eF',
};
