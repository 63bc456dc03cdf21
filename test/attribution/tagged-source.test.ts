// The tag that named the source, kept as it came beside the one name that the source has.
import { describe, expect, it } from 'vitest';
import { attribute } from '../../src/attribution/attribute.ts';
import { parseChannelRules } from '../../src/attribution/read-channel-rules.ts';
import { visitorBy, visitorWith } from './visitor.ts';

describe('the tag that named the source', () => {
  it.each([
    ['utm_source=fb&utm_medium=email', 'fb'],
    ['utm_source=googleads', 'googleads'],
    ['utm_source=ChatGPT.com', 'ChatGPT.com'],
    ['source=HN&ref=jane', 'HN'],
    ['ref=youtube.com', 'youtube.com'],
    ['utm_source=an&utm_medium=paid', 'an'],
    ['mtm_source=fb', 'fb'],
    ['utm_source=codefa.st', 'codefa.st'],
    ['ref=codefa.st', undefined],
    ['utm_source=google%2Cgoogle', 'google'],
    ['utm_source=no%2520code', 'no code'],
    ['utm_source=(direct)', undefined],
    ['gclid=G1', undefined],
    ['utm_campaign=spring', undefined],
  ])('of ?%s is kept as it came: %s', (link, utmSource) => {
    expect(attribute({ visitor: visitorBy(link) }).utmSource).toBe(utmSource);
  });

  it('stays the tag when a rule of the operator gives the source another name', () => {
    const { rules } = parseChannelRules('[{"when":{"source":"li-jane"},"source":"LinkedIn"}]');
    expect(attribute({ visitor: visitorBy('utm_source=li-jane') }, rules)).toMatchObject({
      source: 'LinkedIn',
      utmSource: 'li-jane',
    });
  });

  it.each(['jo@acme.com', 'jo%40acme.com', 'jo%2540acme.com'])(
    'is never the address %s',
    (address) => {
      for (const tag of ['utm_source', 'source', 'ref']) {
        const attribution = attribute({ visitor: visitorWith({ params: { [tag]: address } }) });
        expect(attribution.utmSource).toBeUndefined();
        expect(JSON.stringify(attribution)).not.toContain('acme.com');
      }
    },
  );
});
