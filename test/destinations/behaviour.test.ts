// HubSpot's behaviour case by case: partial failures, duplicates, silence, rejected properties. Each as documented or seen.
import { describe, expect, it } from 'vitest';
import type { EnrichedSignup } from '../../src/model.ts';
import { onlyOn, recordRefused, refusedForProperties } from '../../stand-ins/hubspot/failures.ts';
import { signup } from './people.ts';
import { portal, ready } from './portal.ts';

const people = (count: number) =>
  Array.from({ length: count }, (_, index) => signup({ email: `p${index}@example.com` }));
const statuses = (outcomes: readonly { status: string }[]) => outcomes.map(({ status }) => status);
const leftOut = (detail: string) => ({ code: 'fields_left_out', detail });
const single = (first: EnrichedSignup) => ({
  email: first.signup.email ?? '',
  first,
  touches: first.visitor ? [first] : [],
  latest: first,
});

describe.each(['2026-03', '2026-09'])('API %s: one record that HubSpot refuses', (version) => {
  it('is failed with category and code, and the others are written', async () => {
    const { standIn, write } = await ready({}, version);
    const outcomes = await write(signup({ email: 'ada@example.con' }), ...people(3));
    expect(statuses(outcomes)).toEqual(['rejected', 'delivered', 'delivered', 'delivered']);
    expect(outcomes[0]).toMatchObject({
      reason: {
        code: 'hubspot_contact_refused',
        detail: expect.stringMatching(/^VALIDATION_ERROR INVALID_EMAIL email/),
      },
    });
    expect(standIn.requests).toHaveLength(2);
  });

  it('for a property that does not exist goes without it, named, with all the others', async () => {
    const { standIn, write, held } = await ready({}, version);
    standIn.archiveProperty('datafast_source');
    const outcomes = await write(signup({ params: { utm_source: 'google' } }), ...people(3));
    expect(outcomes[0]).toMatchObject({
      status: 'delivered',
      reason: leftOut('PROPERTY_DOESNT_EXIST datafast_source'),
    });
    expect(outcomes[0]).not.toHaveProperty('written.datafast_source');
    expect(outcomes[1]).toMatchObject({ status: 'delivered' });
    expect(outcomes[1]).not.toHaveProperty('reason');
    expect(held()).toMatchObject({ datafast_channel: 'Organic Search' });
    expect(standIn.requests).toHaveLength(3);
  });

  it('for a property that is read-only goes without it', async () => {
    const { standIn, write, held } = await ready({}, version);
    standIn.addProperty({ name: 'datafast_source', readOnlyValue: true });
    const outcomes = await write(signup({ params: { utm_source: 'google' } }));
    expect(outcomes).toMatchObject([
      { status: 'delivered', reason: leftOut('READ_ONLY_VALUE datafast_source') },
    ]);
    expect(held()).toMatchObject({ datafast_channel: 'Organic Search' });
  });

  it('for a value that is no option goes without it, and the others keep theirs', async () => {
    const { standIn, write, held } = await ready({}, version);
    const value = 'Organic Search';
    const option = { label: value, value, displayOrder: 0, hidden: false };
    standIn.addProperty({
      name: 'datafast_channel',
      type: 'enumeration',
      fieldType: 'select',
      options: [option],
    });
    const outcomes = await write(
      signup({ params: { utm_source: 'google', utm_medium: 'cpc' } }),
      signup({ email: 'bob@example.com', params: { utm_source: 'google' } }),
    );
    expect(outcomes).toMatchObject([
      { status: 'delivered', reason: leftOut('INVALID_OPTION datafast_channel') },
      { status: 'delivered' },
    ]);
    expect(outcomes[1]).not.toHaveProperty('reason');
    expect(held()).toMatchObject({ datafast_source: 'Google' });
    expect(held('bob@example.com')).toMatchObject({ datafast_channel: value });
  });

  it('for a property an admin demands is named; only 2026-09 demands it', async () => {
    const { write } = await ready({ requiredProperties: ['lastname'] }, version);
    const [outcome] = await write(signup({}));
    if (version === '2026-03') expect(outcome).toMatchObject({ status: 'delivered' });
    else {
      expect(outcome).toMatchObject({
        status: 'rejected',
        reason: { detail: expect.stringContaining('MISSING_REQUIRED_PROPERTY lastname') },
      });
    }
  });
});

