// The samples: people who sign up one after the other are different customers, and are never joined.
import { describe, expect, it } from 'vitest';
import { samples } from '../../samples/index.ts';
import type { Sample, SampleSignup } from '../../samples/sample.ts';

const occurredAt = new Date('2026-11-23T09:00:00.000Z');
const ada = { eventId: 'evt_1', email: 'ada@example.com', userId: 'user_1', occurredAt };
const bob = { eventId: 'evt_2', email: 'bob@example.com', userId: 'user_2', occurredAt };
const withoutUserId = ({ eventId, email }: SampleSignup) => ({ eventId, email, occurredAt });

/** The places where a provider names the customer. */
const PLACES = [
  /"(?:customer|customer_id|app_user_id|original_app_user_id)":("[^"]+"|\d+)/g,
  /"customer":\{[^{}]*?"(?:id|customer_id|admin_graphql_api_id)":("[^"]+"|\d+)/g,
  /"aliases":\[("[^"]+")/g,
];

function customersOf(sample: Sample, signup: SampleSignup): readonly string[] {
  const text = JSON.stringify(JSON.parse(sample.payload(signup)));
  return PLACES.flatMap((place) => [...text.matchAll(place)].map(([, id]) => String(id)));
}

it('the samples of payment providers name a customer', () => {
  const naming = [...samples.values()].filter((sample) => customersOf(sample, ada).length > 0);
  expect(naming.map(({ source }) => source)).toEqual([
    'stripe',
    'polar',
    'lemonsqueezy',
    'paddle',
    'dodo',
    'creem',
    'chargebee',
    'shopify',
    'revenuecat',
  ]);
});

describe.each([...samples.values()])('two samples of $source', (sample) => {
  it.each([
    ['with user IDs', ada, bob],
    ['without user IDs', withoutUserId(ada), withoutUserId(bob)],
  ])('never share a customer, %s', (_, one, other) => {
    const first = customersOf(sample, one);
    const second = customersOf(sample, other);
    expect(first.filter((id) => second.includes(id))).toEqual([]);
  });
});
