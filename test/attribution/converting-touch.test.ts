// What brought a person on the visit of the signup: there whenever it is known, and never guessed.
import { describe, expect, it } from 'vitest';
import { NO_RULES } from '../../src/attribution/channel-rules.ts';
import { convertingTouch, type Referrers } from '../../src/attribution/converting-touch.ts';
import { journey } from '../../src/attribution/journey.ts';
import { parseChannelRules } from '../../src/attribution/read-channel-rules.ts';
import type { Page, Visitor } from '../../src/model.ts';
import { visitorWith } from './visitor.ts';

const SIGNUP = '2026-11-10T12:00:00.000Z';
const at = (minutesBefore: number) =>
  new Date(Date.parse(SIGNUP) - minutesBefore * 60_000).toISOString();
const page = (minutesBefore: number, query = ''): Page => ({
  url: `codefa.st/pricing${query}`,
  at: at(minutesBefore),
});
const DAY = 24 * 60;

/** Came first through Product Hunt, nine days before. */
const first = { url: 'codefa.st/?utm_source=producthunt', at: at(9 * DAY) };
const returning = (pages: readonly Page[], known: Partial<Visitor> = {}) =>
  visitorWith({
    pages: [first, ...pages],
    params: { utm_source: 'producthunt' },
    clickIds: { fbclid: 'F1' },
    firstSeenAt: first.at,
    ...known,
  });
const touchOf = (visitor: Visitor, referrers?: Referrers) =>
  journey(visitor, SIGNUP, NO_RULES, referrers).conversion;

describe('the converting touch on a later visit', () => {
  it('comes from the link with which that visit began', () => {
    const pages = [page(10, '?utm_source=google&utm_medium=cpc'), page(1)];
    expect(touchOf(returning(pages))).toEqual({
      channel: 'Paid Search',
      source: 'Google',
      medium: 'cpc',
      campaign: undefined,
      page: 'codefa.st/pricing',
      at: at(10),
    });
  });

  it.each([
    ['a click ID alone', '?gclid=G1', 'Paid Search'],
    ["a mail tool's parameter", '?mc_cid=1', 'Email'],
    ['a damaged link', '?utm_source=acme&amp;utm_medium=email', 'Email'],
  ])('is known by %s', (_, query, channel) => {
    expect(touchOf(returning([page(10, query)]))?.channel).toBe(channel);
  });

  it('comes from the referrer of that visit when somebody knows it', () => {
    const visitor = returning([page(10)]);
    expect(touchOf(visitor, { converting: 'https://www.google.com/' })).toMatchObject({
      channel: 'Organic Search',
      source: 'Google',
      page: 'codefa.st/pricing',
      at: at(10),
    });
    expect(touchOf(visitor, { converting: '' })?.channel).toBe('Direct');
  });

  it('comes from that referrer also when the list of pages does not show the visit', () => {
    const touch = touchOf(returning([]), { converting: 'https://chatgpt.com/' });
    expect(touch).toMatchObject({ channel: 'AI Assistant', source: 'ChatGPT' });
    expect(touch?.at).toBeUndefined();
    expect(touch?.page).toBeUndefined();
  });

  it.each<[string, Page[], Referrers | undefined]>([
    ['its link says nothing', [page(10)], undefined],
    [
      'its link says nothing, although its next page has a tag',
      [page(10), page(5, '?x=1')],
      undefined,
    ],
    ['only a visit in between had a tag', [page(2 * DAY, '?gclid=G1'), page(10)], undefined],
    ['no visit is under way', [page(DAY, '?gclid=G1')], undefined],
    ['the tagged visit comes after the signup', [page(-DAY, '?gclid=G1')], undefined],
    ['its time is unknown', [{ url: 'codefa.st/?gclid=G1' }], undefined],
    ['only the referrer of the first visit is known', [page(10)], { first: 'https://x.com/' }],
    ['its referrer is the site itself', [page(10)], { converting: 'https://codefa.st/' }],
    ['its referrer is a login', [page(10)], { converting: 'https://accounts.google.com/' }],
  ])('is absent when %s, and is never a copy of the first touch', (_, pages, referrers) => {
    expect(touchOf(returning(pages), referrers)).toBeUndefined();
  });

  it('is the first page of that visit, not a later one', () => {
    const pages = [page(25, '?utm_source=bing&utm_medium=cpc'), page(5, '?utm_source=reddit')];
    expect(touchOf(returning(pages))?.source).toBe('Bing');
  });

  it('is known also when the list of pages no longer has the first visit', () => {
    const pages = [page(10, '?utm_source=reddit'), page(1)];
    const touch = touchOf(returning([], { pages, visits: 30 }));
    expect(touch?.source).toBe('Reddit');
  });

  it("is judged by the operator's rules", () => {
    const { rules } = parseChannelRules('[{"when":{"source":"acme"},"channel":"Affiliate"}]');
    const touch = convertingTouch(
      returning([page(10, '?utm_source=acme')]),
      Date.parse(SIGNUP),
      rules,
    );
    expect(touch?.channel).toBe('Affiliate');
  });
});

