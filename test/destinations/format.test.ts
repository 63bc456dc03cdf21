// Values as HubSpot wants them, and as nobody can misuse them.
import { describe, expect, it } from 'vitest';
import { formatValue } from '../../src/destinations/hubspot/format.ts';
import { signup } from './people.ts';
import { ready } from './portal.ts';

describe('a value', () => {
  it.each([
    ['number', 81, '81'],
    ['number', 0, '0'],
    ['number', -3, '-3'],
    ['number', 0.0138, '0.0138'],
    ['number', 1234567.5, '1234567.5'],
    ['number', 0.00000012, '0.00000012'],
    ['number', 1e21, undefined],
    ['number', Number.NaN, undefined],
    ['number', Number.POSITIVE_INFINITY, undefined],
    ['number', '81', undefined],
    ['datetime', '2026-11-23T12:00:00+01:00', '2026-11-23T11:00:00.000Z'],
    ['datetime', 'yesterday', undefined],
    ['date', '2026-11-23T23:59:59.999Z', '2026-11-23'],
    ['date', '2026-11-24T00:30:00+01:00', '2026-11-23'],
    ['bool', true, 'true'],
    ['bool', 'false', 'false'],
    ['bool', 'yes', undefined],
    ['enumeration', 'Paid Search', 'Paid Search'],
    ['string', 7, '7'],
    ['string', '  text ', 'text'],
    ['string', '', undefined],
    ['string', 'a\u0000b\r\nc\td', 'a b c d'],
    ['string', 'ev\u202eil\u2066', 'ev il'],
    ['string', 'broken \ud800 half', 'broken \ufffd half'],
  ])('of %s %j leaves as %j', (type, value, text) => {
    expect(formatValue({ type }, value)).toBe(text);
  });

  it.each([
    ['a;b', 'a;b'],
    [';a', 'a'],
    [' a ; ;b;a', 'a;b'],
    [';', undefined],
  ])('of a multiple choice, %j, replaces and never appends: %j', (value, text) => {
    expect(formatValue({ type: 'enumeration', fieldType: 'checkbox' }, value)).toBe(text);
  });

  it('of a text is cut at 65,536 characters, and not within a character', () => {
    const cut = (text: string) => formatValue({ type: 'string' }, text);
    expect(cut('x'.repeat(70_000))).toHaveLength(65_536);
    const emoji = cut(`${'x'.repeat(65_535)}😀`);
    expect(emoji).toHaveLength(65_535);
    expect(cut(`=${'x'.repeat(70_000)}`)).toHaveLength(65_536);
  });

  it.each([
    '=HYPERLINK("https://evil.example","x")',
    '=1+1',
    "+1+cmd|' /C calc'!A0",
    "-2+3+cmd|' /C calc'!A0",
    '@SUM(1+1)',
    '＝1+1',
    '\t=1+1',
    ' =1+1',
  ])('that a spreadsheet would run, %j, is made a text', (value) => {
    const formatted = formatValue({ type: 'string' }, value);
    expect(formatted).toMatch(/^'/);
    expect(formatted?.slice(1)).toBe(value.trim());
  });

  it.each(['@levelsio', '-abc_DEF-123', '+4915112345', 'a=b', 'https://example.com/?a=1'])(
    'that no spreadsheet runs, %j, is left as it is',
    (value) => {
      expect(formatValue({ type: 'string' }, value)).toBe(value);
    },
  );
});

describe('onto a contact', () => {
  it('comes no formula, neither from a URL parameter nor from a name', async () => {
    const { write, held } = await ready();
    await write(
      signup({ name: '=cmd() Lovelace', params: { utm_source: 'x', utm_campaign: '=1+1' } }),
    );
    expect(held()).toMatchObject({ firstname: "'=cmd()", datafast_campaign: "'=1+1" });
  });

  it.each([
    ['gb', 'GB'],
    ['GB', 'GB'],
    ['Germany', 'Germany'],
  ])('the country %s always comes as %s', async (country, text) => {
    const { write, held } = await ready();
    await write(signup({ visitor: { country } }));
    expect(held().datafast_country).toBe(text);
  });
});
