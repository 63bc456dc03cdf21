// The stand-in for HubSpot accepts a value only in the format of its property.
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type AddedProperty, createHubspot } from '../../stand-ins/hubspot.ts';

const ADA = 'ada@example.com';
const NOON = Date.parse('2026-09-01T12:00:00.000Z');

const TYPES: AddedProperty[] = [
  { name: 'score', type: 'number', fieldType: 'number' },
  { name: 'seen_at', type: 'datetime', fieldType: 'date' },
  { name: 'seen_on', type: 'date', fieldType: 'date' },
  { name: 'paid', type: 'bool', fieldType: 'booleancheckbox', options: options('true', 'false') },
  { name: 'channel', type: 'enumeration', fieldType: 'select', options: options('Direct') },
  { name: 'tags', type: 'enumeration', fieldType: 'checkbox', options: options('a', 'b', 'c') },
];

const Refusal = z.object({
  errors: z.array(
    z.object({ code: z.string(), context: z.object({ propertyName: z.array(z.string()) }) }),
  ),
});

function options(...values: string[]) {
  return values.map((value) => ({ label: value, value, displayOrder: 0, hidden: false }));
}

function openPortal() {
  const { app, addProperty, contact } = createHubspot({
    token: 'pat-key',
    now: () => NOON,
  });
  for (const property of TYPES) addProperty(property);
  const upsert = async (properties: Record<string, string>, id = ADA) =>
    app.request('/crm/objects/2026-03/contacts/batch/upsert', {
      method: 'POST',
      headers: { authorization: 'Bearer pat-key', 'content-type': 'application/json' },
      body: JSON.stringify({ inputs: [{ id, idProperty: 'email', properties }] }),
    });
  return { upsert, contact };
}

async function codeIn(response: Response, name: string): Promise<string | undefined> {
  if (response.status === 200) return undefined;
  const { errors } = Refusal.parse(await response.json());
  return errors.find(({ context }) => context.propertyName.includes(name))?.code;
}

async function codeFor(name: string, value: string): Promise<string | undefined> {
  return codeIn(await openPortal().upsert({ [name]: value }), name);
}

async function keptFor(name: string, value: string): Promise<string | undefined> {
  const { upsert, contact } = openPortal();
  await upsert({ [name]: value });
  return contact(ADA)?.properties[name];
}

describe('a value', () => {
  it('of a number is a plain decimal', async () => {
    expect(await keptFor('score', '-0.0138')).toBe('-0.0138');
    for (const value of ['1,000', '1e-7', 'NaN', ' 5', '.5', '1.2.3']) {
      expect(await codeFor('score', value)).toBe('INVALID_INTEGER');
    }
  });

  it('of a datetime is ISO 8601 in UTC or milliseconds, and is read as ISO 8601', async () => {
    expect(await keptFor('seen_at', '2026-09-01T12:00:00.000Z')).toBe('2026-09-01T12:00:00Z');
    expect(await keptFor('seen_at', String(NOON + 5))).toBe('2026-09-01T12:00:00.005Z');
    for (const value of ['2026-09-01', '2026-09-01T12:00:00+02:00', 'yesterday']) {
      expect(await codeFor('seen_at', value)).toBe('INVALID_LONG');
    }
  });

  it('of a date is a day, or its midnight in UTC', async () => {
    expect(await keptFor('seen_on', '2026-09-01')).toBe('2026-09-01');
    expect(await keptFor('seen_on', String(Date.parse('2026-09-01')))).toBe('2026-09-01');
    expect(await codeFor('seen_on', String(NOON))).toBe('INVALID_DATE');
    expect(await codeFor('seen_on', '2026-02-30')).toBe('INVALID_DATE');
  });

  it('of an enumeration is exactly the internal value of an option', async () => {
    expect(await codeFor('channel', 'direct')).toBe('INVALID_OPTION');
    expect(await codeFor('lifecyclestage', 'Lead')).toBe('INVALID_OPTION');
    expect(await codeFor('paid', 'yes')).toBe('INVALID_OPTION');
    expect(await keptFor('paid', 'true')).toBe('true');
  });

  it('of a multiple choice is added to what is there, when it starts with a semicolon', async () => {
    const { upsert, contact } = openPortal();
    await upsert({ tags: 'a;b' });
    await upsert({ tags: ';c' });
    expect(contact(ADA)?.properties.tags).toBe('a;b;c');
  });

  it('of a text is at most 65,536 characters', async () => {
    expect(await codeFor('city', 'x'.repeat(65_536))).toBeUndefined();
    expect(await codeFor('city', 'x'.repeat(65_537))).toBe('INVALID_LENGTH');
  });

  it('of an email is an address with a public domain', async () => {
    const { upsert } = openPortal();
    for (const email of ['ada', 'ada@example', 'ada@gmail.con', 'a b@c.com', 'a..b@c.com']) {
      expect(await codeIn(await upsert({}, email), 'email')).toBe('INVALID_EMAIL');
    }
    expect((await upsert({}, 'ada+crm@mail.example.co.uk')).status).toBe(200);
  });
});