describe('a property that cannot be written', () => {
  it('takes with it the values it dates: of unknown age, they could replace newer ones', async () => {
    const { standIn, write, held } = await ready();
    standIn.archiveProperty('datafast_scored_at');
    const [outcome] = await write(signup({ visitor: { prediction: { score: 50 }, visits: 4 } }));
    expect(outcome).toMatchObject({
      status: 'delivered',
      reason: leftOut('PROPERTY_DOESNT_EXIST datafast_scored_at, UNDATED datafast_lead_score'),
    });
    expect(held()).toMatchObject({ datafast_visits: '4' });
  });

  it('and freezes others keeps the contact waiting: its first touch could be overwritten', async () => {
    const { standIn, write } = await ready();
    standIn.archiveProperty('datafast_visitor_id');
    const outcomes = await write(signup({}), signup({ email: 'bob@example.com', visitor: null }));
    expect(outcomes).toMatchObject([
      {
        status: 'retry',
        afterSeconds: 600,
        reason: {
          code: 'hubspot_property_missing',
          detail: 'PROPERTY_DOESNT_EXIST datafast_visitor_id',
        },
      },
      { status: 'delivered' },
    ]);
  });

  it('is left out of every further record of the batch without asking again', async () => {
    const { standIn, write } = await ready();
    standIn.archiveProperty('datafast_match');
    standIn.dropWrites('p3@example.com');
    const outcomes = await write(...people(5));
    expect(new Set(statuses(outcomes))).toEqual(new Set(['delivered']));
    // read, refused, repaired, and the dropped one alone
    expect(standIn.requests).toHaveLength(4);
  });

  it.each(['PROPERTY_DOESNT_EXIST', 'READ_ONLY_VALUE', 'INVALID_OPTION'])(
    'and sinks the whole request with %s is left out all the same',
    async (code) => {
      const { standIn, write } = await ready();
      standIn.failWith(async (request) =>
        request.url.endsWith('upsert') && (await request.text()).includes('datafast_match')
          ? refusedForProperties({ name: 'datafast_match', code, message: `${code} here` })
          : undefined,
      );
      const outcomes = await write(...people(2));
      for (const outcome of outcomes) {
        expect(outcome).toMatchObject({
          status: 'delivered',
          reason: leftOut(`${code} datafast_match`),
        });
      }
    },
  );

  it('of HubSpot’s own that this portal does not have is left out, too', async () => {
    const { standIn, write } = await ready();
    standIn.archiveProperty('hs_facebook_click_id');
    const outcomes = await write(signup({ visitor: { clickIds: { fbclid: 'abc' } } }));
    expect(outcomes).toMatchObject([
      { status: 'delivered', reason: leftOut('PROPERTY_DOESNT_EXIST hs_facebook_click_id') },
    ]);
  });

  it('and is refused although it was left out is not asked for ever', async () => {
    const { standIn, write } = await ready();
    const fault = { name: 'datafast_match', code: 'READ_ONLY_VALUE', message: 'no' };
    standIn.failWith(onlyOn('upsert', refusedForProperties(fault)));
    expect(await write(signup({}))).toMatchObject([
      {
        status: 'rejected',
        reason: {
          code: 'hubspot_contact_refused',
          detail: expect.stringContaining('READ_ONLY_VALUE datafast_match'),
        },
      },
    ]);
    expect(standIn.requests).toHaveLength(3);
  });
});

describe('a batch', () => {
  it('never asks for more than the plan allows, whatever is wrong', async () => {
    const { standIn, write } = await ready();
    standIn.dropWrites(...people(20).map(({ signup: { email } }) => email ?? ''));
    const outcomes = await write(...people(20));
    expect(standIn.requests).toHaveLength(8);
    expect(outcomes.filter(({ status }) => status === 'delivered')).toHaveLength(6);
    expect(outcomes.filter(({ status }) => status === 'retry')).toMatchObject(
      Array(14).fill({ reason: { code: 'hubspot_unconfirmed' } }),
    );
  });

  it('of which HubSpot drops one silently sends that one again, alone', async () => {
    const { standIn, write } = await ready();
    standIn.dropWrites('p1@example.com');
    expect(statuses(await write(...people(4)))).toEqual(Array(4).fill('delivered'));
    expect(standIn.requests).toHaveLength(3);
    expect(standIn.contacts()).toHaveLength(4);
  });

  it('in which HubSpot sees one contact twice goes without the second, which comes again', async () => {
    const { standIn, write } = await ready();
    standIn.failWith(async (request) => {
      const text = await request.text();
      const both = text.includes('p1@') && text.includes('p2@');
      return request.url.endsWith('upsert') && both
        ? {
            status: 400,
            body: {
              status: 'error',
              category: 'VALIDATION_ERROR',
              message:
                'Duplicate IDs found in batch input: [p1@example.com, p2@example.com]. IDs must be unique',
              context: { ids: ['p1@example.com', 'p2@example.com'] },
            },
          }
        : undefined;
    });
    const outcomes = await write(...people(4));
    expect(statuses(outcomes)).toEqual(['delivered', 'delivered', 'retry', 'delivered']);
    expect(outcomes[2]).toMatchObject({ reason: { code: 'hubspot_contact_twice_in_batch' } });
    expect(standIn.requests).toHaveLength(3);
  });

  it('with one address in two spellings is one contact', async () => {
    const { standIn, destination } = await ready();
    standIn.addContact({ email: 'Ada@Example.com' });
    await destination.upsert([single(signup({}))]);
    expect(standIn.contacts()).toHaveLength(1);
  });

  it('of a hundred is the most that is sent', async () => {
    const { destination, write, standIn } = await ready();
    expect(destination.batchSize).toBe(100);
    expect(new Set(statuses(await write(...people(100))))).toEqual(new Set(['delivered']));
    expect(standIn.requests).toHaveLength(2);
  });

  it('names every property as a string, every record by email and by a trace of its own', async () => {
    const { standIn, write } = await ready();
    const bodies: unknown[] = [];
    standIn.failWith(async (request) => {
      if (request.url.endsWith('upsert')) bodies.push(await request.json());
      return undefined;
    });
    await write(...people(2));
    const record = (index: number) => ({
      id: `p${index}@example.com`,
      idProperty: 'email',
      objectWriteTraceId: String(index),
      properties: expect.objectContaining({ email: `p${index}@example.com` }),
    });
    expect(bodies).toEqual([{ inputs: [record(0), record(1)] }]);
    expect(standIn.undocumented).toEqual([]);
  });

  it('never sends an empty text, which would clear the property', async () => {
    const { standIn, write, held } = await ready();
    standIn.addContact({ email: 'ada@example.com', datafast_city: 'London' });
    await write(signup({ visitor: { city: '\u0000 ', region: ' ' } }));
    expect(held().datafast_city).toBe('London');
  });
});

