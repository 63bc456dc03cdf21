// The operator's own rules: what they match, what they change, and how mistakes in them are named.
import { describe, expect, it } from 'vitest';
import { attribute } from '../../src/attribution/attribute.ts';
import { parseChannelRules } from '../../src/attribution/read-channel-rules.ts';
import { visitorBy, visitorWith } from './visitor.ts';

function attributeWith(rules: unknown, link: string, referrer?: string) {
  const parsed = parseChannelRules(JSON.stringify(rules));
  expect(parsed.problems).toEqual([]);
  return attribute({ visitor: visitorBy(link), referrer }, parsed.rules);
}

describe('a rule', () => {
  it.each([
    [{ source: 'acme' }, 'utm_source=Acme', true],
    [{ source: 'acme' }, 'utm_source=acme-blog', false],
    [{ source: 'facebook' }, 'utm_source=fb', true],
    [{ source: 'fb' }, 'utm_source=fb', true],
    [{ source: 'google' }, 'gclid=Cj0', true],
    [{ source: ['acme', 'initech'] }, 'source=initech', true],
    [{ source: '*.acme.com' }, 'ref=blog.acme.com', true],
    [{ source: '*.acme.com' }, 'ref=acme.com', false],
    [{ medium: 'paid social' }, 'utm_medium=Paid_Social', true],
    [{ medium: 'cpc' }, 'utm_source=google', false],
    [{ campaign: 'webinar-*' }, 'utm_campaign=Webinar May', true],
    [{ campaign: '*-webinar-*-2026' }, 'utm_campaign=eu-webinar-may-2026', true],
    [{ campaign: 'a*b*a' }, 'utm_campaign=aba', true],
    [{ campaign: 'ab*ba' }, 'utm_campaign=aba', false],
    [{ ref: 'jane' }, 'ref=JANE', true],
    [{ via: '*' }, 'via=tom', true],
    [{ via: '*' }, 'ref=tom', false],
    [{ via: 'tom', medium: 'email' }, 'via=tom&utm_medium=email', true],
    [{ via: 'tom', medium: 'email' }, 'via=tom&utm_medium=sms', false],
  ])('%j and ?%s: %s', (when, link, matches) => {
    const { channel, rule } = attributeWith([{ when, channel: 'Audio' }], link);
    expect(channel === 'Audio').toBe(matches);
    expect(rule === 'CHANNEL_RULES[0]').toBe(matches);
  });

  it.each([
    ['/pricing', 'codefa.st/pricing/', true],
    ['/pricing/', 'https://www.codefa.st/Pricing?x=1', true],
    ['/lp/*', 'codefa.st/lp/spring', true],
    ['codefa.st/lp/*', 'codefa.st/lp/spring', true],
    ['https://www.codefa.st/lp/*', 'codefa.st/lp/spring', true],
    ['/', 'codefa.st/', true],
    ['/', 'codefa.st/pricing', false],
  ])('compares the landing page: %s with %s: %s', (landingPage, url, matches) => {
    const { rules, problems } = parseChannelRules(
      JSON.stringify([{ when: { landingPage }, channel: 'Audio' }]),
    );
    expect(problems).toEqual([]);
    const { channel } = attribute({ visitor: visitorWith({ pages: [{ url }] }) }, rules);
    expect(channel === 'Audio').toBe(matches);
  });

  it.each([
    ['news.ycombinator.com', true],
    ['Hacker News', true],
    ['*.ycombinator.com', true],
    ['news.ycombinator.com/item', true],
    ['ycombinator.com', false],
  ])('compares the referrer with %s: %s', (pattern, matches) => {
    const rules = [{ when: { referrer: pattern }, channel: 'Audio' }];
    const { channel } = attributeWith(rules, '', 'https://news.ycombinator.com/item?id=1');
    expect(channel === 'Audio').toBe(matches);
  });

  it('runs before the built-in rules, and only the first that matches counts', () => {
    const rules = [
      { when: { medium: 'cpc', source: 'google' }, channel: 'Display', source: 'Google Display' },
      { when: { medium: 'cpc' }, channel: 'Paid Other' },
    ];
    expect(attributeWith(rules, 'utm_source=google&utm_medium=cpc')).toMatchObject({
      channel: 'Display',
      source: 'Google Display',
      paid: true,
      rule: 'CHANNEL_RULES[0]',
      evidence: ['CHANNEL_RULES[0]: utm_medium=cpc, utm_source=google'],
    });
    expect(attributeWith(rules, 'utm_source=bing&utm_medium=cpc')).toMatchObject({
      channel: 'Paid Other',
      source: 'Bing',
    });
  });

  it('that only renames the source leaves the channel to the built-in rules', () => {
    const rules = [{ when: { source: 'li-jane' }, source: 'LinkedIn' }];
    expect(attributeWith(rules, 'utm_source=li-jane')).toMatchObject({
      channel: 'Organic Social',
      source: 'LinkedIn',
      evidence: ['CHANNEL_RULES[0]: utm_source=li-jane'],
    });
    expect(attributeWith(rules, 'utm_source=li-jane&utm_medium=cpc').channel).toBe('Paid Social');
  });

  it('can give a channel to a visitor whose channel would be unknown', () => {
    const rules = [{ when: { landingPage: '/' }, channel: 'direct' }];
    expect(attributeWith(rules, '').channel).toBe('Direct');
  });

  it('changes the version, so that an attribution shows which rules made it', () => {
    const one = attributeWith([{ when: { via: 'a' }, channel: 'Email' }], '').rulesVersion;
    const other = attributeWith([{ when: { via: 'b' }, channel: 'Email' }], '').rulesVersion;
    const none = attribute({}).rulesVersion;
    expect(new Set([one, other, none]).size).toBe(3);
    expect(one).toContain(none);
  });
});

