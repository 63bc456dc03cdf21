// The people of the demo's last month: the same for everybody on the same day, and such as a product could have.
import { describe, expect, it } from 'vitest';
import { createHistory } from '../demo/history.ts';

const now = new Date('2026-11-26T15:00:00.000Z');
const DAY_MS = 86_400_000;

describe('the people of the demo', () => {
  it('are the same with the same seed on the same day, and others with another seed', () => {
    const later = new Date('2026-11-26T23:59:59.000Z');
    expect(createHistory(later)).toEqual(createHistory(now));
    expect(createHistory(now, 'another')).not.toEqual(createHistory(now));
  });

  it.each(['2026-11-26T00:00:00.000Z', '2026-03-01T12:00:00.000Z', '2028-02-29T23:59:59.999Z'])(
    'on %s have signed up on the 29 days before, and nobody in the future',
    (text) => {
      const today = new Date(text);
      const midnight = Math.floor(today.getTime() / DAY_MS) * DAY_MS;
      for (const { webhooks, visitor } of createHistory(today)) {
        for (const { signup } of webhooks) {
          const ms = signup.occurredAt.getTime();
          expect(ms).toBeLessThan(midnight);
          expect(ms).toBeGreaterThan(midnight - 29 * DAY_MS);
        }
        if (!visitor || 'bot' in visitor) continue;
        const { firstVisitAt, lastVisitAt } = visitor.activity;
        expect(Date.parse(firstVisitAt)).toBeLessThanOrEqual(Date.parse(lastVisitAt));
        expect(Date.parse(lastVisitAt)).toBeLessThan(webhooks[0]?.signup.occurredAt.getTime() ?? 0);
      }
    },
  );

  it('are 150 with an address each, by many channels, and some pay, are bots or have no cookie', () => {
    const people = createHistory(now);
    expect(new Set(people.map(({ webhooks }) => webhooks[0]?.signup.email)).size).toBe(150);
    const count = (is: (person: (typeof people)[number]) => boolean) => people.filter(is).length;
    expect(new Set(people.map(({ expected }) => expected?.channel)).size).toBeGreaterThan(8);
    expect(count(({ webhooks }) => webhooks.length === 2)).toBeGreaterThan(15);
    expect(count(({ expected }) => expected === undefined)).toBeGreaterThan(1);
    for (const match of ['bot', 'no_visitor_id', 'not_found']) {
      expect(count(({ expected }) => expected?.match === match)).toBeGreaterThan(0);
    }
  });
});
