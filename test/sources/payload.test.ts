// Reads payloads without trusting them: nothing inherited, nothing coerced, no year 1.
import { describe, expect, it } from 'vitest';
import { emailFrom } from '../../src/identifiers.ts';
import { parseObject } from '../../src/json.ts';
import { at, joined, moment, text } from '../../src/sources/payload.ts';

describe('reading a place', () => {
  const payload = { a: { b: 'x', list: [1], empty: ' ' }, n: 42 };

  it.each([
    ['a.b', 'x'],
    ['n', 42],
    ['a.missing', undefined],
    ['a.b.length', undefined],
    ['a.list.0', undefined],
    ['__proto__', undefined],
    ['constructor.name', undefined],
    ['a.toString', undefined],
  ])('%s gives %j', (path, value) => {
    expect(at(payload, path)).toEqual(value);
  });

  it('takes the first text, trimmed, and none that is too long', () => {
    expect(text({ a: ' ', b: 7, c: ' yes ' }, ['a', 'b', 'c'], 10)).toBe('yes');
    expect(text({ a: 'too long' }, ['a'], 3)).toBeUndefined();
  });

  it('joins only texts', () => {
    const name = joined(' ', 'first', 'last');
    expect(text({ first: 'Ada', last: { toString: 1 } }, [name], 50)).toBe('Ada');
    expect(text({ first: null, last: ' ' }, [name], 50)).toBeUndefined();
  });
});

describe('an email', () => {
  it.each([
    [' Ada@Example.COM ', 'ada@example.com'],
    ['ada+crm@example.co.uk', 'ada+crm@example.co.uk'],
    ['mi\u212Ae@example.com', 'mi\u212Ae@example.com'],
    ['ada\u200B@example.com', undefined],
    ['<ada@example.com>', undefined],
    ['ada@example.com,eve@example.com', undefined],
    ['\ud800ada@example.com', undefined],
    ['ada', undefined],
    ['a b@example.com', undefined],
    [`${'a'.repeat(250)}@example.com`, undefined],
    [undefined, undefined],
  ])('%j is %s', (given, email) => {
    expect(emailFrom(given)).toBe(email);
  });
});

describe('a moment', () => {
  it.each([
    [1_795_424_400, '2026-11-23T09:00:00.000Z'],
    [1_795_424_400_000, '2026-11-23T09:00:00.000Z'],
    ['2026-11-23T10:00:00+01:00', '2026-11-23T09:00:00.000Z'],
    ['0001-01-01T00:00:00Z', undefined],
    ['yesterday', undefined],
    ['2026', undefined],
    [Number.NaN, undefined],
    [8.64e15, undefined],
    [null, undefined],
    [{}, undefined],
  ])('%j is %s', (value, iso) => {
    expect(moment(value)).toBe(iso);
  });
});

describe('a body', () => {
  const bytes = (body: string) => new TextEncoder().encode(body);

  it.each(['', '[]', 'null', '"x"', '1', '{', '\uFEFF{}'])('of %j is not an object', (body) => {
    expect(parseObject(bytes(body))).toBeUndefined();
  });

  it('in broken UTF-8 is not an object', () => {
    expect(
      parseObject(Uint8Array.from([...bytes('{"a":"'), 0xff, ...bytes('"}')])),
    ).toBeUndefined();
  });
});
