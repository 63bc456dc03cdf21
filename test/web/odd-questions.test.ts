// Questions that nobody asks on purpose are answered or refused, and never an error of the server.
import { exports } from 'cloudflare:workers';
import { beforeEach, expect, it } from 'vitest';
import { ask, createWorld } from '../world.ts';
import { ORIGIN, openSession } from './browser-session.ts';

beforeEach(async () => {
  await createWorld();
});

const FAR_AWAY = [
  'from=0000-01-01&to=0000-01-02',
  'from=0000-01-01&to=0000-01-02&compare=year',
  'from=0100-01-01&to=0100-01-02&compare=year',
  'to=0000-01-01',
  'from=9999-12-31&to=9999-12-31',
  'from=9999-12-31T23:00:00Z&to=9999-12-31T23:59:59Z',
];

it.each(FAR_AWAY)('the API refuses a period of another century: %s', async (query) => {
  const response = await ask(`/api/stats?${query}`);
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({ detail: 'The period is not of this century.' });
});

it.each(FAR_AWAY)('the page shows the last 30 days instead: %s', async (query) => {
  const session = await openSession();
  expect((await session.get(`/?${query}`)).status).toBe(200);
});

it.each(['%', '%E0%A4%A', 'Europe/Berlin%', 'Mars/Base', ''])(
  'the page opens with a cookie of another site that is called zone: %j',
  async (zone) => {
    const { cookie } = await openSession();
    const response = await exports.default.fetch(`${ORIGIN}/`, {
      headers: { cookie: `${cookie}; zone=${zone}` },
    });
    expect(response.status).toBe(200);
    expect(await response.text()).toContain('data-zone="UTC"');
  },
);

it('the page keeps the zone of the address in a cookie, and reads it again', async () => {
  const { cookie, get } = await openSession();
  const kept = (await get('/?zone=America/Argentina/Buenos_Aires')).headers.get('set-cookie');
  const response = await exports.default.fetch(`${ORIGIN}/`, {
    headers: { cookie: `${cookie}; ${kept?.split(';')[0]}` },
  });
  expect(await response.text()).toContain('data-zone="America/Argentina/Buenos_Aires"');
});
