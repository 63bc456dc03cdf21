// The stand-in for DataFast: it must refuse what DataFast refuses.
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { visitor } from '../../stand-ins/datafast/visitor.ts';
import { createDatafast, type DatafastOptions } from '../../stand-ins/datafast.ts';
import { oversized, redirectTo } from '../../stand-ins/failures.ts';

const ADA = 'a3ab2331-989f-4cfa-91c6-2461c9e3c6bd';
const WEBSITE = '665f0b3c4d2e1a0012345678';
const NOON = Date.parse('2026-09-01T12:00:00.000Z');

const Refusal = z.object({
  status: z.literal('error'),
  error: z.object({ code: z.number(), message: z.string() }),
});

function standIn(options: Partial<DatafastOptions> = {}) {
  const apiKey = options.apiKey ?? 'df_key';
  const datafast = createDatafast({ now: () => NOON, ...options, apiKey });
  const get = async (path: string, token = apiKey) =>
    datafast.app.request(path, { headers: { authorization: `Bearer ${token}` } });
  const getVisitor = (id: string, query = '') => get(`/api/v1/visitors/${id}${query}`);
  return { ...datafast, get, getVisitor };
}

async function refusal(response: Response) {
  const { error } = Refusal.parse(await response.json());
  expect(error.code).toBe(response.status);
  return error.message;
}

describe('Get visitor', () => {
  it('answers a visitor in the current shape, with null where nothing is known', async () => {
    const { visitors, getVisitor } = standIn();
    visitors.set(
      ADA,
      visitor({
        visitorId: ADA,
        params: { utm_source: 'google', utm_medium: 'cpc' },
        adClickIds: { gclid: 'abc' },
        goals: ['signup'],
        referrer: 'https://www.google.com/',
        firstVisitAt: '2026-09-01T11:00:00.000Z',
      }),
    );
    const response = await getVisitor(ADA);
    expect(response.status).toBe(200);
    const body = await response.json();
    expect(body).toMatchObject({
      status: 'success',
      data: {
        visitorId: ADA,
        identity: {
          countryCode: 'US',
          params: { utm_source: 'google', utm_campaign: null, via: null },
          adClickIds: { gclid: 'abc' },
        },
        activity: {
          timeSinceFirstVisit: 3_600_000,
          visitedPages: [{ url: 'example.com/' }, { url: 'example.com/pricing' }],
          completedGoals: [{ name: 'signup', origin: 'manual' }],
        },
        prediction: { score: 72 },
      },
    });
    expect(JSON.stringify(body)).not.toMatch(/referrer|generation|profile/);
  });

  it('answers in the older shape when told to, for all or for one', async () => {
    const { visitors, getVisitor } = standIn();
    visitors.set(ADA, visitor({ visitorId: ADA, goals: ['signup'], generation: 'A' }));
    const text = await (await getVisitor(ADA)).text();
    expect(text).toContain('"completedCustomGoals":[{"name":"signup"');
    expect(text).not.toMatch(/adClickIds|completedGoals|via/);
  });

  it('has no prediction for a customer', async () => {
    const timestamp = '2026-09-01T11:30:00.000Z';
    const goals = [{ name: 'payment', origin: 'payment_provider', timestamp }] as const;
    expect(visitor({ goals }).prediction).toBeNull();
    expect(visitor({ goals, prediction: { score: 12 } }).prediction?.score).toBe(12);
  });

  it('refuses a request without a key, and one with another key', async () => {
    const { app, get } = standIn();
    const path = `/api/v1/visitors/${ADA}`;
    expect(await refusal(await app.request(path))).toBe('Missing API key');
    expect((await get(path, 'df_other')).status).toBe(401);
  });

  it('answers differently to a malformed id, a bot and an unknown visitor', async () => {
    const { visitors, getVisitor } = standIn();
    visitors.set(ADA, 'bot');
    const malformed = await getVisitor('3cff4252-fa96-4gec-8b1b-bs695e763b65');
    const notVersion4 = await getVisitor(ADA.replace('-4cfa', '-1cfa'));
    const bot = await getVisitor(ADA);
    const unknown = await getVisitor(crypto.randomUUID());
    expect([malformed, notVersion4, bot, unknown].map(({ status }) => status)).toEqual([
      400, 400, 400, 404,
    ]);
    expect(await refusal(bot)).not.toBe(await refusal(malformed));
    expect(await refusal(unknown)).toBe('Visitor data not found for this website');
  });

  it('refuses a websiteId with a website key, and needs the right one with an account token', async () => {
    const website = standIn();
    expect((await website.getVisitor(ADA, `?websiteId=${WEBSITE}`)).status).toBe(400);

    const account = standIn({ apiKey: 'dft_token', websiteId: WEBSITE });
    account.visitors.set(ADA, visitor({ visitorId: ADA }));
    expect((await account.getVisitor(ADA)).status).toBe(400);
    expect((await account.getVisitor(ADA, '?websiteId=dfid_tracker')).status).toBe(403);
    expect((await account.getVisitor(ADA, `?websiteId=${WEBSITE}`)).status).toBe(200);
  });
});

