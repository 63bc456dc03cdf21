// Whose address it is: addresses that are none, and what each provider says of the verification.
import { describe, expect, it } from 'vitest';
import { emailFrom } from '../../src/identifiers.ts';
import { AT, readSignup as read } from './sample-with.ts';

describe('an address', () => {
  it.each([
    'k3f9@anonymous.placeholder.invalid',
    'x@invalid',
    'temp-k3f9@http://localhost:3000',
    'temp-k3f9@https://shop.example',
    '0xabc@https://app.acme.com',
    'ada@localhost',
    'ada@localhost:3000',
    'ada@app.localhost',
    'ada@mail.localdomain',
    'ada@printer.local',
    'ada@db.internal',
    'ada@INVALID',
    'ada@anonymous.Invalid.',
    'ada@host',
  ])('%s is none', (email) => {
    expect(emailFrom(email)).toBeUndefined();
    expect(read('signup', { 'data.email': email })?.email).toBeUndefined();
  });

  it.each([
    'ada@mail.example',
    'ada@example.com',
    'ada@acme.test',
    'ada@invalid.com',
    'ada@localhost.run',
    'ada@local.ch',
    'invalid@acme.io',
    'ada@xn--mller-kva.de',
  ])('%s is one', (email) => {
    expect(emailFrom(email)).toBe(email);
  });
});

const address = (status: unknown) => ({
  'data.email_addresses': [
    { id: 'idn_primary', email_address: 'ada@example.com', verification: status && { status } },
  ],
});
describe('the verification of an address', () => {
  it.each<[string, Record<string, unknown>, boolean | undefined]>([
    ['auth0', { 'data.object.email_verified': true }, true],
    ['auth0', { 'data.object.email_verified': false }, false],
    ['auth0', { 'data.object.email_verified': undefined }, undefined],
    ['firebase', { 'claims.email_verified': true }, true],
    ['firebase', { 'claims.email_verified': false }, false],
    ['clerk', address('verified'), true],
    ['clerk', address('unverified'), false],
    ['clerk', address('transferable'), undefined],
    ['clerk', address(null), undefined],
    ['stytch', { 'user.emails': [{ email: 'ada@example.com', verified: true }] }, true],
    ['stytch', { 'user.emails': [{ email: 'ada@example.com', verified: false }] }, false],
    ['supabase', { 'record.email_confirmed_at': AT }, true],
    ['supabase', { 'record.email_confirmed_at': null }, false],
    ['supabase', { 'record.email_confirmed_at': undefined }, undefined],
    ['workos', { 'data.email_verified': true }, true],
    ['workos', { 'data.email_verified': false }, false],
    ['kinde', { 'data.user.email_verified': false }, false],
    ['kinde', {}, undefined],
    ['logto', { 'user.email_verified': false }, false],
    ['logto', {}, undefined],
    ['descope', { 'data.verifiedEmail': false }, false],
    ['shopify', { verified_email: false }, false],
    ['signup', { 'data.email_verified': false }, false],
    ['signup', { 'data.emailVerified': true }, true],
    ['signup', {}, undefined],
    ['stripe', {}, undefined],
  ])('is read from %s with %j as %s', (source, changes, verified) => {
    expect(read(source, changes)).toMatchObject({ email: 'ada@example.com' });
    expect(read(source, changes)?.emailVerified).toBe(verified);
  });

  const DAYS_LATER = '2026-11-25T09:00:00.000Z';
  const MONTHS_LATER = '2027-02-25T09:00:00.000Z';
  const confirmed = {
    type: 'UPDATE',
    'record.email_confirmed_at': DAYS_LATER,
    old_record: { email_confirmed_at: null },
  };
  const events: [string, Record<string, unknown>, Record<string, unknown>][] = [
    ['auth0', { type: 'user.updated', time: DAYS_LATER }, { 'data.object.email_verified': true }],
    ['workos', { event: 'user.updated', created_at: DAYS_LATER }, { 'data.email_verified': true }],
    ['clerk', { type: 'user.updated', timestamp: Date.parse(DAYS_LATER) }, address('verified')],
    [
      'stytch',
      { action: 'UPDATE', timestamp: DAYS_LATER },
      { 'user.emails': [{ email: 'ada@example.com', verified: true }] },
    ],
    ['supabase', { type: 'UPDATE', old_record: { email_confirmed_at: null } }, confirmed],
    ['signup', { type: 'something else' }, { type: 'user.verified' }],
  ];

  it.each(events)(
    'can come later from %s, as an event that is no signup',
    (source, event, news) => {
      expect(read(source, { ...event, ...news })).toMatchObject({
        email: 'ada@example.com',
        emailVerified: true,
        completing: true,
      });
    },
  );

  it('is not taken from updates of users who signed up long ago', () => {
    for (const [source, place] of [
      ['auth0', 'time'],
      ['workos', 'created_at'],
      ['stytch', 'timestamp'],
    ] as const) {
      const [, event, news] = events.find(([name]) => name === source) ?? [];
      expect(read(source, { ...event, ...news, [place]: MONTHS_LATER }), source).toBeUndefined();
    }
  });

  it('of WorkOS is an event of its own as well', () => {
    const event = {
      event: 'authentication.email_verification_succeeded',
      data: { type: 'email_verification', email: 'ada@example.com', user_id: 'user_1' },
    };
    expect(read('workos', event)).toMatchObject({
      email: 'ada@example.com',
      emailVerified: true,
      customerId: 'user_1',
    });
  });

  it('of Supabase is another event than the signup of the same person', () => {
    expect(read('supabase', confirmed)?.id).toBe(`${read('supabase', {})?.id}:confirmed`);
  });
});
