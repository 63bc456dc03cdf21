// FusionAuth's user.create.complete. https://fusionauth.io/docs/extend/events-and-webhooks/events/user-create-complete
import { changed, newToken, type Sample } from './sample.ts';

const USER_ID = '2a1bd2c5-0b4e-4d57-8c0a-2f6f3c9f4b10';

export const fusionauth: Sample = {
  source: 'fusionauth',
  proof: 'token',
  isTimestamped: false,
  carries: ['visitorId', 'email', 'name', 'userId', 'referrer'],
  newSecret: newToken,
  payload: ({ eventId, email, name, userId, visitorId, referrer, occurredAt }) => {
    const [firstName, ...rest] = name?.split(' ') ?? [];
    return JSON.stringify({
      event: {
        createInstant: occurredAt.getTime(),
        id: eventId,
        info: { ipAddress: '192.0.2.1', userAgent: 'Mozilla/5.0' },
        tenantId: '32306536-3036-6431-3865-646430356332',
        type: 'user.create.complete',
        user: {
          active: true,
          id: userId ?? USER_ID,
          email,
          firstName,
          lastName: rest.join(' '),
          insertInstant: occurredAt.getTime(),
          data: { datafast_visitor_id: visitorId, datafast_referrer: referrer },
          registrations: [],
          verified: false,
        },
      },
    });
  },
  completion: (signup, { eventId, at }) =>
    changed(fusionauth.payload(signup), {
      'event.type': 'user.update.complete',
      'event.id': eventId,
      'event.createInstant': at.getTime(),
    }),
  otherPayload: (person) =>
    fusionauth.payload(person).replace('user.create.complete', 'user.login.success'),
  async sign(body, { secret }) {
    const headers = new Headers({
      'content-type': 'application/json',
      authorization: `Bearer ${secret}`,
    });
    return { headers, body };
  },
};
