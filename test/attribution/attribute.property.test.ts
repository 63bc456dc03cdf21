// What is true for every visitor, also for odd and hostile ones.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { attribute } from '../../src/attribution/attribute.ts';
import { journey } from '../../src/attribution/journey.ts';
import { parseChannelRules } from '../../src/attribution/read-channel-rules.ts';
import { CHANNELS, type Visitor } from '../../src/model.ts';
import { link, parameter, referrer, text, visitor } from './arbitrary.ts';
import { visitorBy, visitorWith } from './visitor.ts';

const { rules } = parseChannelRules(
  JSON.stringify([
    { when: { source: 'acme*', landingPage: '/a*b*' }, channel: 'Referral' },
    { when: { referrer: ['*.acme.com', 'x.com'], medium: '*' }, source: 'Acme' },
  ]),
);

function attributeBy(known: Visitor, from: string | undefined) {
  return attribute({ visitor: known, referrer: from }, rules);
}

function mapValues(values: Readonly<Record<string, string>>, change: (text: string) => string) {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, change(value)]));
}

describe('every visitor', () => {
  it('gets exactly one channel and at least one reason, and nothing throws', () => {
    fc.assert(
      fc.property(visitor, referrer, (known, from) => {
        const attribution = attributeBy(known, from);
        expect(CHANNELS).toContain(attribution.channel);
        expect(attribution.evidence.length).toBeGreaterThan(0);
        for (const reason of attribution.evidence) expect(reason.length).toBeLessThan(400);
        for (const value of Object.values(attribution)) expect(value).not.toBe('');
        expect(attribution.rule).not.toBe(undefined);
      }),
    );
  });

  it('has a journey, and nothing throws', () => {
    fc.assert(
      fc.property(visitor, text, (known, at) => {
        expect(journey(known, at).daysToSignup ?? 0).toBeGreaterThanOrEqual(0);
      }),
    );
  });

  it('has the same channel with an unrelated parameter added', () => {
    const unrelated = fc.string({ minLength: 1 }).map((name) => `x_${name}`);
    fc.assert(
      fc.property(link, referrer, unrelated, text, (known, from, name, value) => {
        const query = new URLSearchParams({ [name]: value });
        const more = visitorWith({
          params: { ...known.params, [name]: value },
          clickIds: known.clickIds,
          pages: [{ url: `codefa.st/?${query}`, at: '2026-11-01T10:00:00.000Z' }],
        });
        expect(attributeBy(more, from).channel).toBe(attributeBy(known, from).channel);
      }),
    );
  });

  it('has the same channel in any case and with white space around the values', () => {
    const changes = [
      (value: string) => value.toUpperCase(),
      (value: string) => value.toLowerCase(),
      (value: string) => ` \t${value}\n`,
      (value: string) => value.replaceAll(' ', '%20'),
    ];
    fc.assert(
      fc.property(link, referrer, fc.constantFrom(...changes), (known, from, change) => {
        const isInPlace = change('a b') !== 'a%20b';
        const changed = visitorWith({
          params: mapValues(known.params, change),
          clickIds: isInPlace
            ? Object.fromEntries(
                Object.entries(known.clickIds).map(([key, value]) => [change(key), change(value)]),
              )
            : known.clickIds,
        });
        expect(attributeBy(changed, from?.toUpperCase()).channel).toBe(
          attributeBy(known, from).channel,
        );
      }),
    );
  });

  it('is attributed the same way twice', () => {
    fc.assert(
      fc.property(visitor, referrer, (known, from) => {
        expect(attributeBy(known, from)).toEqual(attributeBy(known, from));
      }),
    );
  });

  it('has the same channel when the ampersands of the link were escaped on the way', () => {
    const plain = fc.constantFrom(
      'google',
      'fb',
      'acme',
      'cpc',
      'email',
      'social',
      'd',
      'an',
      'spring',
    );
    const tags = fc.dictionary(parameter, plain, { minKeys: 1 });
    const separator = fc.constantFrom(
      '&amp;',
      '&#038;',
      '&amp;amp;',
      '%26amp%3B',
      '\\u0026',
      '&#x26;',
    );
    fc.assert(
      fc.property(tags, separator, (params, separated) => {
        const link = Object.entries(params).map(([name, value]) => `${name}=${value}`);
        const visitorAt = (query: string) =>
          visitorWith({ pages: [{ url: `codefa.st/?${query}` }] });
        const damaged = attributeBy(visitorAt(link.join(separated)), undefined);
        const whole = attributeBy(visitorAt(link.join('&')), undefined);
        expect(damaged).toEqual(whole);
      }),
    );
  });

  it('has the same channel when every tag came twice', () => {
    fc.assert(
      fc.property(link, (known) => {
        const honest = (value: string) => /^[a-z0-9_-]*$/i.test(value);
        fc.pre(Object.values(known.params).every(honest));
        for (const twice of [
          (value: string) => `${value},${value}`,
          (value: string) => JSON.stringify([value, value]),
        ]) {
          const doubled = visitorWith({ ...known, params: mapValues(known.params, twice) });
          expect(attributeBy(doubled, undefined).channel).toBe(
            attributeBy(known, undefined).channel,
          );
        }
      }),
    );
  });

  it('names no value of an unknown parameter', () => {
    fc.assert(
      fc.property(visitor, (known) => {
        for (const name of attributeBy(known, undefined).unknownIds ?? []) {
          expect(name).toMatch(/^[a-z0-9_.-]{1,40}$/);
        }
      }),
    );
  });

  const hostilePieces = [
    'a.',
    '/',
    ' ',
    '%',
    '%25',
    '@',
    '&a=',
    '-_',
    '\u0301\u0323',
    '*',
    '{',
    'shop',
    'amp;',
    '%26amp;',
    ',',
    '[',
    '"x ',
    'mail.',
  ];

  it.each(hostilePieces)(
    'is attributed even when it brings a hundred kilobytes of "%s"',
    (piece) => {
      const hostile = `e${piece.repeat(100_000 / piece.length)}!`;
      const visitor = visitorWith({
        params: { utm_source: hostile, utm_medium: hostile, utm_campaign: hostile, ref: hostile },
        clickIds: { gclid: hostile, [hostile]: hostile },
        pages: [{ url: `codefa.st/${hostile}?${hostile}`, at: hostile }],
        currentUrl: hostile,
      });
      const attribution = attributeBy(visitor, hostile);
      expect(CHANNELS).toContain(attribution.channel);
      expect(JSON.stringify(attribution).length).toBeLessThan(10_000);
    },
  );

  it('shows no click ID in the evidence', () => {
    const { evidence } = attribute({ visitor: visitorBy('gclid=SECRET1&fbclid=SECRET2') });
    expect(evidence.join(' ')).not.toContain('SECRET');
  });
});
