// What an attribution has beside the channel: the values for the CRM, and the evidence.
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

  it('leave out tags that say nothing', () => {
    const link = 'utm_source=google&utm_campaign=__CAMPAIGN__&utm_term=%25%25kw%25%25&ref=(none)';
    const { campaign, term, ref, ...attribution } = attribute({ visitor: visitorBy(link) });
    expect([campaign, term, ref]).toEqual([undefined, undefined, undefined]);
    expect(attribution.source).toBe('Google');
  });

  it.each([...['ref', 'source', 'via', 'utm_source', 'utm_campaign', 'utm_term', 'utm_content']])(
    'never hold an email address that %s brings',
    (tag) => {
      for (const address of ['jo@acme.com', 'jo%40acme.com', 'Jo <jo@acme.com>', 'jo＠acme.com']) {
        const attribution = attribute({ visitor: visitorWith({ params: { [tag]: address } }) });
        expect(JSON.stringify(attribution)).not.toContain('acme.com');
      }
    },
  );

  it('are cut at a length that no honest tag has', () => {
    const visitor = visitorWith({ params: { utm_campaign: 'a'.repeat(10_000) } });
    expect(attribute({ visitor }).campaign).toHaveLength(500);
  });

  it('come from the landing page when DataFast kept no tag, and the two are never mixed', () => {
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
  it('is found with its key in any case, and keeps the case of its value', () => {
    const visitor = visitorWith({ clickIds: { GCLID: 'Cj0KCQ_AbC-xyz' } });
    expect(attribute({ visitor }).clickId).toEqual({ name: 'gclid', value: 'Cj0KCQ_AbC-xyz' });
  });

  it('is the most telling one of several, and the others are named as evidence', () => {
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

  it.each([
    ...[
      'oppref',
      'ndclid',
      'rtid',
      'ef_id',
      's_kwcid',
      'ps_xid',
      'dub_id',
      'ps_partner_key',
      'aff',
    ],
    ...['bd_vid', 'awclid', 'rb_clickid'],
  ])('%s is kept', (name) => {
    expect(attribute({ visitor: visitorBy(`${name}=Ab1`) }).clickId).toEqual({
      name,
      value: 'Ab1',
    });
  });

  it("is kept beside another network's tag, which decides", () => {
    const { channel, paid, clickId, evidence } = attribute({
      visitor: visitorBy('utm_source=linkedin&gclid=G1'),
    });
    expect([channel, paid, clickId?.name]).toEqual(['Organic Social', false, 'gclid']);
    expect(evidence).toContain('gclid belongs to Google, yet utm_source=linkedin');
  });

  it('of a link that had it twice is one of the two', () => {
    const visitor = visitorWith({ clickIds: { gclid: 'G1,G1', fbclid: '["F1","F1"]' } });
    expect(attribute({ visitor }).clickId).toEqual({ name: 'gclid', value: 'G1' });
  });

  it('is kept when its network is unknown, but decides nothing', () => {
    const visitor = visitorWith({ clickIds: { newclid: 'N1' } });
    expect(attribute({ visitor })).toMatchObject({
      channel: 'Unknown',
      clickId: { name: 'newclid', value: 'N1' },
    });
  });

  it.each([
    ...['mc_eid', 'mc_cid', '_kx', 'mkt_tok', '_hsenc', 'ck_subscriber_id', 'ml_subscriber_hash'],
    ...['igshid', 'srsltid', '_ke', 'dm_i', 'trk_contact', 'sms_click', 'hss_channel', 'ysclid'],
  ])(
    'is never %s, which identifies a person or says nothing: the key is evidence, the value is dropped',
    (key) => {
      const kept = attribute({ visitor: visitorWith({ clickIds: { [key]: 'PERSON1' } }) });
      const pages = [{ url: `codefa.st/?${key}=PERSON1` }];
      const linked = attribute({ visitor: visitorWith({ pages }) });
      for (const attribution of [kept, linked]) {
        expect(attribution.clickId).toBeUndefined();
        expect(attribution.evidence).toEqual([key]);
        expect(JSON.stringify(attribution)).not.toContain('PERSON1');
      }
    },
  );

  it.each([
    ['gclsrc', 'aw.ds'],
    ['newclid', 'jo@acme.com'],
    ['gclid', ' '],
    ['gclid', 'null'],
    ['gclid', 'a'.repeat(2000)],
  ])('is absent for %s=%s', (key, value) => {
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
    ['codefa.st/@jane', 'codefa.st/@jane'],
    ['http://[', undefined],
  ])('of %s is %s', (url, page) => {
    expect(attribute({ visitor: visitorWith({ pages: [{ url }] }) }).landingPage).toBe(page);
  });

  it('is the first of the pages, which come earliest first', () => {
    const pages = [{ url: 'codefa.st/a' }, { url: 'codefa.st/b', at: 'yesterday' }];
    expect(attribute({ visitor: visitorWith({ pages }) }).landingPage).toBe('codefa.st/a');
  });

  it('is absent, and its link does not count, when the list of pages begins with a later visit', () => {
    const pages = [{ url: 'codefa.st/?gclid=G1', at: '2026-11-02T10:31:00Z' }];
    const visitor = visitorWith({ pages, firstSeenAt: '2026-11-02T10:00:00Z' });
    expect(attribute({ visitor })).toMatchObject({ channel: 'Unknown', landingPage: undefined });
    const atOnce = visitorWith({ pages, firstSeenAt: '2026-11-02T10:30:58Z' });
    expect(attribute({ visitor: atOnce })).toMatchObject({
      channel: 'Paid Search',
      landingPage: 'codefa.st/',
    });
  });
});

describe('the evidence', () => {
  it.each([
    ['utm_source=google&utm_medium=cpc', ['utm_medium=cpc', 'utm_source=google']],
    ['gclid=SECRET', ['gclid']],
    ['utm_source=chatgpt.com', ['utm_source=chatgpt.com']],
    ['utm_campaign=spring', ['utm_campaign=spring']],
    ['', ['no tag, no click ID, no referrer']],
  ])('for ?%s names what decided', (link, evidence) => {
    expect(evidenceOf(link)).toEqual(evidence);
  });

  it('names the host of the referrer and nothing else of it', () => {
    expect(evidenceOf('', 'https://news.ycombinator.com/item?id=1')).toEqual([
      'referrer=news.ycombinator.com',
    ]);
    expect(evidenceOf('', '')).toEqual(['referrer is empty']);
  });

  it('names what speaks against the decision', () => {
    expect(evidenceOf('utm_medium=email&gclid=G1')).toEqual([
      'utm_medium=email',
      'gclid is present, but utm_medium=email decides',
    ]);
    expect(evidenceOf('utm_source=facebook&gclid=G1')).toEqual([
      'utm_source=facebook',
      'gclid belongs to Google, yet utm_source=facebook',
    ]);
    expect(evidenceOf('', 'https://checkout.stripe.com/')).toEqual([
      'no tag, no click ID, no referrer',
      'referrer=checkout.stripe.com ignored: a payment or login page',
    ]);
  });

  it('names the rule that decided, and the version of the rules', () => {
    expect(attribute({ visitor: visitorBy('gclid=G1') })).toMatchObject({
      rule: 'click ID of an ad',
      rulesVersion: expect.stringMatching(/^\d{4}-\d\d-\d\d/),
    });
    expect(attribute({ visitor: visitorBy('utm_medium=email') }).rule).toBe('email medium');
    expect(attribute({ referrer: '' }).rule).toBe('known to have no referrer');
  });

  it('never holds an email address or a long value', () => {
    expect(evidenceOf('ref=jo@acme.com')).toEqual(['ref']);
    expect(evidenceOf(`utm_campaign=${'a'.repeat(300)}`)[0]).toHaveLength(
      'utm_campaign='.length + 80,
    );
  });
});
