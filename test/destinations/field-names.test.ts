// FIELD_NAMES: the operator's own names, and every mistake in them named by its place.
import { describe, expect, it } from 'vitest';
import type { NamesByDestination } from '../../src/destinations/field-names.ts';
import { destinations } from '../../src/destinations/index.ts';
import { parseFieldNames } from '../../src/destinations/parse-field-names.ts';
import { example } from './example/example.ts';
import { signup } from './people.ts';
import { openAgain, portal, ready } from './portal.ts';

const hubspotNames = (names: NamesByDestination) => Object.fromEntries(names.get('hubspot') ?? []);

describe('FIELD_NAMES', () => {
  it('renames a property, or leaves it out', () => {
    const { names, problems } = parseFieldNames(
      '{"datafast_source":"utm_source","datafast_term":null,"firstname":null}',
    );
    expect(problems).toEqual([]);
    expect(hubspotNames(names)).toEqual({
      datafast_source: 'utm_source',
      datafast_term: null,
      firstname: null,
    });
  });

  it('that is not set changes nothing', () => {
    const { names, problems } = parseFieldNames(undefined);
    expect(hubspotNames(names)).toEqual({});
    expect(problems).toEqual([]);
  });

  it.each([
    ['{"datafast_source":', 'FIELD_NAMES', 'JSON'],
    ['["datafast_source"]', 'FIELD_NAMES', 'object'],
    ['{"datafast_sauce":"x"}', 'FIELD_NAMES.datafast_sauce', 'no property of Whence'],
    ['{"datafast_source":"UTM Source"}', 'FIELD_NAMES.datafast_source', 'not the name'],
    ['{"datafast_source":""}', 'FIELD_NAMES.datafast_source', 'not the name'],
    ['{"datafast_source":7}', 'FIELD_NAMES.datafast_source', 'not the name'],
    ['{"datafast_source":"email"}', 'FIELD_NAMES.datafast_source', 'email'],
    ['{"datafast_source":"datafast_medium"}', 'FIELD_NAMES.datafast_source', 'datafast_medium'],
    ['{"datafast_visitor_id":null}', 'FIELD_NAMES.datafast_visitor_id', 'freezes'],
    ['{"datafast_signed_up_at":null}', 'FIELD_NAMES.datafast_signed_up_at', 'freezes'],
    ['{"datafast_scored_at":null}', 'FIELD_NAMES.datafast_scored_at', 'how old'],
    [
      '{"datafast_visitor_id":"mine","datafast_ref":"datafast_visitor_id"}',
      'FIELD_NAMES.datafast_ref',
      'keeps',
    ],
  ])('of %s is named by its place', (text, key, problem) => {
    const { problems } = parseFieldNames(text);
    expect(problems).toMatchObject([{ key, problem: expect.stringContaining(problem) }]);
  });

  it('names every mistake, and what is right counts nevertheless', () => {
    const { names, problems } = parseFieldNames(
      '{"datafast_source":"utm_x","datafast_medium":"utm_x","nonsense":null,"datafast_ref":"my_ref"}',
    );
    expect(problems.map(({ key }) => key)).toEqual([
      'FIELD_NAMES.datafast_source',
      'FIELD_NAMES.datafast_medium',
      'FIELD_NAMES.nonsense',
    ]);
    expect(hubspotNames(names)).toEqual({ datafast_ref: 'my_ref' });
  });

  it('may swap two names, and leave out a time with all it dates', () => {
    const swapped = '{"datafast_source":"datafast_medium","datafast_medium":"datafast_source"}';
    expect(parseFieldNames(swapped).problems).toEqual([]);
    const scores = ['lead_score', 'conversion_rate', 'expected_value', 'prediction_confidence'];
    const none = [...scores, 'scored_at'].map((name) => [`datafast_${name}`, null]);
    expect(parseFieldNames(JSON.stringify(Object.fromEntries(none))).problems).toEqual([]);
  });
});

