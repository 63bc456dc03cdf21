// What the server of an app sends after a person's first sign-in with Firebase: the ID token, and the cookie beside it.
// https://firebase.google.com/docs/auth/admin/verify-id-tokens
import { createIssuer } from './issuer.ts';
import { changed, newToken, type Sample, unixSeconds } from './sample.ts';

/** Google signs with the same keys for every project. */
const google = createIssuer('9f25f8');

export const firebase: Sample = {
  source: 'firebase',
  proof: 'jwt',
  isTimestamped: false,
  carries: ['visitorId', 'email', 'name', 'userId', 'referrer'],
  newSecret: () => `acme-${newToken().slice(0, 12)}`,
  payload: ({ email, name, userId, visitorId, referrer, occurredAt }) =>
    JSON.stringify({
      claims: {
        sub: userId ?? 'Xq7c9ZkT2vhW',
        user_id: userId ?? 'Xq7c9ZkT2vhW',
        email,
        email_verified: false,
        name,
        auth_time: unixSeconds(occurredAt),
        firebase: { identities: { email: [email] }, sign_in_provider: 'password' },
      },
      body: { datafast_visitor_id: visitorId, datafast_referrer: referrer },
    }),
  // A newer token of the same person.
  completion: (signup) => changed(firebase.payload(signup), { 'claims.email_verified': true }),
  otherPayload: (person) =>
    firebase.payload({ ...person, email: undefined }).replace('"password"', '"anonymous"'),
  async sign(payload, { secret: project, at }) {
    const { claims, body } = JSON.parse(payload);
    const token = await google.sign({
      ...claims,
      iss: `https://securetoken.google.com/${project}`,
      aud: project,
      iat: unixSeconds(at),
      exp: unixSeconds(at) + 3600,
    });
    const headers = new Headers({
      'content-type': 'application/json',
      authorization: `Bearer ${token}`,
    });
    return { headers, body: JSON.stringify(body) };
  },
  // A token has no event id, but the person has an id.
  stableId: ({ userId }) => userId ?? 'Xq7c9ZkT2vhW',
  publishedKeys: google.publishedKeys,
};
