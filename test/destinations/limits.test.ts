// HubSpot's limits and refusals, one error code after another: nothing is lost, and HubSpot is not flooded.
import { describe, expect, it } from 'vitest';
import {
  beingMoved,
  dailyLimitReached,
  onlyOn,
  pageOfHtml,
} from '../../stand-ins/hubspot/failures.ts';
import { NOON, signup } from './people.ts';
import { ready } from './portal.ts';

const HOUR_MS = 60 * 60 * 1000;
const people = (count: number) =>
  Array.from({ length: count }, (_, index) => signup({ email: `p${index}@example.com` }));

describe('the ten-second limit', () => {
  it('is waited for as long as HubSpot’s interval says, and not asked against meanwhile', async () => {
    let now = Date.parse(NOON);
    const { standIn, destination } = await ready({ now: () => now });
    standIn.failWith({
      status: 429,
      body: { policyName: 'TEN_SECONDLY_ROLLING' },
      headers: { 'x-hubspot-ratelimit-interval-milliseconds': '7000' },
      times: 1,
    });
    const first = signup({});
    const contact = { email: 'ada@example.com', first, touches: [first], latest: first };
    const wait = { status: 'snooze', reason: { code: 'hubspot_rate_limited' }, afterSeconds: 7 };
    expect(await destination.upsert([contact])).toEqual([wait]);
    now += 3_000;
    expect(await destination.upsert([contact])).toEqual([{ ...wait, afterSeconds: 4 }]);
    expect(standIn.requests).toHaveLength(1);
    now += 4_000;
    expect(await destination.upsert([contact])).toMatchObject([{ status: 'delivered' }]);
  });

  it('is seen coming: the last request of an interval is the last that is sent', async () => {
    const { standIn, write } = await ready();
    standIn.failWith(
      onlyOn('batch/read', {
        status: 200,
        body: {
          results: [],
          errors: [{ category: 'OBJECT_NOT_FOUND', context: { ids: ['ada@example.com'] } }],
        },
        headers: { 'x-hubspot-ratelimit-remaining': '0' },
      }),
    );
    expect(await write(signup({}))).toMatchObject([
      { status: 'snooze', reason: { code: 'hubspot_rate_limited' }, afterSeconds: 10 },
    ]);
    expect(standIn.requests).toHaveLength(1);
  });

  it('that others use up every time holds nobody up for ever', async () => {
    let now = Date.parse(NOON);
    const { standIn, destination } = await ready({ now: () => now });
    standIn.failWith(
      onlyOn('batch/read', {
        status: 200,
        body: {
          results: [],
          errors: [{ category: 'OBJECT_NOT_FOUND', context: { ids: ['ada@example.com'] } }],
        },
        headers: { 'x-hubspot-ratelimit-remaining': '0' },
      }),
    );
    const first = signup({});
    const contact = { email: 'ada@example.com', first, touches: [first], latest: first };
    expect(await destination.upsert([contact])).toMatchObject([{ status: 'snooze' }]);
    now += 10_000;
    expect(await destination.upsert([contact])).toMatchObject([{ status: 'delivered' }]);
  });

  it('is never waited for longer than a day, whatever HubSpot asks for', async () => {
    const { standIn, write } = await ready();
    standIn.failWith({ status: 429, headers: { 'retry-after': '999999999' } });
    expect(await write(signup({}))).toMatchObject([{ afterSeconds: 24 * 3600 }]);
  });

  it.each([undefined, 'SECONDLY', 'TEN_SECONDLY_ROLLING'])(
    'by the policy name %s and without headers is ten seconds',
    async (policyName) => {
      const { standIn, write } = await ready();
      standIn.failWith({ status: 429, body: { errorType: 'RATE_LIMIT', policyName } });
      expect(await write(signup({}))).toMatchObject([
        { status: 'snooze', reason: { code: 'hubspot_rate_limited' }, afterSeconds: 10 },
      ]);
    },
  );

  it.each([
    ['Free and Starter', 100],
    ['Professional and Enterprise', 190],
    ['the API add-on', 250],
  ])('of %s, %d requests, is never met by batches of 40', async (_, requestsPer10Seconds) => {
    const { standIn, write } = await ready({ requestsPer10Seconds });
    for (let batch = 0; batch < 20; batch += 1) await write(...people(40));
    expect(standIn.requests.map(({ status }) => status)).not.toContain(429);
  });
});

