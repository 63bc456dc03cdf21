// A UUID where people also put their own IDs: it stays the user ID, and a named place counts before it.
import { describe, expect, it } from 'vitest';
import { type Changes, read } from './sample-with.ts';

const OWN_ID = '7d4c7f0e-1f0b-4c55-9f57-0c1f6f1f2a11';
const VISITOR_ID = 'a3ab2331-989f-4cfa-91c6-2461c9e3c6bd';
const OTHER_ID = 'b3ab2331-989f-4cfa-91c6-2461c9e3c6bd';

/** The place of a guess, a place of the visitor ID's own, and what else makes the event one with a guess. */
const PLACES: readonly [source: string, guess: string, named: string, changes?: Changes][] = [
  ['stripe', 'data.object.client_reference_id', 'data.object.metadata.datafast_visitor_id'],
  ['workos', 'data.external_id', 'data.metadata.datafastVisitorId'],
  ['polar', 'data.metadata.reference_id', 'data.metadata.visitor_id', withoutExternalId()],
  ['polar', 'data.metadata.reference_id', 'data.customer.metadata.visitor_id', withoutExternalId()],
  [
    'shopify',
    'note',
    'note_attributes',
    { customer: null, admin_graphql_api_id: 'gid://shopify/Order/1' },
  ],
];

describe.each(PLACES)('the guess of %s at %s', (source, guess, named, changes = {}) => {
  // Shopify's note attributes are a list of names and values.
  const own = (value: unknown): Changes => ({
    [named]: named === 'note_attributes' ? [{ name: 'datafast_visitor_id', value }] : value,
  });

  it('is the user ID, and asked about as a visitor ID', () => {
    expect(read(source, { ...changes, [guess]: OWN_ID })).toMatchObject({
      visitorId: OWN_ID,
      visitorIdGuessed: true,
      userId: OWN_ID,
    });
  });

  it('stays the user ID beside a visitor ID in its own place', () => {
    const signup = read(source, { ...changes, [guess]: OWN_ID, ...own(VISITOR_ID) });
    expect(signup).toMatchObject({ visitorId: VISITOR_ID, userId: OWN_ID });
    expect(signup).not.toHaveProperty('visitorIdGuessed');
  });

  it('counts when its own place has nothing', () => {
    const signup = read(source, { ...changes, [guess]: OWN_ID, ...own('undefined') });
    expect(signup).toMatchObject({ visitorId: OWN_ID, visitorIdGuessed: true });
    expect(signup).not.toHaveProperty('visitorIdInvalid');
  });

  it.each(['user_42', '', `${OWN_ID} and more`])('is neither valid nor invalid as %j', (value) => {
    const signup = read(source, { ...changes, [guess]: value });
    expect(signup).toMatchObject({ source });
    expect(signup).not.toHaveProperty('visitorId');
    expect(signup).not.toHaveProperty('visitorIdInvalid');
  });

  it('is read in its wrapper, and two of them are none', () => {
    const wrapped = { ...changes, [guess]: `%22${VISITOR_ID}%22` };
    expect(read(source, wrapped)).toMatchObject({ visitorId: VISITOR_ID, visitorIdGuessed: true });
    const two = { ...changes, [guess]: [VISITOR_ID, OTHER_ID] };
    expect(read(source, two)).not.toHaveProperty('visitorId');
  });
});

function withoutExternalId(): Changes {
  return { 'data.customer.external_id': null };
}
