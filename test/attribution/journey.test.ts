// The way to the signup, worked out afterwards from counters that go on counting.
import { describe, expect, it } from 'vitest';
import { journey } from '../../src/attribution/journey.ts';
import { visitorWith } from './visitor.ts';

const SIGNUP = '2026-11-10T12:00:00.000Z';

describe('days to signup', () => {
  it.each([
    ['2026-11-10T11:59:00Z', 0],
    ['2026-11-09T12:00:01Z', 0],
    ['2026-11-09T12:00:00Z', 1],
    ['2026-10-10T12:00:00Z', 31],
    ['2026-11-10T12:00:05Z', 0],
  ])('from %s are %i whole days', (firstSeenAt, days) => {
    expect(journey(visitorWith({ firstSeenAt }), SIGNUP).daysToSignup).toBe(days);
  });

  it('are absent when a time is missing or unreadable', () => {
    expect(journey(visitorWith(), SIGNUP).daysToSignup).toBeUndefined();
    const visitor = visitorWith({ firstSeenAt: 'long ago' });
    expect(journey(visitor, SIGNUP).daysToSignup).toBeUndefined();
    expect(journey(visitorWith({ firstSeenAt: SIGNUP }), '?').daysToSignup).toBeUndefined();
  });
});

describe('visits before the signup', () => {
  it.each([
    ['known while the visit of the signup is the last one', '2026-11-10T12:29:00Z', 3],
    ['absent when the person came back later', '2026-11-11T09:00:00Z', undefined],
    ['absent when the time of the last visit is unknown', undefined, undefined],
  ])('are %s', (_, lastSeenAt, visits) => {
    const visitor = visitorWith({ visits: 3, ...(lastSeenAt !== undefined && { lastSeenAt }) });
    expect(journey(visitor, SIGNUP).visitsBeforeSignup).toBe(visits);
  });
});

describe('pageviews before the signup', () => {
  const pages = [
    { url: 'codefa.st/', at: '2026-11-01T10:00:00Z' },
    { url: 'codefa.st/pricing', at: '2026-11-10T11:00:00Z' },
    { url: 'codefa.st/app', at: '2026-11-20T10:00:00Z' },
  ];

  it('are counted in the list of pages when it is complete', () => {
    const visitor = visitorWith({ pages, pageviews: 3, lastSeenAt: '2026-11-20T10:00:00Z' });
    expect(journey(visitor, SIGNUP).pageviewsBeforeSignup).toBe(2);
  });

  it('are the total when the list is not complete and no later visit was made', () => {
    const visitor = visitorWith({ pages, pageviews: 8, lastSeenAt: SIGNUP });
    expect(journey(visitor, SIGNUP).pageviewsBeforeSignup).toBe(8);
  });

  it('are absent when the list is not complete and a later visit was made', () => {
    const visitor = visitorWith({ pages, pageviews: 8, lastSeenAt: '2026-11-20T10:00:00Z' });
    expect(journey(visitor, SIGNUP).pageviewsBeforeSignup).toBeUndefined();
  });
});

describe('the last page', () => {
  it('is the current one, without its query', () => {
    const visitor = visitorWith({ currentUrl: 'https://codefa.st/app?token=1' });
    expect(journey(visitor, SIGNUP).lastPage).toBe('codefa.st/app');
  });

  it('is the latest of the list when the current one is unknown', () => {
    const pages = [
      { url: 'codefa.st/a', at: '2026-11-01T10:00:00Z' },
      { url: 'codefa.st/b', at: '2026-11-02T10:00:00Z' },
    ];
    expect(journey(visitorWith({ pages }), SIGNUP).lastPage).toBe('codefa.st/b');
    expect(journey(visitorWith({ pages: [] }), SIGNUP).lastPage).toBeUndefined();
  });
});

describe('the goals', () => {
  it('are named once each, in order', () => {
    const goals = ['newsletter', 'signup', 'newsletter', ' '].map((name) => ({ name }));
    expect(journey(visitorWith({ goals }), SIGNUP).goals).toBe('newsletter, signup');
    expect(journey(visitorWith(), SIGNUP).goals).toBeUndefined();
  });

  it('end with a whole name when there are too many', () => {
    const goals = Array.from({ length: 300 }, (_, index) => ({ name: `goal_${index}` }));
    const text = journey(visitorWith({ goals }), SIGNUP).goals ?? '';
    expect(text.length).toBeLessThanOrEqual(1000);
    expect(text).toMatch(/, goal_\d+$/);
  });
});
