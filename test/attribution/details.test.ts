// What stands beside the channel: the values for the CRM, and the reasons for the person who asks.
import { describe, expect, it } from 'vitest';
import { attribute } from '../../src/attribution/attribute.ts';
import { visitorBy, visitorWith } from './visitor.ts';

const evidenceOf = (link: string, referrer?: string) =>
  attribute({ visitor: visitorBy(link), ...(referrer !== undefined && { referrer }) }).evidence;

describe('the values for the CRM', () => {
  it('are as the marketer wrote them, without the white space around', () => {
    const link =
      'utm_source=%20Google%20&utm_medium=CPC&utm_campaign=Spring_2026&utm_term=a%20b&utm_content=Blue&ref=Jane&via=Tom';
    expect(attribute({ visitor: visitorBy(link) })).toMatchObject({
      source: 'Google',
      medium: 'CPC',
      campaign: 'Spring_2026',
      term: 'a b',
      content: 'Blue',
      ref: 'Jane',
      via: 'Tom',
    });
  });

  it('leave out what says nothing', () => {
    const link = 'utm_source=google&utm_campaign=__CAMPAIGN__&utm_term=%25%25kw%25%25&ref=(none)';
    const attribution = attribute({ visitor: visitorBy(link) });
    expect(Object.keys(attribution)).toEqual([
      ...['channel', 'source', 'landingPage', 'paid', 'evidence', 'rulesVersion'],
    ]);
  });

  it('are cut at a length no honest tag has', () => {
    const visitor = visitorWith({ params: { utm_campaign: 'a'.repeat(10_000) } });
    expect(attribute({ visitor }).campaign).toHaveLength(500);
  });

  it('come from the landing page when DataFast kept no tag, and are never mixed with it', () => {
    const pages = [{ url: 'https://codefa.st/?UTM_Source=reddit&utm_campaign=late' }];
    expect(attribute({ visitor: visitorWith({ pages }) })).toMatchObject({
      source: 'Reddit',
      campaign: 'late',
    });
    const kept = attribute({ visitor: visitorWith({ pages, params: { ref: 'producthunt' } }) });
    expect(kept.source).toBe('Product Hunt');
    expect(kept.campaign).toBeUndefined();
  });
});

describe('the click ID', () => {
  it('is found whatever the case of its key, and keeps its own', () => {
    const visitor = visitorWith({ clickIds: { GCLID: 'Cj0KCQ_AbC-xyz' } });
    expect(attribute({ visitor }).clickId).toEqual({ name: 'gclid', value: 'Cj0KCQ_AbC-xyz' });
  });

  it('is the most telling one, and the others are named', () => {
    const attribution = attribute({ visitor: visitorBy('fbclid=F1&ttclid=T1&gclid=G1&gclsrc=aw') });
    expect(attribution.clickId).toEqual({ name: 'gclid', value: 'G1' });
    expect(attribution.evidence).toEqual(['gclid', 'also ttclid, fbclid']);
  });

  it("is read from the landing page's query, where a plus sign is a plus sign", () => {
    const pages = [{ url: 'codefa.st/pricing?MSCLKID=a+b&other=1' }];
    expect(attribute({ visitor: visitorWith({ pages }) })).toMatchObject({
      channel: 'Paid Search',
      clickId: { name: 'msclkid', value: 'a+b' },
    });
  });

  it('is kept when its network is unknown, but proves nothing', () => {
    const visitor = visitorWith({ clickIds: { newclid: 'N1' } });
    expect(attribute({ visitor })).toMatchObject({
      channel: 'Unknown',
      clickId: { name: 'newclid', value: 'N1' },
    });
  });

  it.each([
    ['gclsrc', 'aw.ds'],
    ['gclid', ' '],
    ['gclid', 'null'],
    ['gclid', 'a'.repeat(2000)],
  ])('is not made of %s=%s', (key, value) => {
    expect(attribute({ visitor: visitorWith({ clickIds: { [key]: value } }) }).clickId).toBe(
      undefined,
    );
  });
});

describe('the landing page', () => {
  it.each([
    ['codefa.st/', 'codefa.st/'],
    ['https://www.codefa.st/pricing?email=jo@acme.com#top', 'codefa.st/pricing'],
    ['//CodeFa.st:443/Docs', 'codefa.st/Docs'],
    ['/pricing?a=b', '/pricing'],
    ['https://codefa.st/invite/jo%40acme.com/accept', 'codefa.st/invite/…/accept'],
    ['codefa.st/@whence', 'codefa.st/@whence'],
    ['http://[', undefined],
  ])('of %s is %s', (url, page) => {
    expect(attribute({ visitor: visitorWith({ pages: [{ url }] }) }).landingPage).toBe(page);
  });

  it('is the earliest page, in whatever order they come', () => {
    const pages = [
      { url: 'codefa.st/third', at: '2026-11-03T00:00:00Z' },
      { url: 'codefa.st/untimed' },
      { url: 'codefa.st/first', at: '2026-11-01T00:00:00Z' },
    ];
    expect(attribute({ visitor: visitorWith({ pages }) }).landingPage).toBe('codefa.st/first');
  });

  it('is the first page where no page has a time', () => {
    const pages = [{ url: 'codefa.st/a' }, { url: 'codefa.st/b', at: 'yesterday' }];
    expect(attribute({ visitor: visitorWith({ pages }) }).landingPage).toBe('codefa.st/a');
  });
});

describe('the evidence', () => {
  it.each([
    ['utm_source=google&utm_medium=cpc', ['utm_medium=cpc', 'utm_source=google']],
    ['gclid=SECRET', ['gclid']],
    ['utm_source=chatgpt.com', ['utm_source=chatgpt.com']],
    ['utm_campaign=spring', ['utm_campaign=spring']],
    ['', ['no tag, no click ID, no referrer']],
  ])('for ?%s is what decided', (link, evidence) => {
    expect(evidenceOf(link)).toEqual(evidence);
  });

  it('names the host of the referrer and no more of it', () => {
    expect(evidenceOf('', 'https://news.ycombinator.com/item?id=1')).toEqual([
      'referrer=news.ycombinator.com',
    ]);
    expect(evidenceOf('', '')).toEqual(['referrer is empty']);
  });

  it('says what spoke against the decision', () => {
    expect(evidenceOf('utm_medium=email&gclid=G1')).toEqual([
      'utm_medium=email',
      'gclid is present, but utm_medium=email decides',
    ]);
    expect(evidenceOf('utm_source=facebook&gclid=G1')).toEqual([
      'gclid',
      'utm_source=facebook',
      'gclid belongs to Google, yet utm_source=facebook',
    ]);
    expect(evidenceOf('', 'https://checkout.stripe.com/')).toEqual([
      'no tag, no click ID, no referrer',
      'referrer=checkout.stripe.com ignored: a payment or login page',
    ]);
  });

  it('never holds an email address, nor a long value', () => {
    expect(evidenceOf('ref=jo@acme.com')).toEqual(['ref']);
    expect(evidenceOf(`utm_campaign=${'a'.repeat(300)}`)[0]).toHaveLength(
      'utm_campaign='.length + 80,
    );
  });
});
