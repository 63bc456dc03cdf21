// Logto's PostRegister. https://docs.logto.io/developers/webhooks/webhooks-request
import { hmacSha256, newToken, type Sample, toHex } from './sample.ts';

export const logto: Sample = {
  source: 'logto',
  proof: 'signature',
  isTimestamped: false,
  carries: ['visitorId', 'email', 'name', 'userId', 'referrer'],
  newSecret: newToken,
  payload: ({ eventId, email, name, userId, visitorId, referrer, occurredAt }) =>
    JSON.stringify({
      event: 'PostRegister',
      interactionEvent: 'Register',
      createdAt: occurredAt.toISOString(),
      // The id of the endpoint: the same for every event.
      hookId: 'hk_4m2t9x',
      sessionId: `ses_${eventId}`,
      userAgent: 'Mozilla/5.0',
      userIp: '192.0.2.1',
      userId: userId ?? 'u8f2k4',
      user: {
        id: userId ?? 'u8f2k4',
        username: null,
        primaryEmail: email ?? null,
        primaryPhone: null,
        name: name ?? null,
        customData: { datafast_visitor_id: visitorId, datafast_referrer: referrer },
        identities: {},
        profile: {},
        applicationId: 'app_1x9z',
        isSuspended: false,
      },
      application: { id: 'app_1x9z', type: 'Traditional', name: 'Acme' },
    }),
  completion: ({ email, name, userId, visitorId, occurredAt }, { at }) =>
    JSON.stringify({
      event: 'User.Data.Updated',
      createdAt: at.toISOString(),
      hookId: 'hk_4m2t9x',
      path: '/users/:userId',
      method: 'PATCH',
      status: 200,
      data: {
        id: userId ?? 'u8f2k4',
        primaryEmail: email ?? null,
        name: name ?? null,
        customData: { datafast_visitor_id: visitorId },
        identities: {},
        createdAt: occurredAt.getTime(),
      },
    }),
  otherPayload: (person) => logto.payload(person).replace('PostRegister', 'PostSignIn'),
  async sign(body, { secret }) {
    const headers = new Headers({
      'content-type': 'application/json',
      'logto-signature-sha-256': toHex(await hmacSha256(secret, body)),
    });
    return { headers, body };
  },
  stableId: ({ userId }) => userId ?? 'u8f2k4',
};