describe('FIELD_NAMES of several destinations', () => {
  const parse = (given: object) => {
    const { names, problems } = parseFieldNames(JSON.stringify(given), [...destinations, example]);
    const of = (name: string) => Object.fromEntries(names.get(name) ?? []);
    return { hubspot: of('hubspot'), example: of('example'), problems };
  };

  it('names a property in all of them, or in one', () => {
    expect(
      parse({
        datafast_source: 'utm_source',
        hubspot: { datafast_medium: 'medium_1' },
        example: { datafast_term: null, datafast_source: 'origin' },
      }),
    ).toEqual({
      hubspot: { datafast_source: 'utm_source', datafast_medium: 'medium_1' },
      example: { datafast_source: 'origin', datafast_term: null },
      problems: [],
    });
  });

  it('may name a property that only one of them has', () => {
    expect(parse({ firstname: 'vorname' })).toEqual({
      hubspot: { firstname: 'vorname' },
      example: {},
      problems: [],
    });
  });

  it('is held against the spelling of each, by its label', () => {
    const { hubspot, example: own, problems } = parse({ datafast_source: 'source_1' });
    expect(hubspot).toEqual({ datafast_source: 'source_1' });
    expect(own).toEqual({});
    expect(problems).toEqual([
      {
        key: 'FIELD_NAMES.datafast_source',
        problem: 'is not the name of a property in Example',
        fix: 'Use its internal name: lower-case letters and _; or null to leave it out.',
      },
    ]);
  });

  it('is held against the identity of each', () => {
    const { hubspot, example: own, problems } = parse({ datafast_ref: 'hs_object_id' });
    expect([hubspot, own]).toEqual([{}, { datafast_ref: 'hs_object_id' }]);
    expect(problems).toMatchObject([{ problem: expect.stringContaining('who a contact is') }]);
  });

  it.each([
    [{ example: { datafast_source: 7 } }, 'FIELD_NAMES.example.datafast_source', 'not the name'],
    [{ example: { firstname: null } }, 'FIELD_NAMES.example.firstname', 'no property of Whence'],
    [
      { example: { datafast_visitor_id: null } },
      'FIELD_NAMES.example.datafast_visitor_id',
      'freez',
    ],
    [{ hubspto: { datafast_source: 'x' } }, 'FIELD_NAMES.hubspto', 'no destination'],
    [{ datafast_source: {} }, 'FIELD_NAMES.datafast_source', 'not the name'],
    [{ datafast_scored_at: null }, 'FIELD_NAMES.datafast_scored_at', 'how old'],
    [{ toString: { x: 'y' } }, 'FIELD_NAMES.toString', 'no destination'],
    [{ toString: 'y' }, 'FIELD_NAMES.toString', 'no property'],
  ])('with %j names the mistake by its place', (given, key, problem) => {
    const { problems } = parse(given);
    expect(problems[0]).toMatchObject({ key, problem: expect.stringContaining(problem) });
    expect(new Set(problems.map((one) => one.key))).toEqual(new Set([key]));
  });
});

const OPTIONS = ['Google', 'Reddit'].map((value, displayOrder) => ({
  label: value,
  value,
  displayOrder,
  hidden: false,
}));

