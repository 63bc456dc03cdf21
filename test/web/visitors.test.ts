// A visitor whom an operator asks for: what it costs the cache, which has few writes a day.
import { createExecutionContext } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { afterEach, beforeEach, describe, expect, it, type Mock, vi } from 'vitest';
import { worker } from '../worker-under-test.ts';
import { createWorld, type World } from '../world.ts';

let world: World;
let put: Mock<typeof env.VISITORS.put>;
beforeEach(async () => {
  world = await createWorld();
  put = vi.spyOn(env.VISITORS, 'put');
});
afterEach(() => put.mockRestore());

async function ask(path: string) {
  const headers = { authorization: `Bearer ${env.ADMIN_TOKEN}` };
  const request = new Request<unknown, IncomingRequestCfProperties>(
    `https://whence.example${path}`,
    { headers },
  );
  const response = await worker.fetch(request, env, createExecutionContext());
  expect(response.status).toBe(200);
  return response.json();
}

const hourAgo = () => new Date(Date.now() - 60 * 60_000).toISOString();
const untagged = (facts: Parameters<World['visitor']>[0] = {}) =>
  world.visitor({
    firstVisitAt: hourAgo(),
    lastVisitAt: hourAgo(),
    pages: ['example.com/'],
    referrer: 'Google',
    ...facts,
  });

describe.each<[string, (id: string) => string]>([
  ['GET /api/visitors/:id', (id) => `/api/visitors/${id}`],
  ['GET /api/preview', (id) => `/api/preview?email=ada@example.com&visitorId=${id}`],
])('%s', (_, path) => {
  it('keeps a visitor and the referrer in one write, and asks for neither again', async () => {
    const visitorId = untagged();
    expect(JSON.stringify(await ask(path(visitorId)))).toContain('Organic Search');
    const asked = world.datafast.requests.length;
    expect(JSON.stringify(await ask(path(visitorId)))).toContain('Organic Search');
    expect(world.datafast.requests).toHaveLength(asked);
    expect(put.mock.calls.map(([key]) => key)).toEqual([`visitor:1:${visitorId}`]);
    expect(await env.VISITORS.get(`visitor:1:${visitorId}`, 'json')).toMatchObject({
      kind: 'found',
      visitor: { visitorId },
      referrer: { first: 'Google' },
    });
  });

  it.each<[string, number, () => string]>([
    ['a tagged link', 1, () => untagged({ params: { utm_source: 'google' } })],
    ['a referrer that nobody knows', 1, () => untagged({ referrer: null })],
    ['no record at DataFast', 0, () => crypto.randomUUID()],
  ])('of a visitor with %s makes %i writes', async (_name, count, visitor) => {
    const visitorId = visitor();
    await ask(path(visitorId));
    await ask(path(visitorId));
    expect(put).toHaveBeenCalledTimes(count);
  });
});

it('an old copy is not taken for the only visit of somebody who may have come back', async () => {
  const visitorId = untagged();
  world.datafast.failWith(({ url }) => (url.includes('/visitors/') ? undefined : { status: 503 }));
  await ask(`/api/visitors/${visitorId}`);
  const kept = await env.VISITORS.get<object>(`visitor:1:${visitorId}`, 'json');
  const fetchedAt = new Date(Date.now() - 24 * 60 * 60_000).toISOString();
  await env.VISITORS.put(`visitor:1:${visitorId}`, JSON.stringify({ ...kept, fetchedAt }));
  world.datafast.list.acquisition = 'last';
  untagged({ visitorId, visitCount: 2, lastTouch: { referrer: 'Bing', params: {} } });
  world.datafast.failWith(({ url }) => (url.includes('/visitors/') ? { status: 503 } : undefined));
  const answer = await ask(`/api/visitors/${visitorId}`);
  expect(answer).toMatchObject({ attribution: { channel: 'Unknown' } });
});
