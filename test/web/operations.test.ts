// What an operator orders through the API, and the limits of what is accepted.
import { beforeEach, describe, expect, it } from 'vitest';
import { call, settled } from '../operations/operator.ts';
import { createWorld, type World } from '../world.ts';

let world: World;
beforeEach(async () => {
  world = await createWorld();
});

describe('backfill', () => {
  it('accepts signups of the past, each with its own result, and the same signups again change nothing', async () => {
    const visitorId = world.visitor({ params: { utm_source: 'chatgpt.com' } });
    const rows = [
      { email: 'Ada@Example.com', signed_up_at: '2026-10-01T08:00:00Z', visitor_id: visitorId },
      { email: 'not an address', signed_up_at: '2026-10-01T08:00:00Z' },
      { email: 'bob@example.com', signed_up_at: '2026-10-02', name: 'Bob' },
      { email: 'eve@example.com', signed_up_at: '2031-01-01' },
    ];
    const response = await call('POST', '/api/signups', { signups: rows });
    const { items } = await response.json<{ items: { status: string; id: string }[] }>();
    expect(items.map(({ status }) => status)).toEqual([
      'accepted',
      'refused',
      'accepted',
      'refused',
    ]);
    await settled(items[0]?.id ?? '', 'delivered');
    await settled(items[2]?.id ?? '', 'delivered');
    expect(world.hubspot.contact('ada@example.com')?.properties).toMatchObject({
      datafast_channel: 'AI Assistant',
      datafast_signup_source: 'backfill',
      datafast_signed_up_at: expect.stringContaining('2026-10-01T08:00:00'),
    });

    const again = await call('POST', '/api/signups', { signups: rows });
    expect(await again.json()).toEqual({ items });
    expect(world.hubspot.contacts()).toHaveLength(2);
  });

  it.each([
    ['nothing', {}],
    ['no list', { signups: 'ada@example.com' }],
    ['an empty list', { signups: [] }],
    ['more than a hundred', { signups: Array.from({ length: 101 }, () => ({})) }],
  ])('refuses %s', async (_, body) => {
    expect((await call('POST', '/api/signups', body)).status).toBe(400);
  });

  it('never puts an email into an id', async () => {
    const response = await call('POST', '/api/signups', {
      signups: [{ email: 'ada@example.com', signed_up_at: '2026-10-01' }],
    });
    expect(await response.text()).not.toContain('ada');
  });
});

describe('an operation', () => {
  it.each([
    ['POST', '/api/signups/signup%3Anobody/replay', undefined, 404],
    ['POST', '/api/replay', { status: 'nonsense' }, 400],
    ['POST', '/api/replay', { receivedFrom: 'yesterday' }, 400],
    ['POST', '/api/replay', { stauts: 'skipped' }, 400],
  ])('%s %s with %j is answered %d', async (method, path, body, status) => {
    expect((await call(method, path, body)).status).toBe(status);
  });
});
