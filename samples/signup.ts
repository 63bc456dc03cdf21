// The generic signup webhook, as any app can send it.
import { Webhook } from 'standardwebhooks';
import { changed, newWhsec, type Sample, unixSeconds } from './sample.ts';

export const signup: Sample = {
  source: 'signup',
  proof: 'signature',
  isTimestamped: true,
  carries: ['visitorId', 'email', 'name', 'userId', 'referrer'],
  newSecret: newWhsec,
  payload: ({ email, name, userId, visitorId, referrer, occurredAt }) =>
    JSON.stringify({
      type: 'user.signup',
      timestamp: occurredAt.toISOString(),
      data: { email, name, user_id: userId, visitor_id: visitorId, referrer },
    }),
  completion: (person, { at }) =>
    changed(signup.payload(person), { type: 'user.updated', timestamp: at.toISOString() }),
  otherPayload: (person) => signup.payload(person).replace('user.signup', 'user.deleted'),
  async sign(body, { secret, eventId, at }) {
    const headers = new Headers({
      'content-type': 'application/json',
      'webhook-id': eventId,
      'webhook-timestamp': String(unixSeconds(at)),
      'webhook-signature': new Webhook(secret).sign(eventId, at, body),
    });
    return { headers, body };
  },
};
