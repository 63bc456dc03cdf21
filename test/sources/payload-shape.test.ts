// What is kept of a webhook in which no visitor ID stood: its key names, and never a value.
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { payloadShape } from '../../src/sources/payload-shape.ts';

describe('the keys of a payload', () => {
  it('are dotted paths to what holds a value, lists once', () => {
    const payload = {
      type: 'user.created',
      data: {
        email_addresses: [{ email_address: 'a@b.example' }, { email_address: 'c@d.example' }],
        public_metadata: {},
      },
    };
    expect(payloadShape(payload)).toEqual([
      'type',
      'data.email_addresses[].email_address',
      'data.public_metadata',
    ]);
  });

  it.each([
    'ada@mail.example',
    'user_2Xa91bT0',
    '7d4c7f0e-1f0b-4c55-9f57-0c1f6f1f2a11',
    'Ada Lovelace',
    '__proto__.x',
    '',
    'x'.repeat(60),
  ])('hide a key that may be somebody’s data: %s', (key) => {
    expect(payloadShape({ data: { [key]: 'value' } })).toEqual(['data.*']);
  });

  it('of a huge or deep payload end', () => {
    const wide = Object.fromEntries(
      Array.from({ length: 5_000 }, (_, at) => [
        `k${String.fromCharCode(97 + (at % 26))}${'z'.repeat(at % 30)}`,
        at,
      ]),
    );
    expect(payloadShape(wide).length).toBeLessThanOrEqual(80);
    let deep: object = { end: 1 };
    for (let level = 0; level < 1_000; level += 1) deep = { a: deep };
    expect(payloadShape({ deep })).toEqual(['deep.a.a.a.a.a']);
  });

  it('never hold a value', () => {
    const secret = 'SECRETVALUE';
    const leaf = fc.oneof(fc.constant(secret), fc.constant([secret, secret]));
    const payload = fc.dictionary(fc.string(), fc.oneof(leaf, fc.dictionary(fc.string(), leaf)));
    void fc.assert(
      fc.property(payload, (given) => {
        expect(payloadShape(given).join()).not.toContain(secret);
      }),
    );
  });
});
