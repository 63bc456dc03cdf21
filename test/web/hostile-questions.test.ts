// Questions and cookies that nobody asks by hand: each gets an answer, and none costs more than a usual one.
import { exports } from 'cloudflare:workers';
import { beforeEach, describe, expect, it } from 'vitest';
import { countDays } from '../../src/web/period.ts';
import { ask, createWorld } from '../world.ts';
import { ORIGIN, openSession, type Session } from './browser-session.ts';

let session: Session;
beforeEach(async () => {
  await createWorld();
  session = await openSession();
});

describe('the first page', () => {
  it.each(['%', '%E0%A4%A', 'Europe/Berlin%', 'nowhere', ''])(
    'opens with a cookie of another application that is named zone: %j',
    async (value) => {
      const response = await exports.default.fetch(`${ORIGIN}/`, {
        headers: { cookie: `${session.cookie}; zone=${value}` },
      });
      expect(response.status).toBe(200);
      expect(await response.text()).toContain('data-zone="UTC"');
    },
  );

  it('keeps the zone that the script has told', async () => {
    const told = await session.get('/?zone=America%2FNew_York');
    const zone = told.headers.get('set-cookie')?.split(';')[0] ?? '';
    const response = await exports.default.fetch(`${ORIGIN}/`, {
      headers: { cookie: `${session.cookie}; ${zone}` },
    });
    expect(await response.text()).toContain('data-zone="America/New_York"');
  });
});

describe('a period of no calendar', () => {
  it.each([
    'from=9999-12-31&to=9999-12-31',
    'to=0000-01-01&compare=year',
    'from=0050-01-01&to=0050-01-30&compare=previous',
    'from=0001-01-01&to=9999-12-30',
    'from=9999-12-31T23:00:00Z&to=9999-12-31T23:59:00Z&zone=Asia/Tokyo',
  ])('is refused by the API and left out by the page: %s', async (query) => {
    expect((await ask(`/api/stats?${query}`)).status).toBe(400);
    expect((await session.get(`/?${query.replace(/&zone=.*/, '')}`)).status).toBe(200);
  });

  it.each(['from=1970-01-01&to=1970-01-02&compare=year', 'from=2099-12-31&to=2099-12-31'])(
    'but not at its ends: %s',
    async (query) => {
      expect((await ask(`/api/stats?${query}&zone=Asia/Tokyo`)).status).toBe(200);
    },
  );

  it('is measured without a list of its days', () => {
    expect(countDays('1970-01-01', '2099-12-31')).toBe(47_482);
    expect(countDays('2026-11-26', '2026-11-25')).toBe(0);
  });
});