describe('the converting touch on the first visit', () => {
  const only = (known: Partial<Visitor> = {}) =>
    visitorWith({
      pages: [page(10, '?utm_source=producthunt&utm_campaign=launch'), page(1)],
      params: { utm_source: 'producthunt', utm_campaign: 'launch' },
      firstSeenAt: at(10),
      lastSeenAt: at(1),
      visits: 1,
      ...known,
    });

  it('is the first touch', () => {
    expect(touchOf(only())).toEqual({
      channel: 'Organic Social',
      source: 'Product Hunt',
      medium: undefined,
      campaign: 'launch',
      page: 'codefa.st/pricing',
      at: at(10),
    });
  });

  it('is known by what DataFast kept when its pages have no query', () => {
    const visitor = only({ pages: [page(10), page(1)], clickIds: { gclid: 'G1' }, params: {} });
    expect(touchOf(visitor)?.channel).toBe('Paid Search');
  });

  it.each<[string, Partial<Visitor>]>([
    ['without a list of pages', { pages: [] }],
    ['with no time but the first', { pages: [], visits: undefined, lastSeenAt: undefined }],
    ['with one visit and no times', { pages: [{ url: 'codefa.st/' }], firstSeenAt: undefined }],
    ['when visits are not counted', { visits: undefined }],
    ['when the person came back after the signup', { visits: 7, lastSeenAt: at(-9 * DAY) }],
  ])('is known %s', (_, known) => {
    expect(touchOf(only(known))?.source).toBe('Product Hunt');
  });

  it('is known by the referrer of that visit, whichever way it is handed in', () => {
    const untagged = only({ pages: [page(10)], params: {} });
    for (const referrers of [{ first: 'https://x.com/' }, { converting: 'https://x.com/' }]) {
      expect(touchOf(untagged, referrers)).toMatchObject({ source: 'X', at: at(10) });
    }
    expect(touchOf(untagged)).toBeUndefined();
  });

  it('is known when the visit is long', () => {
    const pages = [page(70), page(45), page(20), page(2)];
    const visitor = only({ pages, firstSeenAt: at(70), visits: undefined });
    expect(touchOf(visitor)?.source).toBe('Product Hunt');
  });

  it('is absent when the only visit had ended long before', () => {
    const visitor = only({
      pages: [page(3 * DAY)],
      firstSeenAt: at(3 * DAY),
      lastSeenAt: at(3 * DAY),
    });
    expect(touchOf(visitor)).toBeUndefined();
  });
});

describe('the visit under way', () => {
  it.each([
    ['signup 20 minutes after the last page', 20, true],
    ['signup 30 minutes after the last page', 30, true],
    ['signup 30 minutes after it, by a clock that is a minute ahead', 31, true],
    ['signup 40 minutes after the last page', 40, false],
    ["the page 60 seconds after the signup, by the provider's clock", -1, true],
    ['the page five minutes after the signup', -5, false],
  ])('%s', (_, minutesBefore, isUnderWay) => {
    const touch = touchOf(returning([page(minutesBefore, '?gclid=G1')]));
    expect(touch?.channel).toBe(isUnderWay ? 'Paid Search' : undefined);
  });

  it('is the first when the signup seems to come a minute before it', () => {
    const visitor = visitorWith({
      pages: [page(-1, '?utm_source=reddit')],
      params: { utm_source: 'reddit' },
      firstSeenAt: at(-1),
    });
    expect(touchOf(visitor)?.source).toBe('Reddit');
  });
});
