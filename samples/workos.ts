// WorkOS AuthKit's user.created. https://workos.com/docs/events
import { WorkOS } from '@workos-inc/node';
import { changed, newToken, type Sample } from './sample.ts';

/** A made-up key: the API is never called. */
const sdk = new WorkOS('sk_test_whence');

export const workos: Sample = {
  source: 'workos',
  proof: 'signature',
  isTimestamped: true,
  carries: ['visitorId', 'email', 'name', 'userId', 'referrer'],
  newSecret: newToken,
  payload: ({ eventId, email, name, userId, visitorId, referrer, occurredAt }) => {
    const [firstName, ...rest] = name?.split(' ') ?? [];
    return JSON.stringify({
      id: eventId,
      event: 'user.created',
      created_at: occurredAt.toISOString(),
      context: { client_id: 'client_01J9ZC4T6Q' },
      data: {
        object: 'user',
        id: userId ?? 'user_01J9ZC6M3W',
        email: email ?? null,
        email_verified: false,
        first_name: firstName ?? null,
        last_name: rest.join(' ') || null,
        external_id: null,
        metadata: { datafast_visitor_id: visitorId, datafast_referrer: referrer },
        created_at: occurredAt.toISOString(),
        updated_at: occurredAt.toISOString(),
      },
    });
  },
  completion: (signup, { eventId, at }) =>
    changed(workos.payload(signup), {
      id: eventId,
      event: 'user.updated',
      created_at: at.toISOString(),
      'data.email_verified': true,
    }),
  otherPayload: (person) => workos.payload(person).replace('user.created', 'user.deleted'),
  async sign(body, { secret, at }) {
    const milliseconds = at.getTime();
    const mac = await sdk.webhooks.computeSignature(milliseconds, body, secret);
    const headers = new Headers({
      'content-type': 'application/json',
      'workos-signature': `t=${milliseconds}, v1=${mac}`,
    });
    return { headers, body };
  },
};
