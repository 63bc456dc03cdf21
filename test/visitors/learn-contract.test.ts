// What the doctor learns from live answers of DataFast about its open questions.
import { describe, expect, it } from 'vitest';
import { learnContract } from '../../src/visitors/learn-contract.ts';
import { getVisitorAnswer } from '../../stand-ins/datafast/answers.ts';
import { type VisitorProperties, visitor } from '../../stand-ins/datafast/visitor.ts';

const NOW = Date.parse('2026-11-23T09:00:00.000Z');

interface There {
  visitors?: readonly VisitorProperties[];
  generation?: 'A' | 'B';
  /** Changes the `data` of Get visitor. */
  change?: (data: object) => object;
  rows?: readonly unknown[];
  headers?: Record<string, string>;
  status?: number;
}

async function learn(there: There) {
  const records = (there.visitors ?? [{}]).map(visitor);
  const paths: string[] = [];
  const fetch: typeof globalThis.fetch = async (input) => {
    const { pathname, search } = new URL(String(input));
    paths.push(pathname + search);
    if (there.status) return Response.json({ error: 'no' }, { status: there.status });
    if (pathname === '/api/v1/visitors') {
      return Response.json({ status: 'success', data: there.rows ?? [] });
    }
    const id = pathname.split('/').at(-1);
    const record = records.find(({ visitorId }) => visitorId === id);
    if (!record) {
      return Response.json({ error: 'Visitor ID must be a valid UUID v4' }, { status: 400 });
    }
    const data = getVisitorAnswer(record, there.generation ?? 'B', NOW);
    const headers = there.headers ?? {};
    return Response.json({ status: 'success', data: there.change?.(data) ?? data }, { headers });
  };
  const contract = await learnContract(
    { apiKey: 'df_key', websiteId: undefined, url: 'https://datafa.st', fetch, now: () => NOW },
    records.map(({ visitorId }) => visitorId),
  );
  return { ...contract, paths, ids: records.map(({ visitorId }) => visitorId) };
}

describe('what DataFast answers', () => {
  it.each(['A', 'B'] as const)('in generation %s is as expected', async (generation) => {
    const { shapes } = await learn({ generation, visitors: [{ goals: ['signup'] }] });
    expect(shapes).toEqual([
      expect.objectContaining({
        name: 'Get visitor',
        answers: 1,
        added: [],
        missing: [],
        retyped: [],
      }),
    ]);
  });

  it('with keys that are new or gone is told by their names alone', async () => {
    const { shapes } = await learn({
      visitors: [{ city: 'Secretville' }],
      change: (data) => ({ ...data, activity: { visitCount: '3' }, payments: [{ amount: 5 }] }),
    });
    expect(shapes[0]).toMatchObject({
      added: ['payments'],
      missing: expect.arrayContaining(['activity.firstVisitAt', 'activity.visitedPages']),
      retyped: ['activity.visitCount (text)'],
    });
    expect(JSON.stringify(shapes)).not.toContain('Secretville');
  });

  it('never tells anything of a profile', async () => {
    const profile = { userId: 'ada', metadata: { email: 'ada@example.com' }, identifiedAt: 'x' };
    const { paths: _, ids: __, ...contract } = await learn({ visitors: [{ profile }] });
    expect(JSON.stringify(contract)).not.toMatch(/ada|metadata|email/);
  });

  it.each([
    [[{ adClickIds: { gclid: 'x', new_id: 'y' } }, {}], ['gclid', 'new_id'], 'an empty object'],
    [[{ adClickIds: null }], [], 'null'],
  ])(
    'names what is inside adClickIds, and what stands there without an ad click',
    async (visitors, names, empty) => {
      const { clickIds, facts } = await learn({ visitors });
      expect(clickIds).toEqual(names);
      expect(facts.noClickIds).toBe(empty);
    },
  );

  it.each([
    ['kept', [{ pages: ['example.com/?utm_source=x'], params: { utm_source: 'x' } }]],
    ['lost', [{ pages: ['example.com/'], params: { utm_source: 'x' } }]],
    ['lost', [{ pages: ['example.com/'], adClickIds: { gclid: 'x' } }]],
    [undefined, [{ pages: ['example.com/'] }]],
    ['kept', [{ pages: ['example.com/?a=b'] }, { params: { ref: 'x' } }]],
  ])('shows whether visited pages keep their query: %s', async (pageQueries, visitors) => {
    expect((await learn({ visitors })).facts.pageQueries).toBe(pageQueries);
  });

  it('shows the order of pages, what country holds, and how the limit is told', async () => {
    const { facts } = await learn({
      visitors: [{ country: 'KR' }],
      headers: { 'x-ratelimit-reset': String(NOW + 60_000) },
    });
    expect(facts).toMatchObject({
      pageOrder: 'earliest first',
      country: 'a code',
      mostPages: 2,
      limitReset: 'milliseconds',
      invalidId: 'understood',
    });
  });

  it('in List visitors is looked at too, and those visitors are asked for', async () => {
    const first = await learn({
      visitors: [],
      rows: [
        {
          visitorId: crypto.randomUUID(),
          identity: { country: 'KR', browser: 'Chrome' },
          acquisition: { referrer: 'Google', channel: 'x', utm_source: null },
        },
      ],
    });
    expect(first.acquisition).toEqual(['referrer', 'channel', 'utm_source']);
    expect(first.shapes).toMatchObject([{ name: 'List visitors', missing: [], added: [] }]);
    expect(first.paths).toHaveLength(3);
  });

  it('costs six requests at most', async () => {
    const { paths } = await learn({ visitors: Array.from({ length: 20 }, () => ({})) });
    expect(paths.length).toBeLessThanOrEqual(6);
  });

  it.each([403, 404, 429, 500])('with %d shows nothing, and breaks nothing', async (status) => {
    expect(await learn({ status })).toMatchObject({ shapes: [], clickIds: [], acquisition: [] });
  });
});