describe('a refusal', () => {
  const CORRELATION = '4c8ff2f5-0000-4000-8000-1a2b3c4d5e6f';
  it.each([
    ['VALIDATION_ERROR', 'rejected'],
    ['OBJECT_ALREADY_EXISTS', 'rejected'],
    ['CONFLICT', 'retry'],
    ['RATE_LIMITS', 'retry'],
    ['OBJECT_NOT_FOUND', 'retry'],
    [undefined, 'retry'],
  ])(
    'of one record by %s is %s, with the correlation ID and without the person',
    async (category, status) => {
      const { standIn, write } = await ready();
      standIn.failWith(
        onlyOn(
          'upsert',
          recordRefused({
            category,
            message: `Contact Ada Lovelace ada@example.com already exists.\nExisting ID: 25001 ${'x'.repeat(500)}`,
            correlationId: CORRELATION,
            context: { objectWriteTraceId: ['0'] },
          }),
        ),
      );
      const [outcome] = await write(signup({ name: 'Ada Lovelace' }));
      expect(outcome).toMatchObject({ status });
      const { detail = '' } = outcome?.reason ?? {};
      expect(detail).toContain(CORRELATION);
      expect(detail).toContain('Existing ID: 25001');
      expect(detail).not.toMatch(/ada|lovelace/i);
      expect(detail.length).toBeLessThan(300);
    },
  );

  it.each([
    [
      'as JSON in the message',
      {
        message:
          'Property values were not valid: [{"isValid":false,"message":"m","error":"READ_ONLY_VALUE","name":"datafast_match","portalId":1}]',
      },
    ],
    [
      'as details',
      {
        errors: [
          {
            message: 'm',
            code: 'READ_ONLY_VALUE',
            in: 'body',
            context: { propertyName: ['datafast_match'] },
          },
        ],
      },
    ],
    [
      'as a detail and a context beside it',
      {
        errors: [{ message: 'm', code: 'READ_ONLY_VALUE' }],
        context: { propertyName: ['datafast_match'] },
      },
    ],
    [
      'as the category',
      { category: 'READ_ONLY_VALUE', context: { propertyName: ['datafast_match'] } },
    ],
  ])('that names the property %s is understood', async (_, body) => {
    const { standIn, write } = await ready();
    standIn.failWith(async (request) =>
      request.url.endsWith('upsert') && (await request.text()).includes('datafast_match')
        ? recordRefused({
            category: 'VALIDATION_ERROR',
            ...body,
            context: { ...('context' in body ? body.context : {}), objectWriteTraceId: ['0'] },
          })
        : undefined,
    );
    expect(await write(signup({}))).toMatchObject([
      { status: 'delivered', reason: leftOut('READ_ONLY_VALUE datafast_match') },
    ]);
  });

  it.each([
    ['nothing but a status', {}],
    ['members of unexpected types', { category: 7, message: [], errors: 'x', context: { a: 1 } }],
    ['no category, as for broken JSON', { message: 'Invalid input JSON on line 1' }],
  ])('of everything with %s does not break anything', async (_, body) => {
    const { standIn, write } = await ready();
    standIn.failWith(onlyOn('upsert', { status: 400, body }));
    expect(statuses(await write(signup({})))).toEqual(['rejected']);
  });

  it('by 409 lets the others through, and the one that met another writer comes again', async () => {
    const { standIn, write } = await ready();
    standIn.failWith(async (request) =>
      request.url.endsWith('upsert') && (await request.text()).includes('p0@')
        ? {
            status: 409,
            body: { category: 'CONFLICT', message: 'Contact already exists. Existing ID: 7' },
          }
        : undefined,
    );
    const outcomes = await write(...people(4));
    expect(statuses(outcomes)).toEqual(['retry', 'delivered', 'delivered', 'delivered']);
    expect(outcomes[0]).toMatchObject({ reason: { code: 'hubspot_conflict' } });
  });
});