describe('the daily limit', () => {
  it.each([
    ['at midnight in London', 0, 12],
    ['at midnight in New York', -5 * HOUR_MS, 17],
    ['at midnight in Kolkata', 5.5 * HOUR_MS, 6.5],
  ])('is over %s', async (_, utcOffsetMilliseconds, hours) => {
    const { standIn, write } = await ready({ utcOffsetMilliseconds });
    standIn.failWith((request) =>
      request.url.includes('/objects/') ? dailyLimitReached() : undefined,
    );
    expect(await write(...people(3))).toEqual(
      Array(3).fill({
        status: 'snooze',
        reason: { code: 'hubspot_daily_limit' },
        afterSeconds: hours * 3600,
      }),
    );
    expect(standIn.requests.map(({ path }) => path)).toEqual([
      '/crm/objects/2026-03/contacts/batch/read',
      '/account-info/2026-03/details',
    ]);
  });

  it('that is met at the end of an interval is asked about once all the same', async () => {
    const { standIn, write } = await ready();
    const headers = { 'x-hubspot-ratelimit-remaining': '0' };
    standIn.failWith({ ...dailyLimitReached(), headers, times: 50 });
    expect(await write(signup({}))).toMatchObject([
      { reason: { code: 'hubspot_daily_limit' }, afterSeconds: 3600 },
    ]);
    expect(standIn.requests).toHaveLength(2);
  });

  it('of an account whose time zone is hidden is tried once an hour, with one request', async () => {
    const { standIn, write } = await ready();
    standIn.failWith(dailyLimitReached());
    expect(await write(...people(40))).toMatchObject(
      Array(40).fill({ reason: { code: 'hubspot_daily_limit' }, afterSeconds: 3600 }),
    );
    expect(standIn.requests).toHaveLength(2);
  });

  it('counts at the portal, and lifts there', async () => {
    let now = Date.parse(NOON);
    const { standIn, write } = await ready({ now: () => now, requestsPerDay: 8 });
    const outcomes = [];
    while (outcomes.at(-1)?.status !== 'snooze' && outcomes.length < 9) {
      outcomes.push(...(await write(signup({ email: `n${outcomes.length}@example.com` }))));
    }
    expect(outcomes.at(-1)).toMatchObject({ reason: { code: 'hubspot_daily_limit' } });
    now += 12 * HOUR_MS;
    expect(await write(signup({}))).toMatchObject([{ status: 'delivered' }]);
    expect(standIn.contact('ada@example.com')).toBeDefined();
  });
});

describe.each(['batch/read', 'batch/upsert'])('a %s that is answered', (path) => {
  it.each([
    [401, 'unauthorized', 600],
    [403, 'forbidden', 600],
    [404, 'request_refused', 600],
    [408, 'unavailable', undefined],
    [414, 'request_refused', 600],
    [423, 'locked', 2],
    [500, 'unavailable', undefined],
    [502, 'unavailable', undefined],
    [503, 'unavailable', undefined],
    [504, 'unavailable', undefined],
    [521, 'unavailable', undefined],
    [523, 'unavailable', undefined],
    [524, 'unavailable', undefined],
  ])('%d waits, and arrives when it is over', async (status, code, afterSeconds) => {
    const { standIn, write } = await ready();
    standIn.failWith(onlyOn(path, { status }));
    const outcomes = await write(...people(3));
    for (const outcome of outcomes) {
      const reason = expect.objectContaining({ code: `hubspot_${code}` });
      expect(outcome).toEqual({ status: 'retry', reason, afterSeconds });
    }
    expect(standIn.requests.length).toBeLessThanOrEqual(2);
    standIn.failWith(undefined);
    expect(new Set((await write(...people(3))).map((outcome) => outcome.status))).toEqual(
      new Set(['delivered']),
    );
  });

  it('in a way that concerns the request names status and correlation ID, and nothing that was sent', async () => {
    const { standIn, write } = await ready();
    const body = {
      category: 'NOT_FOUND',
      message: 'Ada Lovelace',
      correlationId: '4c8ff2f5-0000-4000-8000-1a2b3c4d5e6f',
    };
    standIn.failWith(onlyOn(path, { status: 404, body }));
    expect(await write(signup({ name: 'Ada Lovelace' }))).toMatchObject([
      { reason: { detail: `HTTP 404 NOT_FOUND correlationId ${body.correlationId}` } },
    ]);
  });

  it('477 waits as long as HubSpot says', async () => {
    const { standIn, write } = await ready();
    standIn.failWith(onlyOn(path, beingMoved(86_400)));
    expect(await write(signup({}))).toMatchObject([
      { status: 'retry', reason: { code: 'hubspot_migrating' }, afterSeconds: 86_400 },
    ]);
  });

  it.each([200, 400, 403, 404, 502])(
    'by a page of HTML with status %d says nothing about the record',
    async (status) => {
      const { standIn, write } = await ready();
      standIn.failWith(onlyOn(path, pageOfHtml(status)));
      const outcomes = await write(...people(4));
      expect(new Set(outcomes.map((outcome) => outcome.status))).toEqual(new Set(['retry']));
      expect(standIn.requests.length).toBeLessThanOrEqual(2);
    },
  );

  it('not at all waits', async () => {
    const { standIn, write } = await ready();
    standIn.failWith((request) =>
      request.url.endsWith(path) ? { networkError: 'The operation was aborted' } : undefined,
    );
    expect(await write(signup({}))).toMatchObject([
      { status: 'retry', reason: { code: 'hubspot_unreachable' } },
    ]);
  });
});

describe('a token', () => {
  it.each([
    ['crm.objects.contacts.read', ['crm.objects.contacts.write']],
    ['crm.objects.contacts.write', ['crm.objects.contacts.read']],
  ])('without %s is told so, and nothing is lost', async (missing, scopes) => {
    const { write } = await ready({ scopes });
    expect(await write(signup({}))).toEqual([
      {
        status: 'retry',
        reason: { code: 'hubspot_scope_missing', detail: missing },
        afterSeconds: 600,
      },
    ]);
  });
});

describe('a HubSpot that lets every request time out', () => {
  it('is left alone from the last timeout on, not from the request before it', async () => {
    let now = Date.parse(NOON);
    const { standIn, destination } = await ready({ now: () => now });
    standIn.failWith(() => {
      now += 15_000;
      return { networkError: 'timed out' };
    });
    const first = signup({});
    const contact = { email: 'ada@example.com', first, touches: [first], latest: first };
    for (let batch = 0; batch < 5; batch += 1) await destination.upsert([contact]);
    standIn.forgetRequests();
    expect(await destination.upsert([contact])).toMatchObject([
      { status: 'snooze', reason: { code: 'hubspot_down' }, afterSeconds: 15 },
    ]);
    expect(standIn.requests).toEqual([]);
  });
});
