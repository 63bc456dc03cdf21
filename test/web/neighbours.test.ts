// From a signup to the one before and after it, within the list that the page was opened from.
import { env, exports } from 'cloudflare:workers';
import { beforeEach, describe, expect, it } from 'vitest';
import { readNeighbours } from '../../src/ledger/neighbours.ts';
import { recordEntries } from '../../src/ledger/record.ts';
import type { DeliveryStatus } from '../../src/model.ts';
import { createWorld } from '../world.ts';
import { ORIGIN, openSession, type Session } from './browser-session.ts';

let session: Session;
beforeEach(async () => {
  await createWorld();
  session = await openSession();
});

async function arrived(name: string, status: DeliveryStatus, source = 'signup', second = name) {
  const at = `2026-11-20T09:00:0${second}.000Z`;
  const signup = {
    ...{ version: 1 as const, id: `signup:${name}`, source, email: `p${name}@example.com` },
    ...{ occurredAt: at, receivedAt: at, test: false },
  };
  const attempts = [{ destination: 'hubspot', status }];
  await recordEntries(env.LEDGER, [{ signup, match: 'no_visitor_id', attempts }], at);
}

const linkIn = (html: string, rel: string) =>
  new RegExp(`rel="${rel}" href="([^"]+)"`).exec(html)?.[1]?.replaceAll('&amp;', '&');
const storyOf = (name: string, search = '') => `/signups/signup%3A${name}${search}`;

describe('a signup’s page', () => {
  beforeEach(async () => {
    await arrived('1', 'failed');
    await arrived('2', 'delivered');
    await arrived('3', 'failed', 'clerk');
    await arrived('4', 'delivered');
  });

  it('leads to the newer and the older signup, and back to the list', async () => {
    const html = await session.html(storyOf('2'));
    expect(linkIn(html, 'prev')).toBe(storyOf('3'));
    expect(linkIn(html, 'next')).toBe(storyOf('1'));
  });

  it('ends where the list ends', async () => {
    expect(linkIn(await session.html(storyOf('4')), 'prev')).toBeUndefined();
    expect(linkIn(await session.html(storyOf('1')), 'next')).toBeUndefined();
  });

  it('stays within the filters that the list had, link after link', async () => {
    const list = await session.html('/?status=failed');
    expect(list).toContain(`href="${storyOf('3', '?status=failed')}"`);
    const html = await session.html(storyOf('3', '?status=failed'));
    expect(linkIn(html, 'prev')).toBeUndefined();
    expect(linkIn(html, 'next')).toBe(storyOf('1', '?status=failed'));
    expect(html).toContain('href="/?status=failed#list"');
  });

  it.each([
    ['?q=p', '3', '1'],
    ['?source=signup&match=no_visitor_id', '4', '1'],
    ['?from=2026-11-20T09:00:02Z', '3', undefined],
  ])('with %s is between %s and %s', async (search, newer, older) => {
    const html = await session.html(storyOf('2', search));
    const query = `?${new URLSearchParams(search)}`;
    expect(linkIn(html, 'prev')).toBe(storyOf(newer, query));
    expect(linkIn(html, 'next')).toBe(older && storyOf(older, query));
  });

  it('keeps the list after a replay', async () => {
    const response = await session.post(storyOf('3', '/replay?status=failed'));
    expect(response.headers.get('location')).toBe(storyOf('3', '?status=failed&done=replayed'));
  });

  it('finds everyone once among those of the same moment', async () => {
    for (const name of ['5', '6', '7']) await arrived(name, 'delivered', 'polar', '5');
    const seen: string[] = [];
    for (let path = linkIn(await session.html(storyOf('4')), 'prev'); path; ) {
      seen.push(path);
      path = linkIn(await session.html(path), 'prev');
    }
    expect(seen).toEqual(['5', '6', '7'].map((name) => storyOf(name)));
  });

  it('is not looked at again by the script that keeps the page fresh', async () => {
    const response = await exports.default.fetch(`${ORIGIN}${storyOf('2')}`, {
      headers: { cookie: session.cookie, 'sec-fetch-mode': 'cors' },
    });
    expect(linkIn(await response.text(), 'next')).toBeUndefined();
  });
});

it('reads a few rows, however many signups there are', async () => {
  const entries = Array.from({ length: 300 }, (_, at) => {
    const time = new Date(Date.parse('2026-11-20T09:00:00Z') + at * 1000).toISOString();
    const signup = { version: 1 as const, id: `signup:${at}`, source: 'signup' };
    return {
      signup: { ...signup, occurredAt: time, receivedAt: time, test: false },
      attempts: [{ destination: 'hubspot', status: 'delivered' as const }],
    };
  });
  await recordEntries(env.LEDGER, entries, '2026-11-20T10:00:00.000Z');
  let rowsRead = 0;
  const ledger: Parameters<typeof readNeighbours>[0] = {
    prepare: (statement) => env.LEDGER.prepare(statement),
    async batch<Row>(statements: D1PreparedStatement[]) {
      const results = await env.LEDGER.batch<Row>(statements);
      for (const { meta } of results) rowsRead += meta.rows_read;
      return results;
    },
  };
  const at = { receivedAt: '2026-11-20T09:02:30.000Z', id: 'signup:150' };
  expect(await readNeighbours(ledger, {}, at)).toEqual({
    newer: 'signup:151',
    older: 'signup:149',
  });
  expect(rowsRead).toBeLessThanOrEqual(8);
});
