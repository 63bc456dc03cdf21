// Kinde's user.created: the body is a JWT. https://docs.kinde.com/integrate/webhooks/about-webhooks/
import { createIssuer, type Issuer } from './issuer.ts';
import { changed, newToken, type Sample } from './sample.ts';

/** Every business has its own domain and its own keys. Nothing in the token names it. */
const issuers = new Map<string, Issuer>();

function issuerOf(domain: string): Issuer {
  const issuer = issuers.get(domain) ?? createIssuer('2a:e0:6f:c1');
  issuers.set(domain, issuer);
  return issuer;
}

export const kinde: Sample = {
  source: 'kinde',
  proof: 'jwt',
  isTimestamped: false,
  carries: ['email', 'name', 'userId'],
  newSecret: () => `https://acme-${newToken().slice(0, 12)}.kinde.com`,
  payload: ({ eventId, email, name, userId, occurredAt }) => {
    const [firstName, ...rest] = name?.split(' ') ?? [];
    return JSON.stringify({
      type: 'user.created',
      source: 'user',
      event_id: eventId,
      event_timestamp: occurredAt.toISOString().replace('Z', '000+00:00'),
      timestamp: occurredAt.toISOString().replace('Z', '000+00:00'),
      data: {
        user: {
          id: userId ?? 'kp_5f1c2d3e',
          email: email ?? null,
          first_name: firstName ?? '',
          last_name: rest.join(' '),
          phone: null,
          username: null,
          is_password_reset_requested: false,
          is_suspended: false,
          organizations: [{ code: 'org_8a7b6c', permissions: null, roles: null }],
        },
      },
    });
  },
  completion: (signup, { eventId, at }) =>
    changed(kinde.payload(signup), {
      type: 'user.updated',
      event_id: eventId,
      event_timestamp: at.toISOString(),
      timestamp: at.toISOString(),
    }),
  otherPayload: (person) => kinde.payload(person).replace('user.created', 'user.deleted'),
  async sign(payload, { secret }) {
    const body = await issuerOf(new URL(secret).origin).sign(JSON.parse(payload));
    return { headers: new Headers({ 'content-type': 'application/jwt' }), body };
  },
  publishedKeys: (url) => issuerOf(new URL(url).origin).publishedKeys(),
};