describe('two batches that meet the same email', () => {
  const GOOGLE = { utm_source: 'google', utm_campaign: 'first', utm_term: 'crm' };
  const REDDIT = { utm_source: 'reddit', utm_content: 'leaks' };

  it.each(['2026-03', '2026-09'])(
    'at once leave the first one’s snapshots, whole (API %s)',
    async (version) => {
      let now = Date.parse('2026-11-23T12:00:00.000Z');
      const { standIn, write, held, open } = await ready({ now: () => now }, version);
      let before: Record<string, string> = {};
      // Between our read and our write, another batch writes the same person.
      let isFirst = true;
      standIn.failWith(async (request) => {
        if (!request.url.endsWith('upsert') || !isFirst) return undefined;
        isFirst = false;
        await open().upsert([single(signup({ params: GOOGLE, source: 'clerk', name: 'Ada L.' }))]);
        before = held();
        now += 1_000;
        return undefined;
      });
      const later = { at: '2026-11-23T12:00:05.000Z', source: 'stripe', name: 'Somebody Else' };
      const [outcome] = await write(
        signup({ ...later, params: REDDIT, visitor: { prediction: { score: 90 } } }),
      );
      expect(outcome).toMatchObject({
        status: 'delivered',
        reason: { code: 'hubspot_overwrite_undone' },
      });
      expect(before).toMatchObject({ datafast_source: 'Google', datafast_term: 'crm' });
      for (const property of Object.keys({ ...before, ...held() })) {
        if (
          /datafast_(source|campaign|term|content|visitor_id|channel|sign|evi)|name$/.test(property)
        ) {
          expect(held()[property], property).toBe(before[property]);
        }
      }
      expect(held().datafast_lead_score).toBe('90');
      expect(standIn.undocumented).toEqual([]);
    },
  );

  it('and one of them an import of the operator’s leave its name and take our snapshots', async () => {
    let now = Date.parse('2026-11-23T12:00:00.000Z');
    const { standIn, write, held } = await ready({ now: () => now });
    standIn.failWith((request) => {
      if (request.url.endsWith('upsert') && standIn.contacts().length === 0) {
        standIn.addContact({ email: 'ada@example.com', firstname: 'Augusta' });
        now += 1_000;
      }
      return undefined;
    });
    await write(signup({ name: 'Ada', params: GOOGLE }));
    expect(held()).toMatchObject({ firstname: 'Augusta', datafast_source: 'Google' });
  });

  it('by turns, of another visitor, a replay or a late event: the first snapshot stays', async () => {
    const { write, held } = await ready();
    await write(signup({ params: GOOGLE }));
    const { datafast_source, datafast_visitor_id, datafast_signed_up_at } = held();
    for (const at of ['2026-11-22T12:00:00.000Z', '2026-11-24T12:00:00.000Z']) {
      await write(signup({ at, params: REDDIT }));
    }
    expect(held()).toMatchObject({ datafast_source, datafast_visitor_id, datafast_signed_up_at });
    expect(held()).not.toHaveProperty('datafast_content');
  });
});

describe('a contact from before Whence', () => {
  it('gets its snapshots once, and then keeps them', async () => {
    const { standIn, write, held } = await ready();
    standIn.addContact({ email: 'ada@example.com', city: 'London' });
    await write(signup({ params: { utm_source: 'google' } }));
    await write(signup({ at: '2026-11-24T12:00:00.000Z', params: { utm_source: 'reddit' } }));
    expect(held()).toMatchObject({ datafast_source: 'Google', city: 'London' });
  });
});

describe('an unprepared portal', () => {
  it('can be read and previewed, and nothing is created in it', async () => {
    const { standIn, destination } = portal();
    const seen = await destination.preview(single(signup({})));
    expect(seen).not.toHaveProperty('failed');
    expect(seen).not.toHaveProperty('externalId');
    expect(standIn.contacts()).toEqual([]);
  });
});