describe('a mistake in CHANNEL_RULES', () => {
  it.each<[string, string]>([
    ['{', 'CHANNEL_RULES is not JSON: it ends too early'],
    ['[\n  {"when": }\n]', 'CHANNEL_RULES is not JSON: see line 2, column 12'],
    ['[{"when": {"via": "a"}} {}]', 'CHANNEL_RULES is not JSON: see line 1, column 25'],
    ["[{'when': {}}]", 'CHANNEL_RULES is not JSON: see line 1, column 3'],
    ['null', 'CHANNEL_RULES is null, not a list of rules'],
    ['{"when":{}}', 'CHANNEL_RULES is an object, not a list of rules'],
    ['[7]', 'CHANNEL_RULES[0] is a number, not a rule'],
    ['[{"channel":"Email"}]', 'CHANNEL_RULES[0].when is missing'],
    [
      '[{"when":{},"channel":"Email"}]',
      'CHANNEL_RULES[0].when is empty, so the rule would match everybody',
    ],
    [
      '[{"when":{"via":"a"}}]',
      'CHANNEL_RULES[0] decides nothing: it has neither channel nor source',
    ],
    [
      '[{"when":{"via":7},"channel":"Email"}]',
      'CHANNEL_RULES[0].when.via is a number, not text or a list of texts',
    ],
    [
      '[{"when":{"via":["a",null]},"channel":"Email"}]',
      'CHANNEL_RULES[0].when.via[1] is null, not text',
    ],
    [
      '[{"when":{"via":[]},"channel":"Email"}]',
      'CHANNEL_RULES[0].when.via is an empty list, which nothing matches',
    ],
    [
      '[{"when":{"via":" "},"channel":"Email"}]',
      'CHANNEL_RULES[0].when.via is empty, which nothing matches',
    ],
    [
      '[{"when":{"sorce":"a"},"channel":"Email"}]',
      'CHANNEL_RULES[0].when.sorce is not known; conditions are source, medium, campaign, ref, via, landingPage, referrer',
    ],
    [
      '[{"when":{"via":"a"},"chanel":"Email","source":"x"}]',
      'CHANNEL_RULES[0].chanel is not known; a rule has when, channel and source',
    ],
    ['[{"when":{"via":"a"},"source":""}]', 'CHANNEL_RULES[0].source is empty or too long'],
  ])('%s: %s', (text, expected) => {
    const { problems } = parseChannelRules(text);
    expect(problems.map(({ key, problem }) => `${key} ${problem}`)).toEqual([expected]);
    expect(problems[0]?.fix).toContain('docs/attribution.md');
  });

  it('in the name of a channel lists the channels that exist', () => {
    const { problems } = parseChannelRules('[{"when":{"via":"a"},"channel":"Mail"}]');
    expect(problems[0]?.key).toBe('CHANNEL_RULES[0].channel');
    expect(problems[0]?.problem).toContain('Organic Search');
  });

  it('leaves out only the rule it is in, and every mistake is named', () => {
    const { rules, problems } = parseChannelRules(
      JSON.stringify([
        { when: { via: 7 }, channel: 'Nothing' },
        { when: { via: 'a' }, channel: 'Email' },
        { when: { medium: '' }, source: 8 },
      ]),
    );
    expect(problems.map(({ key }) => key)).toEqual([
      'CHANNEL_RULES[0].when.via',
      'CHANNEL_RULES[0].channel',
      'CHANNEL_RULES[2].when.medium',
      'CHANNEL_RULES[2].source',
    ]);
    const attribution = attribute({ visitor: visitorBy('via=a') }, rules);
    expect(attribution).toMatchObject({ channel: 'Email', rule: 'CHANNEL_RULES[1]' });
  });

  it.each([undefined, '', '  ', '[]'])('is not reported for %j', (text) => {
    const { rules, problems } = parseChannelRules(text);
    expect(problems).toEqual([]);
    expect(attribute({}, rules).rulesVersion).toBe(attribute({}).rulesVersion);
  });
});
