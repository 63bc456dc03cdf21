// The weather: its faults are the documented ones, and the same for the same seed.
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { visitor } from '../../stand-ins/datafast/visitor.ts';
import { createDatafast } from '../../stand-ins/datafast.ts';
import { createHubspot } from '../../stand-ins/hubspot.ts';
import { createWeather, type Fault, type Weather } from '../../stand-ins/weather.ts';

const NOON = Date.parse('2026-09-01T12:00:00.000Z');
const ADA = 'a3ab2331-989f-4cfa-91c6-2461c9e3c6bd';

function datafastIn(weather: Omit<Weather, 'seed'>) {
  const datafast = createDatafast({ apiKey: 'df_key', now: () => NOON });
  datafast.visitors.set(ADA, visitor({ visitorId: ADA }));
  const slept: number[] = [];
  const { failure, hits } = createWeather({ seed: 1, ...weather }, 'datafast', {
    now: () => NOON,
    sleep: async (ms) => slept.push(ms),
  });
  datafast.failWith(failure);
  const ask = async (visitorId = ADA) =>
    datafast.app.request(`/api/v1/visitors/${visitorId}`, {
      headers: { authorization: 'Bearer df_key' },
    });
  return { ...datafast, ask, hits, slept };
}

function hubspotIn(weather: Omit<Weather, 'seed'>) {
  const hubspot = createHubspot({ token: 'pat-key', now: () => NOON });
  const world = { now: () => NOON, sleep: async () => undefined };
  hubspot.failWith(createWeather({ seed: 1, ...weather }, 'hubspot', world).failure);
  const post = async (verb: 'read' | 'upsert', inputs: readonly object[]) =>
    hubspot.app.request(`/crm/objects/2026-03/contacts/batch/${verb}`, {
      method: 'POST',
      headers: { authorization: 'Bearer pat-key', 'content-type': 'application/json' },
      body: JSON.stringify({ inputs }),
    });
  const upsert = (email: string) =>
    post('upsert', [{ id: email, idProperty: 'email', properties: { email } }]);
  return { ...hubspot, upsert };
}

/** The faults of a hundred requests, by path. */
async function faultsOf(seed: number, order: (paths: string[]) => string[]) {
  const weather = { seed, rates: { reset: 0.2, '503': 0.2, html: 0.2 } };
  const { failure } = createWeather(weather, 'datafast', {
    now: () => NOON,
    sleep: async () => undefined,
  });
  const paths = order(Array.from({ length: 100 }, (_, index) => `/visitors/${index % 50}`));
  const outcomes = new Map<string, unknown[]>();
  for (const path of paths) {
    const outcome = await failure(new Request(`https://datafa.st${path}`));
    outcomes.set(path, [...(outcomes.get(path) ?? []), outcome]);
  }
  return Object.fromEntries([...outcomes].sort());
}

describe('weather by rate', () => {
  it('is the same for the same seed, in any order of the requests', async () => {
    const one = await faultsOf(7, (paths) => paths);
    expect(await faultsOf(7, (paths) => paths.toReversed())).toEqual(one);
    expect(await faultsOf(8, (paths) => paths)).not.toEqual(one);
  });

  it('hits as many requests as it says', async () => {
    const { ask, hits, requests } = datafastIn({ rates: { reset: 0.1, '500': 0.3 } });
    for (let count = 0; count < 1_000; count += 1) {
      await ask(crypto.randomUUID()).catch(() => undefined);
    }
    expect(requests).toHaveLength(1_000);
    expect(hits.get('500')).toBeGreaterThan(240);
    expect(hits.get('500')).toBeLessThan(360);
    expect(hits.get('reset')).toBeGreaterThan(60);
    expect(hits.get('reset')).toBeLessThan(140);
    expect([...hits.keys()].sort()).toEqual(['500', 'reset']);
  });

  it('is fair without rates', async () => {
    const { ask, hits } = datafastIn({});
    expect((await ask()).status).toBe(200);
    expect(hits.size).toBe(0);
  });
});