describe('the limit', () => {
  it('refuses too many requests, says when to try again, and answers then', async () => {
    let now = NOON;
    const { visitors, getVisitor } = standIn({ requestsPerMinute: 2, now: () => now });
    visitors.set(ADA, visitor({ visitorId: ADA }));
    const first = await getVisitor(ADA);
    expect(first.headers.get('x-ratelimit-limit')).toBe('2');
    expect(first.headers.get('x-ratelimit-remaining')).toBe('1');
    await getVisitor(ADA);

    const refused = await getVisitor(ADA);
    expect(refused.status).toBe(429);
    expect(refused.headers.get('x-ratelimit-reset')).toBe(String(NOON + 60_000));
    expect(await refused.json()).toMatchObject({
      error: { code: 429 },
      limit: 2,
      remaining: 0,
      reset: NOON + 60_000,
    });

    now = NOON + 60_000;
    expect((await getVisitor(ADA)).status).toBe(200);
  });

  it('is 60 a minute, and its headers can be left out of successes', async () => {
    const { getVisitor } = standIn({ rateLimitHeaders: false });
    const statuses: number[] = [];
    for (let count = 0; count < 61; count += 1) {
      const { status, headers } = await getVisitor(ADA);
      statuses.push(status);
      expect(headers.has('x-ratelimit-limit')).toBe(status === 429);
    }
    expect(statuses.indexOf(429)).toBe(60);
  });
});

describe('the realtime map', () => {
  it('shows the visitors of the last ten minutes, with their referrer', async () => {
    const { visitors, get } = standIn();
    const longAgo = visitor({ lastVisitAt: '2026-09-01T11:49:59.000Z' });
    const justNow = visitor({
      lastVisitAt: '2026-09-01T11:51:00.000Z',
      referrer: 'https://news.ycombinator.com/',
    });
    for (const person of [longAgo, justNow]) visitors.set(person.visitorId, person);
    visitors.set(ADA, 'bot');

    const response = await get('/api/v1/analytics/realtime/map');
    expect(await response.json()).toMatchObject({
      data: {
        count: 1,
        visitors: [
          {
            visitorId: justNow.visitorId,
            referrer: 'https://news.ycombinator.com/',
            params: { ref: null },
            isCustomer: false,
          },
        ],
      },
    });
  });
});

describe('a failure on demand', () => {
  it('is answered as often as the test says', async () => {
    const { failWith, getVisitor } = standIn();
    failWith({ status: 503, times: 2 });
    const statuses = [await getVisitor(ADA), await getVisitor(ADA), await getVisitor(ADA)];
    expect(statuses.map(({ status }) => status)).toEqual([503, 503, 404]);
  });

  it('can be HTML, with headers', async () => {
    const { failWith, getVisitor } = standIn();
    failWith({ status: 200, body: '<html>', headers: { 'retry-after': '7' } });
    const response = await getVisitor(ADA);
    expect(await response.text()).toBe('<html>');
    expect(response.headers.get('retry-after')).toBe('7');
    failWith(undefined);
    expect((await getVisitor(ADA)).status).toBe(404);
  });

  it('can be a network that fails', async () => {
    const { failWith, getVisitor } = standIn();
    failWith({ networkError: 'Network connection lost.' });
    await expect(getVisitor(ADA)).rejects.toThrow('Network connection lost.');
  });

  it('can depend on the request', async () => {
    const { failWith, getVisitor } = standIn();
    failWith((request) => (request.url.endsWith(ADA) ? { status: 500 } : undefined));
    expect((await getVisitor(ADA)).status).toBe(500);
    expect((await getVisitor(crypto.randomUUID())).status).toBe(404);
  });

  it('can be a redirect', async () => {
    const { failWith, getVisitor } = standIn();
    failWith(redirectTo('https://elsewhere.example/'));
    const response = await getVisitor(ADA);
    expect(response.status).toBe(302);
    expect(response.headers.get('location')).toBe('https://elsewhere.example/');
  });

  it.each([true, false])('can be an answer that is too large (declared: %s)', async (declared) => {
    const { failWith, getVisitor } = standIn();
    const large = oversized(300_000, { declaresLength: declared });
    failWith(large.failure);
    const response = await getVisitor(ADA);
    const text = await response.text();
    expect(response.headers.get('content-length')).toBe(declared ? String(text.length) : null);
    expect(text.length).toBeGreaterThanOrEqual(300_000);
    expect(large.bytesRead()).toBe(text.length);
    expect(() => JSON.parse(text)).not.toThrow();
  });

  it('counts what was read of an answer that is too large', async () => {
    const { failWith, getVisitor } = standIn();
    const large = oversized(10_000_000, { declaresLength: false });
    failWith(large.failure);
    await (await getVisitor(ADA)).body?.cancel();
    expect(large.bytesRead()).toBeLessThan(1_000_000);
  });

  it('is recorded like every other request', async () => {
    const { failWith, getVisitor, requests, forgetRequests } = standIn();
    const path = `/api/v1/visitors/${ADA}`;
    await getVisitor(ADA);
    failWith({ networkError: 'gone' });
    await getVisitor(ADA).catch(() => undefined);
    expect(requests).toEqual([
      { method: 'GET', path, status: 404, at: NOON },
      { method: 'GET', path, status: 0, at: NOON, intercepted: true },
    ]);
    forgetRequests();
    expect(requests).toEqual([]);
  });

  it('is recorded with the user agent, where the request has one', async () => {
    const { app, requests } = standIn();
    const path = `/api/v1/visitors/${ADA}`;
    await app.request(path, { headers: { 'user-agent': 'whence/1.2.3' } });
    await app.request(path);
    expect(requests.map(({ userAgent }) => userAgent)).toEqual(['whence/1.2.3', undefined]);
  });
});
