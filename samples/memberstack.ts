// Memberstack's member.created, delivered by Svix. https://developers.memberstack.com/dom-package/advanced-integration
import { Webhook } from 'svix';
import { changed, newWhsec, type Sample, unixSeconds } from './sample.ts';

export const memberstack: Sample = {
  source: 'memberstack',
  proof: 'signature',
  isTimestamped: true,
  carries: ['visitorId', 'email', 'name', 'userId', 'referrer'],
  newSecret: newWhsec,
  payload: ({ email, name, userId, visitorId, referrer, occurredAt }) => {
    const [firstName, ...rest] = name?.split(' ') ?? [];
    return JSON.stringify({
      event: 'member.created',
      timestamp: occurredAt.getTime(),
      payload: {
        id: userId ?? 'mem_cl8x2k0qj0',
        verified: false,
        createdAt: occurredAt.toISOString(),
        auth: { email, hasPassword: true, providers: [] },
        metaData: { datafast_visitor_id: visitorId, datafast_referrer: referrer },
        customFields: { 'first-name': firstName, 'last-name': rest.join(' ') },
        permissions: [],
        planConnections: [],
      },
    });
  },
  completion: (signup, { at }) =>
    changed(memberstack.payload(signup), { event: 'member.updated', timestamp: at.getTime() }),
  otherPayload: (person) =>
    memberstack.payload(person).replace('member.created', 'member.plan.added'),
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
