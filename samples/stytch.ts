// Stytch's direct.user.create, delivered by Svix. https://stytch.com/docs/workspace-management/webhooks
import { Webhook } from 'svix';
import { changed, newWhsec, type Sample, unixSeconds } from './sample.ts';

export const stytch: Sample = {
  source: 'stytch',
  proof: 'signature',
  isTimestamped: true,
  carries: ['visitorId', 'email', 'name', 'userId', 'referrer', 'test'],
  newSecret: newWhsec,
  payload: ({ eventId, email, name, userId, visitorId, referrer, occurredAt, test }) => {
    const [firstName, ...rest] = name?.split(' ') ?? [];
    const id = userId ?? 'user-live-3c1d';
    return JSON.stringify({
      project_id: test ? 'project-test-7e2a' : 'project-live-7e2a',
      event_id: `webhook-event-live-${eventId}`,
      source: 'DIRECT',
      object_type: 'user',
      action: 'CREATE',
      vertical: 'CONSUMER',
      id,
      timestamp: occurredAt.toISOString().replace('Z', '000000Z'),
      user: {
        user_id: id,
        external_id: '',
        status: 'active',
        created_at: occurredAt.toISOString(),
        emails: email === undefined ? [] : [{ email_id: 'email-live-9b', email, verified: false }],
        phone_numbers: [],
        name: { first_name: firstName ?? '', middle_name: '', last_name: rest.join(' ') },
        untrusted_metadata: { datafast_visitor_id: visitorId, datafast_referrer: referrer },
        trusted_metadata: {},
      },
    });
  },
  completion: (signup, { at }) =>
    changed(stytch.payload(signup), { action: 'UPDATE', timestamp: at.toISOString() }),
  otherPayload: (person) => stytch.payload(person).replace('"CREATE"', '"DELETE"'),
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