describe('weather by script', () => {
  it('comes in order, and then the rates begin', async () => {
    const { ask } = datafastIn({ script: ['503', 'fair', '500'], rates: { '502': 1 } });
    const statuses: number[] = [];
    for (let count = 0; count < 4; count += 1) statuses.push((await ask()).status);
    expect(statuses).toEqual([503, 200, 500, 502]);
  });

  it.each<[Fault, number]>([
    ['500', 500],
    ['502', 502],
    ['504', 504],
    ['broken_json', 200],
  ])('%s is answered %i', async (fault, status) => {
    const { ask } = datafastIn({ script: [fault] });
    expect((await ask()).status).toBe(status);
  });

  it('HTML and broken JSON are no JSON', async () => {
    const { ask } = datafastIn({ script: ['html', 'broken_json'] });
    for (const answer of [await ask(), await ask()]) {
      await expect(answer.json()).rejects.toThrow(SyntaxError);
    }
  });

  it('a reset reaches the caller as a network failure, and nothing was done', async () => {
    const { upsert, contact } = hubspotIn({ script: ['reset'] });
    await expect(upsert('ada@example.com')).rejects.toThrow('Network connection lost.');
    expect(contact('ada@example.com')).toBeUndefined();
  });

  it('a slow answer is correct', async () => {
    const { ask, slept } = datafastIn({ script: ['slow'], slowMs: 9_000 });
    expect((await ask()).status).toBe(200);
    expect(slept).toHaveLength(1);
    expect(slept[0]).toBeLessThanOrEqual(9_000);
  });
});

describe('a lost answer', () => {
  it('leaves the contact written', async () => {
    const { upsert, contact, requests } = hubspotIn({ script: ['lost'] });
    await expect(upsert('ada@example.com')).rejects.toThrow('Network connection lost.');
    expect(contact('ada@example.com')?.properties.email).toBe('ada@example.com');
    expect(requests.map(({ status }) => status)).toEqual([0]);
  });

  it('may break off in the middle, and the contact is written all the same', async () => {
    const { upsert, contact } = hubspotIn({ script: ['half'] });
    const answer = await upsert('ada@example.com');
    expect(answer.status).toBe(200);
    await expect(answer.text()).rejects.toThrow('Network connection lost.');
    expect(contact('ada@example.com')).toBeDefined();
  });
});

describe('a limit reached', () => {
  const Limit = z.object({ remaining: z.literal(0), reset: z.number() });

  it('is announced by DataFast in seconds or in milliseconds, the same in header and body', async () => {
    const { ask } = datafastIn({ rates: { '429': 1 } });
    const units = new Set<string>();
    for (let count = 0; count < 20; count += 1) {
      const answer = await ask();
      const { reset } = Limit.parse(await answer.json());
      expect(answer.headers.get('x-ratelimit-reset')).toBe(String(reset));
      const isSeconds = reset < 100_000_000_000;
      units.add(isSeconds ? 'seconds' : 'milliseconds');
      const afterMs = (isSeconds ? reset * 1_000 : reset) - NOON;
      expect(afterMs).toBeGreaterThan(0);
      expect(afterMs).toBeLessThanOrEqual(11_000);
    }
    expect([...units].sort()).toEqual(['milliseconds', 'seconds']);
  });

  it('is announced by HubSpot in its own words, without Retry-After', async () => {
    const { upsert } = hubspotIn({ script: ['429'] });
    const answer = await upsert('ada@example.com');
    expect(answer.headers.get('retry-after')).toBeNull();
    expect(answer.headers.get('x-hubspot-ratelimit-interval-milliseconds')).toBe('10000');
    expect(await answer.json()).toMatchObject({ policyName: 'TEN_SECONDLY_ROLLING' });
  });

  it('may come with Retry-After on a 503, in either form', async () => {
    const { ask } = datafastIn({ rates: { '503': 1 } });
    const forms = new Set<string>();
    for (let count = 0; count < 30; count += 1) {
      const value = (await ask()).headers.get('retry-after');
      forms.add(value === null ? 'none' : /^\d+$/.test(value) ? 'seconds' : 'date');
    }
    expect([...forms].sort()).toEqual(['date', 'none', 'seconds']);
  });
});
