// Shopify's orders/create: an order has cart attributes, and a new customer has none.
// https://shopify.dev/docs/api/admin-rest/latest/resources/order
import {
  customerDigits,
  hmacSha256,
  newToken,
  type Sample,
  type SampleSignup,
  toBase64,
} from './sample.ts';

export const shopify: Sample = {
  source: 'shopify',
  proof: 'signature',
  isTimestamped: false,
  carries: ['visitorId', 'email', 'name', 'test'],
  newSecret: () => `shpss_${newToken().slice(0, 32)}`,
  payload: (signup) =>
    JSON.stringify({
      id: 820982911946154500,
      admin_graphql_api_id: gid('Order', signup),
      created_at: signup.occurredAt.toISOString().replace('.000Z', '+00:00'),
      test: signup.test === true,
      email: signup.email ?? null,
      contact_email: signup.email ?? null,
      financial_status: 'paid',
      note: null,
      note_attributes:
        signup.visitorId === undefined
          ? []
          : [{ name: 'datafast_visitor_id', value: signup.visitorId }],
      customer: { ...customer(signup), admin_graphql_api_id: gid('Customer', signup) },
    }),
  // The same order again.
  completion: (signup) => shopify.payload(signup),
  otherPayload: (person) =>
    shopify.payload(person).replace('shopify/Order/', 'shopify/DraftOrder/'),
  stableId: (signup) => gid('Order', signup),
  // All other headers of Shopify are unsigned: topic, shop, event id.
  async sign(body, { secret }) {
    const headers = new Headers({
      'content-type': 'application/json',
      'x-shopify-hmac-sha256': toBase64(await hmacSha256(secret, body)),
    });
    return { headers, body };
  },
};

/** The body of customers/create. */
export function customerCreated(signup: SampleSignup): string {
  return JSON.stringify({
    id: Number.parseInt(customerDigits(signup, 12), 16),
    admin_graphql_api_id: gid('Customer', signup),
    created_at: signup.occurredAt.toISOString(),
    ...customer(signup),
    note: signup.visitorId ?? null,
    state: 'disabled',
    verified_email: true,
  });
}

function customer({ email, name }: SampleSignup): object {
  const [firstName, ...rest] = name?.split(' ') ?? [];
  return {
    email: email ?? null,
    first_name: firstName ?? null,
    last_name: rest.join(' ') || null,
  };
}

/** The only id that is signed: the id of the object, as text. */
function gid(kind: 'Customer' | 'Order', { eventId }: SampleSignup): string {
  const digits = [...eventId].map((character) => character.charCodeAt(0) % 10).join('');
  return `gid://shopify/${kind}/${digits}`;
}