describe('a renamed property', () => {
  it('is written under the operator’s name, one left out is not, and neither is created', async () => {
    const names = { datafast_source: 'utm_source', datafast_campaign: null };
    const { standIn, destination, open } = portal({}, '2026-03', names);
    standIn.addProperty({ name: 'utm_source' });
    expect((await destination.prepare()).problems).toEqual([]);
    const made = standIn.properties().map(({ name }) => name);
    expect(made).not.toContain('datafast_source');
    expect(made).not.toContain('datafast_campaign');
    const first = signup({ params: { utm_source: 'google', utm_campaign: 'x' } });
    const contact = { email: 'ada@example.com', first, touches: [first], latest: first };
    expect(await open().upsert([contact])).toMatchObject([{ status: 'delivered' }]);
    expect(standIn.contact('ada@example.com')?.properties).toMatchObject({ utm_source: 'Google' });
  });

  it('still freezes and dates: a marker and a time by other names', async () => {
    const names = { datafast_visitor_id: 'visitor', datafast_last_seen_at: 'seen' };
    const { standIn, destination } = portal({}, '2026-03', names);
    standIn.addProperty({ name: 'visitor' });
    standIn.addProperty({ name: 'seen', type: 'datetime', fieldType: 'date' });
    expect((await destination.prepare()).problems).toEqual([]);
    const put = async (given: Parameters<typeof signup>[0]) => {
      const first = signup(given);
      await destination.upsert([
        { email: 'ada@example.com', first, touches: [first], latest: first },
      ]);
    };
    await put({ params: { utm_source: 'google' }, visitor: { visits: 5 } });
    await put({
      at: '2026-11-20T12:00:00.000Z',
      params: { utm_source: 'x' },
      visitor: { visits: 1 },
    });
    expect(standIn.contact('ada@example.com')?.properties).toMatchObject({
      datafast_source: 'Google',
      datafast_visits: '5',
    });
  });

  it.each([
    ['is given', {}, { datafast_visitor_id: 'df_vid', datafast_signed_up_at: 'df_at' }],
    ['is taken back', { datafast_visitor_id: 'df_vid', datafast_signed_up_at: 'df_at' }, {}],
    ['changes', { datafast_visitor_id: 'old_vid' }, { datafast_visitor_id: 'df_vid' }],
  ])('that marks a snapshot keeps it frozen when its name %s later', async (_, before, after) => {
    const { standIn, destination } = portal({}, '2026-03', before);
    for (const name of ['df_vid', 'old_vid']) standIn.addProperty({ name });
    standIn.addProperty({ name: 'df_at', type: 'datetime', fieldType: 'date' });
    await destination.prepare();
    const put = (names: Record<string, string>, given: Parameters<typeof signup>[0]) => {
      const first = signup(given);
      const contact = { email: 'ada@example.com', first, touches: [first], latest: first };
      return openAgain(standIn, names).upsert([contact]);
    };
    await put(before, { source: 'clerk', params: { utm_source: 'google' } });
    await put(after, {
      at: '2026-11-24T12:00:00.000Z',
      source: 'stripe',
      params: { utm_source: 'newsletter', utm_medium: 'email' },
    });
    expect(standIn.contact('ada@example.com')?.properties).toMatchObject({
      datafast_source: 'Google',
      datafast_signup_source: 'clerk',
    });
  });

  it('that holds a value of the operator’s own keeps it; an empty one is filled', async () => {
    const names = { datafast_source: 'lead_source', datafast_medium: 'lead_medium' };
    const { standIn, write, held } = await ready({}, '2026-03', names);
    for (const name of Object.values(names)) standIn.addProperty({ name });
    standIn.addContact({ email: 'ada@example.com', lead_source: 'Trade show' });
    await write(signup({ params: { utm_source: 'google', utm_medium: 'cpc' } }));
    expect(held()).toMatchObject({
      lead_source: 'Trade show',
      lead_medium: 'cpc',
      datafast_channel: 'Paid Search',
    });
  });

  it('gets its values in its own type: a day, a text, one of its options', async () => {
    const names = {
      datafast_first_seen_at: 'first_day',
      datafast_lead_score: 'score_text',
      datafast_source: 'source_choice',
    };
    const { standIn, destination } = portal({}, '2026-03', names);
    standIn.addProperty({ name: 'first_day', type: 'date', fieldType: 'date' });
    standIn.addProperty({ name: 'score_text' });
    standIn.addProperty({
      name: 'source_choice',
      type: 'enumeration',
      fieldType: 'checkbox',
      options: OPTIONS,
    });
    expect((await destination.prepare()).problems).toEqual([]);
    const first = signup({
      params: { utm_source: 'google' },
      visitor: { firstSeenAt: '2026-11-01T23:30:00.000Z', prediction: { score: 81 } },
    });
    const contact = { email: 'ada@example.com', first, touches: [first], latest: first };
    const [outcome] = await destination.upsert([contact]);
    expect(outcome).toMatchObject({ status: 'delivered' });
    expect(outcome).not.toHaveProperty('reason');
    expect(standIn.contact('ada@example.com')?.properties).toMatchObject({
      first_day: '2026-11-01',
      score_text: '81',
      source_choice: 'Google',
    });
  });

  it.each([
    ['of a type that cannot hold it', { datafast_source: 'hubspotscore' }, 'read-only'],
    ['that is a number, for a text', { datafast_source: 'a_number' }, 'is a number'],
    ['that is a day, for a number', { datafast_lead_score: 'a_day' }, 'is a date'],
    ['that lacks our options', { datafast_channel: 'lifecyclestage' }, 'lacks the options'],
    ['that does not exist', { datafast_source: 'nowhere' }, 'does not exist'],
  ])('%s is reported and never created', async (_, names, problem) => {
    const { standIn, destination } = portal({}, '2026-03', names);
    standIn.addProperty({ name: 'a_number', type: 'number', fieldType: 'number' });
    standIn.addProperty({ name: 'a_day', type: 'date', fieldType: 'date' });
    const [property = ''] = Object.values(names);
    const { created, problems } = await destination.prepare();
    expect(created).not.toContain(property);
    expect(problems).toMatchObject([{ key: property, problem: expect.stringContaining(problem) }]);
    expect(await destination.check()).toEqual(problems);
  });

  it('of the wrong type is left out and named, and the rest arrives', async () => {
    const { standIn, write, held } = await ready({}, '2026-03', { datafast_source: 'a_number' });
    standIn.addProperty({ name: 'a_number', type: 'number', fieldType: 'number' });
    const [outcome] = await write(signup({ params: { utm_source: 'google' } }));
    expect(outcome).toMatchObject({
      status: 'delivered',
      reason: { code: 'fields_left_out', detail: 'TYPE_CONFLICT a_number' },
    });
    expect(held()).toMatchObject({ datafast_channel: 'Organic Search' });
  });
});

describe('HubSpot’s own properties', () => {
  it('of its analytics and the lifecycle stage are never touched', async () => {
    const { standIn, write, held } = await ready();
    standIn.addContact({ email: 'ada@example.com', lifecyclestage: 'customer' });
    const [outcome] = await write(signup({ params: { utm_source: 'google', utm_medium: 'cpc' } }));
    const written = outcome?.status === 'delivered' ? Object.keys(outcome.written) : [];
    expect(written.length).toBeGreaterThan(5);
    expect(written.filter((name) => /^hs_analytics_|^lifecyclestage$/.test(name))).toEqual([]);
    expect(held().lifecyclestage).toBe('customer');
  });

  it('are written where the operator maps onto them', async () => {
    const { write, held } = await ready({}, '2026-03', { datafast_city: 'city' });
    await write(signup({ visitor: { city: 'London' } }));
    expect(held().city).toBe('London');
  });
});
