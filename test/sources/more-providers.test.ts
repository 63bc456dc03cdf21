// What FusionAuth, Memberstack, Outseta and Chargebee do differently from the other providers.
import { describe, expect, it } from 'vitest';
import { samples } from '../../samples/index.ts';
import { newToken } from '../../samples/sample.ts';
import { chargebee } from '../../src/sources/chargebee.ts';
import { outseta } from '../../src/sources/outseta.ts';
import { NOW, person, verifyAt } from './deliver.ts';
import { AT, type Changes, read } from './sample-with.ts';

const VISITOR_ID = 'a3ab2331-989f-4cfa-91c6-2461c9e3c6bd';
const LONG_AGO = '2026-06-29T07:00:00.000Z';
const seconds = (iso: string) => Date.parse(iso) / 1000;

describe('FusionAuth', () => {
  it.each(['user.create', 'user.login.success', 'user.delete.complete'])('ignores %s', (type) => {
    expect(read('fusionauth', { 'event.type': type })).toMatchObject({ kind: 'ignored' });
  });

  it('can have the visitor ID in the data of the registration, which comes after the user', () => {
    const registered = {
      'event.type': 'user.registration.create.complete',
      'event.user.data': {},
      'event.registration': { data: { datafast_visitor_id: VISITOR_ID } },
    };
    expect(read('fusionauth', registered)).toMatchObject({
      completing: true,
      customerId: '2a1bd2c5-0b4e-4d57-8c0a-2f6f3c9f4b10',
      visitorId: VISITOR_ID,
    });
  });

  it('says that an address is verified with an event of its own', () => {
    const verified = { 'event.type': 'user.email.verified', 'event.user.verified': undefined };
    expect(read('fusionauth', verified)).toMatchObject({ completing: true, emailVerified: true });
    expect(read('fusionauth')).toMatchObject({ emailVerified: false });
  });

  it('knows since when an imported user is one', () => {
    const imported = { 'event.user.insertInstant': Date.parse(LONG_AGO) };
    expect(read('fusionauth', imported)).toMatchObject({ occurredAt: LONG_AGO });
  });
});

describe('Memberstack', () => {
  it.each<Changes>([
    { 'payload.customFields.datafast-visitor-id': VISITOR_ID },
    { 'payload.customFields.datafast_visitor_id': VISITOR_ID },
    { 'payload.metaData.visitor_id': `"${VISITOR_ID}"` },
  ])('has the visitor ID in %j', (changes) => {
    expect(read('memberstack', changes)).toMatchObject({ visitorId: VISITOR_ID });
  });

  it('has the address of a later update, and the person of both', () => {
    const updated = { event: 'member.updated', 'payload.verified': true };
    expect(read('memberstack', updated)).toMatchObject({
      completing: true,
      email: 'ada@example.com',
      emailVerified: true,
      customerId: 'mem_cl8x2k0qj0',
    });
  });
});

describe('Outseta', () => {
  const sample = samples.get('outseta');
  const secret = sample?.newSecret() ?? '';

  it('signs with the bytes of its key, which it shows in hex', async () => {
    expect(outseta.secretProblem(secret)).toBeUndefined();
    expect(outseta.secretProblem(`${secret}0`)).toBeDefined();
    expect(outseta.secretProblem('z'.repeat(64))).toBeDefined();
  });

  it('has the name of the method before its signature', async () => {
    const body = sample?.payload(person) ?? '';
    const signed = await sample?.sign(body, { secret, eventId: '', at: NOW });
    const mac = signed?.headers.get('x-hub-signature-256') ?? '';
    for (const [value, ok] of [
      [mac, true],
      [mac.replace('sha256=', ''), false],
      [mac.replace('sha256', 'sha1'), false],
    ] as const) {
      const headers = { 'x-hub-signature-256': value };
      expect((await verifyAt(outseta, { headers, body }, [secret])).ok, value).toBe(ok);
    }
  });

  it('names the person who signed up among the people of the account', () => {
    const people = [
      { Person: { Email: 'second@example.com' }, IsPrimary: false },
      { Person: { Email: 'first@example.com', FullName: 'Ada', Uid: 'p1' }, IsPrimary: true },
    ];
    expect(read('outseta', { PersonAccount: people })).toMatchObject({
      id: 'outseta:evt_1',
      email: 'first@example.com',
      name: 'Ada',
      company: 'Analytical Engines',
      userId: 'p1',
    });
    expect(read('outseta', { PersonAccount: [] })).toMatchObject({ email: undefined });
  });

  it('updates an account for ever, which is no signup again', () => {
    expect(read('outseta', { Updated: '2026-11-30T08:00:00' })).toMatchObject({ occurredAt: AT });
    expect(read('outseta', { Updated: '2027-01-01T00:00:00' })).toEqual({
      kind: 'ignored',
      reason: 'completes_nothing',
    });
  });
});

describe('Chargebee', () => {
  const secret = newToken();
  const body = samples.get('chargebee')?.payload(person) ?? '';

  it.each([
    ['the user whence', `Basic ${btoa(`whence:${secret}`)}`, true],
    ['another user', `Basic ${btoa(`admin:${secret}`)}`, false],
    ['no user', `Basic ${btoa(secret)}`, false],
    ['another password', `Basic ${btoa(`whence:${newToken()}`)}`, false],
    ['the secret as a bearer token', `Bearer ${secret}`, false],
    ['the secret alone', secret, false],
  ])('with %s', async (_, authorization, ok) => {
    expect((await verifyAt(chargebee, { headers: { authorization }, body }, [secret])).ok).toBe(ok);
  });

  it.each([
    ['admin_console', 'made_by_admin'],
    ['bulk_operation', 'imported'],
    ['migration', 'imported'],
  ])('made by %s is no signup', (source, reason) => {
    expect(read('chargebee', { source })).toEqual({ kind: 'ignored', reason });
  });

  it.each(['hosted_page', 'api', 'js_api', 'constructor', undefined])('by %s is one', (source) => {
    expect(read('chargebee', { source })).toMatchObject({ email: 'ada@example.com' });
  });

  it.each<[string, Changes]>([
    ['a custom field of the customer', { 'content.customer.cf_datafast_visitor_id': VISITOR_ID }],
    ['the metadata of the customer', { 'content.customer.meta_data': { visitor_id: VISITOR_ID } }],
    ['the subscription', { 'content.subscription.cf_visitor_id': VISITOR_ID }],
  ])('has the visitor ID in %s', (_, changes) => {
    expect(read('chargebee', changes)).toMatchObject({ visitorId: VISITOR_ID });
  });

  it('has a customer from before, and a company', () => {
    const old: Changes = {
      'content.customer.created_at': seconds(LONG_AGO),
      'content.customer.company': 'Engines Ltd',
    };
    expect(read('chargebee', old)).toMatchObject({
      occurredAt: LONG_AGO,
      name: 'Ada Lovelace',
      company: 'Engines Ltd',
    });
  });
});
