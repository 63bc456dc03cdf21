// What HubSpot confirms: results that name nobody, warnings, and requests that are too large.
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { onlyOn, pageOfHtml, recordRefused } from '../../../stand-ins/hubspot/failures.ts';
import { signup } from '../people.ts';
import { ready } from '../portal.ts';

const people = (count: number) =>
  Array.from({ length: count }, (_, index) => signup({ email: `p${index}@example.com` }));
const statuses = (outcomes: readonly { status: string }[]) => outcomes.map(({ status }) => status);
const Answer = z.object({ results: z.array(z.object({ id: z.string(), new: z.boolean() })) });
const result = (id: string, more: object = {}) => ({
  id,
  new: true,
  properties: {},
  archived: false,
  createdAt: '2026-11-23T12:00:00.000Z',
  updatedAt: '2026-11-23T12:00:00.000Z',
  ...more,
});
const answered = (...results: object[]) =>
  onlyOn('upsert', { status: 200, body: { status: 'COMPLETE', results } });

describe('a result of an upsert that has neither trace ID nor email', () => {
  it('is that of the only contact that was sent', async () => {
    const { standIn, write } = await ready();
    standIn.failWith(answered(result('77', { new: true })));
    expect(await write(signup({}))).toMatchObject([{ status: 'delivered', externalId: '77' }]);
    expect(standIn.requests).toHaveLength(2);
  });

  it('is that of the contact that has its ID', async () => {
    const { standIn, write } = await ready();
    const ids = people(2).map(
      ({ signup: { email = '' } }) => standIn.addContact({ email, firstname: 'P' }).id,
    );
    standIn.failWith(answered(...ids.toReversed().map((id) => result(id))));
    expect(await write(...people(2))).toMatchObject(
      ids.map((externalId) => ({ status: 'delivered', externalId })),
    );
  });

  it('confirms a contact that was found by its second address', async () => {
    const { standIn, write } = await ready();
    const { id } = standIn.addContact({
      email: 'work@example.com',
      hs_additional_emails: 'ada@example.com',
    });
    standIn.failWith(answered(result(id)));
    expect(await write(signup({}))).toMatchObject([{ status: 'delivered', externalId: id }]);
  });

  it('of several new contacts belongs to none of them for certain, so each is sent again alone', async () => {
    const { standIn, write } = await ready();
    let isInner = false;
    standIn.failWith(async (request) => {
      if (isInner || !request.url.endsWith('upsert')) return undefined;
      isInner = true;
      const answer = Answer.parse(await (await standIn.app.request(request)).json());
      isInner = false;
      const results = answer.results.map(({ id, new: isNew }) => result(id, { new: isNew }));
      return { status: 200, body: { results } };
    });
    expect(statuses(await write(...people(3)))).toEqual(['delivered', 'delivered', 'delivered']);
  });

  it('is not taken for the only contact where there are two results', async () => {
    const { standIn, write } = await ready();
    standIn.failWith(answered(result('1'), result('2')));
    expect(await write(signup({}))).toMatchObject([
      { status: 'retry', reason: { code: 'hubspot_unconfirmed' } },
    ]);
  });
});

describe('a refusal without a trace ID', () => {
  it('is that of the only contact that was sent', async () => {
    const { standIn, write } = await ready();
    standIn.failWith(
      onlyOn('upsert', recordRefused({ category: 'VALIDATION_ERROR', message: 'no such thing' })),
    );
    expect(await write(signup({}))).toMatchObject([
      {
        status: 'rejected',
        reason: { detail: expect.stringContaining('VALIDATION_ERROR no such thing') },
      },
    ]);
  });
});

describe('a warning of HubSpot', () => {
  const warning = {
    category: 'VALUE_TRUNCATED',
    message: 'Ada Lovelace’s ada@example.com was shortened',
    context: { propertyName: ['datafast_source'] },
  };

  it('stands in the reason of a contact that arrived, by category and property, without the person', async () => {
    const { standIn, write } = await ready();
    standIn.failWith(answered(result('7', { objectWriteTraceId: '0', warnings: [warning] })));
    const [outcome] = await write(
      signup({ name: 'Ada Lovelace', params: { utm_source: 'google' } }),
    );
    expect(outcome).toMatchObject({
      status: 'delivered',
      reason: { code: 'hubspot_taken_with_warning', detail: 'VALUE_TRUNCATED datafast_source' },
    });
    expect(JSON.stringify(outcome?.reason)).not.toMatch(/ada|lovelace/i);
  });

  it('that names the property in another member of its context is understood', async () => {
    const { standIn, write } = await ready();
    const other = { ...warning, message: 'shortened', context: { fields: ['datafast_source'] } };
    standIn.failWith(answered(result('7', { objectWriteTraceId: '0', warnings: [other] })));
    expect(await write(signup({ params: { utm_source: 'google' } }))).toMatchObject([
      { reason: { detail: 'VALUE_TRUNCATED shortened datafast_source' } },
    ]);
  });

  it('stands beside what was left out', async () => {
    const { standIn, write } = await ready();
    standIn.archiveProperty('datafast_match');
    standIn.failWith(async (request) =>
      request.url.endsWith('upsert') && !(await request.text()).includes('datafast_match')
        ? { status: 200, body: { results: [result('7', { warnings: [warning] })] } }
        : undefined,
    );
    expect(await write(signup({}))).toMatchObject([
      {
        status: 'delivered',
        reason: {
          code: 'fields_left_out',
          detail: 'PROPERTY_DOESNT_EXIST datafast_match, VALUE_TRUNCATED datafast_source',
        },
      },
    ]);
  });

  it.each([
    ['no warnings', []],
    ['what is not a list', 'none'],
    ['nothing readable', [7]],
  ])('given as %s does not keep the contact from being delivered', async (_, warnings) => {
    const { standIn, write } = await ready();
    standIn.failWith(answered(result('7', { warnings })));
    expect(await write(signup({}))).toMatchObject([{ status: 'delivered' }]);
  });
});

describe.each(['batch/read', 'batch/upsert'])('a %s that is too large', (path) => {
  it.each([
    ['HubSpot', { status: 413 }],
    ['a proxy', pageOfHtml(413)],
  ])('for %s is divided: one contact is refused, its neighbours arrive', async (_, answer) => {
    const { standIn, write } = await ready();
    standIn.failWith(async (request) =>
      request.url.endsWith(path) && (await request.text()).includes('p3@') ? answer : undefined,
    );
    const outcomes = await write(...people(6));
    const expected = people(6).map((_person, index) => (index === 3 ? 'rejected' : 'delivered'));
    expect(statuses(outcomes)).toEqual(expected);
    expect(outcomes[3]).toMatchObject({
      reason: { code: 'hubspot_contact_refused', detail: expect.stringContaining('HTTP 413') },
    });
  });
});
