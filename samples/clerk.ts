// Clerk's user.created, delivered by Svix. https://clerk.com/docs/webhooks/overview
import { Webhook } from 'svix';
import { changed, newWhsec, type Sample, unixSeconds } from './sample.ts';

export const clerk: Sample = {
  source: 'clerk',
  proof: 'signature',
  isTimestamped: true,
  carries: ['visitorId', 'email', 'name', 'userId', 'referrer'],
  newSecret: newWhsec,
  payload: (signup) => {
    const [firstName, ...rest] = signup.name?.split(' ') ?? [];
    return JSON.stringify({
      object: 'event',
      type: 'user.created',
      timestamp: signup.occurredAt.getTime(),
      instance_id: 'ins_2fC7xq0Yt9',
      event_attributes: { http_request: { client_ip: '192.0.2.1', user_agent: 'Mozilla/5.0' } },
      data: {
        id: signup.userId ?? 'user_2fCxZ8r1bW',
        object: 'user',
        first_name: firstName ?? null,
        last_name: rest.join(' ') || null,
        external_id: null,
        primary_email_address_id: signup.email === undefined ? null : 'idn_primary',
        email_addresses:
          signup.email === undefined
            ? []
            : [
                { id: 'idn_other', email_address: 'other.address@example.com' },
                { id: 'idn_primary', email_address: signup.email },
              ],
        public_metadata: {},
        private_metadata: {},
        unsafe_metadata: {
          ...(signup.visitorId === undefined ? {} : { datafast_visitor_id: signup.visitorId }),
          ...(signup.referrer === undefined ? {} : { datafast_referrer: signup.referrer }),
        },
        created_at: signup.occurredAt.getTime(),
      },
    });
  },
  completion: (signup, { at }) =>
    changed(clerk.payload(signup), { type: 'user.updated', timestamp: at.getTime() }),
  otherPayload: (person) => clerk.payload(person).replace('user.created', 'user.deleted'),
  async sign(body, { secret, eventId, at }) {
    const headers = new Headers({
      'content-type': 'application/json',
      'svix-id': eventId,
      'svix-timestamp': String(unixSeconds(at)),
      'svix-signature': new Webhook(secret).sign(eventId, at, body),
    });
    return { headers, body };
  },
};
