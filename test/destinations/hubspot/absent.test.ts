// Who is not in HubSpot: only an address that HubSpot names as that of no contact.
import { describe, expect, it } from 'vitest';
import { onlyOn } from '../../../stand-ins/hubspot/failures.ts';
import { contactsOf, signup } from '../people.ts';
import { ready } from '../portal.ts';

const GOOGLE = { utm_source: 'google' };
const REDDIT = { utm_source: 'reddit' };
const notFound = (...ids: string[]) => ({ category: 'OBJECT_NOT_FOUND', context: { ids } });
const uncertain = { status: 'retry', reason: { code: 'hubspot_read_incomplete' } };

describe.each([
  ['2026-03', 207],
  ['2026-09', 200],
])('a read of API %s that passes over a contact', (version, status) => {
  it.each([
    ['and names nobody', { results: [] }],
    ['and says that nobody failed', { results: [], numErrors: 0, errors: [] }],
    ['and names somebody else', { results: [], errors: [notFound('bob@example.com')] }],
    ['and does not say who is absent', { results: [], errors: [{ category: 'OBJECT_NOT_FOUND' }] }],
  ])('%s leaves its first touch alone', async (_, body) => {
    const { standIn, write, held } = await ready({}, version);
    await write(signup({ params: GOOGLE }));
    const before = held();
    standIn.failWith(onlyOn('batch/read', { status, body }));
    const later = signup({ at: '2026-11-24T12:00:00.000Z', params: REDDIT });
    expect(await write(later)).toMatchObject([uncertain]);
    expect(held()).toEqual(before);
    standIn.failWith(undefined);
    expect(await write(later)).toMatchObject([{ status: 'delivered' }]);
    expect(held()).toMatchObject({ datafast_source: 'Google' });
  });

  it('takes the neighbours that it names for new ones', async () => {
    const { standIn, write } = await ready({}, version);
    const errors = [
      notFound(' Bob@Example.com '),
      { category: 'INTERNAL_ERROR', context: { ids: ['eve@example.com'] } },
    ];
    standIn.failWith(onlyOn('batch/read', { status, body: { results: [], errors } }));
    const emails = ['ada@example.com', 'bob@example.com', 'eve@example.com'];
    const outcomes = await write(...emails.map((email) => signup({ email })));
    expect(outcomes).toMatchObject([uncertain, { status: 'delivered' }, uncertain]);
    expect(standIn.contacts().map(({ properties }) => properties.email)).toEqual([emails[1]]);
  });
});

describe('a read of one address', () => {
  it('that brings two contacts, and neither has it, changes neither', async () => {
    const { standIn, destination } = await ready();
    standIn.addContact({ email: 'bob@example.com' });
    standIn.addContact({ email: 'eve@example.com' });
    const results = standIn.contacts().map(({ id, properties }) => ({ id, properties }));
    standIn.failWith(onlyOn('batch/read', { status: 200, body: { results } }));
    const [contact] = contactsOf(signup({}));
    expect(contact && (await destination.preview(contact))).toMatchObject({
      failed: { reason: { code: 'hubspot_answer_unreadable' } },
    });
  });
});
