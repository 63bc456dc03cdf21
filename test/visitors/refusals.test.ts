// A DataFast that refuses everybody is a problem of the settings. It is never a fault of the visitor.
import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, it } from 'vitest';
import { newDatafastState } from '../../src/visitors/datafast.ts';
import { createWorld, type World } from '../world.ts';
import { findVisitors } from './find-visitors.ts';

const START = Date.parse('2026-11-23T09:00:00.000Z');
let nowMs: number;
let state: ReturnType<typeof newDatafastState>;
let world: World;
beforeEach(async () => {
  nowMs = START;
  state = newDatafastState();
  world = await createWorld(() => nowMs);
});

async function find(visitorId: string, apiKey = env.DATAFAST_API_KEY) {
  const options = {
    apiKey,
    websiteId: undefined,
    url: 'https://datafa.st',
    fetch: world.fetch,
    now: () => nowMs,
    cache: env.VISITORS,
    state,
  };
  return (await findVisitors(options, [{ visitorId, bypassNegativeCache: true }])).get(visitorId);
}
const somebody = () => find(crypto.randomUUID());
const says = (message: string, status = 400) =>
  world.datafast.failWith({ status, body: { status: 'error', error: { code: status, message } } });
const waits = (code: string) => ({
  kind: 'unavailable',
  needsOperator: true,
  wait: { reason: { code: `datafast_${code}` }, afterSeconds: 600 },
});

describe('a DataFast that refuses everybody', () => {
  it.each([401, 402, 403, 405, 406, 410, 426, 451])(
    'with %d is not asked for anybody else for a minute, and the reason stays the same',
    async (status) => {
      says('No more', status);
      const first = await somebody();
      expect(first).toMatchObject({
        kind: 'unavailable',
        wait: { status: 'retry', reason: { detail: `HTTP ${status} No more` } },
      });
      const code = first?.kind === 'unavailable' ? first.wait.reason.code : '';
      expect(await somebody()).toMatchObject({
        wait: { status: 'snooze', reason: { code }, afterSeconds: 600 },
      });
      expect(world.datafast.requests).toHaveLength(1);
    },
  );

  it.each([
    ['websiteId is required', 'website_id_missing'],
    ['Missing website ID', 'website_id_missing'],
    ['Invalid websiteId', 'website_refused'],
    ['Omit websiteId with a website API key', 'website_refused'],
    ['Website not found', 'website_refused'],
    ['Invalid API key', 'request_refused'],
    ['Your subscription has ended', 'request_refused'],
    ['Tracking is suspended', 'request_refused'],
  ])(
    'with 400 or 404 and the words "%s" is a problem of the settings at once',
    async (words, code) => {
      for (const status of [400, 404]) {
        state = newDatafastState();
        says(words, status);
        expect(await somebody()).toMatchObject(waits(code));
      }
    },
  );

  it('because the account’s token names no website says so', async () => {
    const { createDatafast } = await import('../../stand-ins/datafast.ts');
    const there = createDatafast({ apiKey: 'dft_token' });
    const response = await there.app.fetch(
      new Request(`https://datafa.st/api/v1/visitors/${crypto.randomUUID()}`, {
        headers: { authorization: 'Bearer dft_token' },
      }),
    );
    world.datafast.failWith({ status: response.status, body: await response.json() });
    expect(await somebody()).toMatchObject(waits('website_id_missing'));
  });

  it('never shows the key in the ledger', async () => {
    says(`The token ${env.DATAFAST_API_KEY} of ada@example.com has no plan`, 402);
    const lookup = await somebody();
    expect(lookup).toMatchObject({
      wait: { reason: { detail: 'HTTP 402 The token … of … has no plan' } },
    });
  });

  it('is asked again after a minute, and the first good answer ends it', async () => {
    says('No more', 410);
    await somebody();
    world.datafast.failWith(undefined);
    nowMs += 60_000;
    expect(await find(world.visitor())).toMatchObject({ kind: 'found' });
    expect(await find(world.visitor())).toMatchObject({ kind: 'found' });
  });
});

describe('a refusal in unknown words', () => {
  const REJECTED = { kind: 'absent', match: 'rejected_by_datafast' };

  it('is about one visitor, however often that one is asked for', async () => {
    says('Computer says no');
    const visitorId = crypto.randomUUID();
    for (let attempt = 0; attempt < 5; attempt += 1) {
      expect(await find(visitorId)).toEqual(REJECTED);
    }
  });

  it('is a problem of the settings once three visitors in a row get it', async () => {
    says('Computer says no');
    expect(await somebody()).toEqual(REJECTED);
    expect(await somebody()).toEqual(REJECTED);
    expect(await somebody()).toMatchObject(waits('request_refused'));
    expect(await somebody()).toMatchObject(waits('request_refused'));
    nowMs += 60_000;
    expect(await somebody()).toMatchObject(waits('request_refused'));
    world.datafast.failWith(undefined);
    nowMs += 60_000;
    expect(await find(world.visitor())).toMatchObject({ kind: 'found' });
    says('Computer says no');
    expect(await somebody()).toEqual(REJECTED);
  });

  it.each([
    ['a visitor that is found', () => find(world.visitor())],
    ['a visitor that DataFast does not know', () => somebody()],
    [
      'a bot',
      () => {
        const visitorId = crypto.randomUUID();
        world.datafast.visitors.set(visitorId, 'bot');
        return find(visitorId);
      },
    ],
  ])('does not count together with one before %s', async (_, ask) => {
    for (let count = 0; count < 6; count += 1) {
      says('Computer says no');
      expect(await somebody()).toEqual(REJECTED);
      world.datafast.failWith(undefined);
      await ask();
    }
  });

  it('is about each of three visitors once another visitor has been answered', async () => {
    says('Computer says no');
    const refused = [crypto.randomUUID(), crypto.randomUUID(), crypto.randomUUID()];
    for (const visitorId of refused) await find(visitorId);
    world.datafast.failWith(undefined);
    nowMs += 60_000;
    await find(world.visitor());
    says('Computer says no');
    for (const visitorId of refused) expect(await find(visitorId)).toEqual(REJECTED);
  });

  it('counts again for a visitor that has been answered since', async () => {
    const refused = [world.visitor(), world.visitor()];
    says('Computer says no');
    for (const visitorId of refused) expect(await find(visitorId)).toEqual(REJECTED);
    world.datafast.failWith(undefined);
    for (const visitorId of refused) {
      expect(await find(visitorId)).toMatchObject({ kind: 'found' });
    }
    says('Computer says no');
    nowMs += 16 * 60_000;
    // A copy serves them meanwhile.
    for (const visitorId of refused) {
      expect(await find(visitorId)).toMatchObject({ kind: 'found' });
    }
    expect(await somebody()).toMatchObject(waits('request_refused'));
  });

  it('counts across an outage between two of them', async () => {
    says('Computer says no');
    await somebody();
    await somebody();
    world.datafast.failWith({ status: 503 });
    await somebody();
    says('Computer says no');
    expect(await somebody()).toMatchObject(waits('request_refused'));
  });

  it('in HTML says nothing about one visitor, and is a wrong address for three', async () => {
    world.datafast.failWith({ status: 404, body: '<h1>Not found</h1>' });
    for (let count = 0; count < 2; count += 1) {
      expect(await somebody()).toMatchObject({
        wait: { reason: { code: 'datafast_answer_unreadable' } },
      });
    }
    expect(await somebody()).toMatchObject(waits('request_refused'));
  });
});
