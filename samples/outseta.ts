// What Outseta sends when an account is created: the account with its people.
// https://go.outseta.com/support/kb/articles/B9lV2dm8/integrate-outseta-with-your-backend-database
import { changed, newToken, type Sample, type SampleSignup, toHex } from './sample.ts';

export const outseta: Sample = {
  source: 'outseta',
  proof: 'signature',
  isTimestamped: false,
  carries: ['visitorId', 'email', 'name', 'userId'],
  newSecret: () => `${newToken()}${newToken().slice(0, 16)}`,
  payload: (signup) => {
    // Without a zone, as its times are.
    const at = signup.occurredAt.toISOString().slice(0, 19);
    return JSON.stringify({
      Name: 'Analytical Engines',
      AccountStage: 2,
      AccountStageLabel: 'Trialing',
      PersonAccount: [
        {
          Person: {
            Email: signup.email ?? null,
            FullName: signup.name ?? null,
            DatafastVisitorId: signup.visitorId,
            Uid: signup.userId ?? 'DQ2DyknW',
            Created: at,
            Updated: at,
          },
          IsPrimary: true,
          Uid: '496L7AmX',
        },
      ],
      Subscriptions: [],
      Uid: uid(signup),
      Created: at,
      Updated: at,
    });
  },
  // The same account again.
  completion: (signup, { at }) =>
    changed(outseta.payload(signup), { Updated: at.toISOString().slice(0, 19) }),
  otherPayload: (person) => outseta.payload(person).replace('"PersonAccount"', '"DealPeople"'),
  stableId: uid,
  async sign(body, { secret }) {
    const pairs = secret.match(/../g) ?? [];
    const key = await crypto.subtle.importKey(
      'raw',
      Uint8Array.from(pairs, (pair) => Number.parseInt(pair, 16)),
      { name: 'HMAC', hash: 'SHA-256' },
      false,
      ['sign'],
    );
    const mac = await crypto.subtle.sign('HMAC', key, new TextEncoder().encode(body));
    const headers = new Headers({
      'content-type': 'application/json',
      'x-hub-signature-256': `sha256=${toHex(new Uint8Array(mac))}`,
    });
    return { headers, body };
  },
};

/** There is no event id, but the account has one. */
function uid({ eventId }: SampleSignup): string {
  return eventId;
}
