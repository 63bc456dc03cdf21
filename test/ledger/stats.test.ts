// Totals over the last days, and lists that stay quick: what they count and what they read.
import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, it } from 'vitest';
import type { LedgerEntry } from '../../src/ledger/entry.ts';
import { readLedgerHealth } from '../../src/ledger/health.ts';
import { listSignups } from '../../src/ledger/list.ts';
import { recordEntries } from '../../src/ledger/record.ts';
import { readStats } from '../../src/ledger/stats.ts';
import type { Attribution, Channel, DeliveryStatus, Match, Prediction } from '../../src/model.ts';
import { ask, createWorld } from '../world.ts';

const NOW = Date.parse('2026-11-24T12:00:00.000Z');
const MINUTE_MS = 60_000;

beforeEach(async () => {
  await createWorld();
});

interface Facts {
  at?: string;
  source?: string;
  match?: Match;
  channel?: Channel;
  from?: string;
  status?: DeliveryStatus;
  reason?: string;
  prediction?: Prediction;
  delayMinutes?: number;
}
let count = 0;
async function happened(facts: Facts = {}): Promise<string> {
  count += 1;
  const { at = '2026-11-24T09:00:00.000Z', source = 'stripe', match = 'matched' } = facts;
  const { channel = 'Referral', from, status = 'delivered', reason, delayMinutes = 1 } = facts;
  const id = `${source}:evt_${count}`;
  const signup = {
    version: 1 as const,
    id,
    source,
    email: `p${count}@example.com`,
    occurredAt: at,
    receivedAt: at,
    test: false,
  };
  const attribution: Attribution = {
    channel,
    source: from,
    paid: false,
    evidence: [],
    rulesVersion: 'x',
  };
  const entry: LedgerEntry = {
    signup,
    match,
    attribution,
    prediction: facts.prediction,
    attempts: [{ destination: 'hubspot', status, reason: reason ? { code: reason } : undefined }],
  };
  await recordEntries(
    env.LEDGER,
    [entry],
    new Date(Date.parse(at) + delayMinutes * MINUTE_MS).toISOString(),
  );
  return id;
}
const stats = (days = 30) => readStats(env.LEDGER, days, NOW);

describe('the totals', () => {
  it('count by day, channel, source, status and match', async () => {
    await happened({ channel: 'Paid Search' });
    await happened({ channel: 'Paid Search', at: '2026-11-23T23:59:59.999Z' });
    await happened({ match: 'no_visitor_id', source: 'clerk', status: 'failed', reason: 'why' });
    const { total, byDay, byChannel, bySource, byStatus, byMatch } = await stats(2);
    expect(total).toBe(3);
    expect(byDay).toEqual([
      { day: '2026-11-23', count: 1, channels: { 'Paid Search': 1 } },
      { day: '2026-11-24', count: 2, channels: { 'Paid Search': 1, 'No visitor': 1 } },
    ]);
    expect(byChannel).toEqual([
      { value: 'Paid Search', count: 2 },
      { value: null, count: 1 },
    ]);
    expect(bySource).toEqual([
      { value: 'stripe', count: 2, matched: 2 },
      { value: 'clerk', count: 1, matched: 0 },
    ]);
    expect(byStatus).toEqual([
      { value: 'delivered', count: 2 },
      { value: 'failed', count: 1 },
    ]);
    expect(byMatch).toEqual([
      { value: 'matched', count: 2 },
      { value: 'no_visitor_id', count: 1 },
    ]);
  });

  it('leave out what is older than the days asked for, and show days without a signup', async () => {
    await happened({ at: '2026-11-17T23:59:59.999Z' });
    const { total, since, byDay } = await stats(7);
    expect(total).toBe(0);
    expect(since).toBe('2026-11-18');
    expect(byDay.map(({ count: ofDay }) => ofDay)).toEqual([0, 0, 0, 0, 0, 0, 0]);
  });

  it('tell what the signups of each source are worth', async () => {
    await happened({
      from: 'Google',
      channel: 'Paid Search',
      prediction: { score: 80, expectedValue: 3 },
    });
    await happened({
      from: 'Google',
      channel: 'Paid Search',
      prediction: { score: 60, expectedValue: 1 },
    });
    await happened({ from: 'Google', channel: 'Paid Search' });
    await happened({ from: 'Reddit', channel: 'Organic Social' });
    expect((await stats()).byAttributionSource).toEqual([
      { source: 'Google', channel: 'Paid Search', count: 3, meanScore: 70, meanExpectedValue: 2 },
      {
        source: 'Reddit',
        channel: 'Organic Social',
        count: 1,
        meanScore: null,
        meanExpectedValue: null,
      },
    ]);
  });

  it('say what waits and since when, and why, however long ago it came', async () => {
    await happened({ at: '2026-08-01T09:00:00.000Z', status: 'waiting', reason: 'hubspot_401' });
    await happened({ status: 'waiting', reason: 'hubspot_401' });
    await happened({ status: 'failed', reason: 'hubspot_400' });
    const { waiting, unfinished } = await stats(1);
    expect(waiting).toEqual({ count: 2, oldestReceivedAt: '2026-08-01T09:00:00.000Z' });
    expect(unfinished).toEqual([
      { status: 'waiting', reason: 'hubspot_401', count: 2 },
      { status: 'failed', reason: 'hubspot_400', count: 1 },
    ]);
  });

  it('count a signup once for a reason, at however many destinations it waits', async () => {
    const id = await happened({ status: 'waiting', reason: 'waiting_for_customer' });
    await env.LEDGER.prepare(
      `INSERT INTO deliveries (signup_id, destination, status, reason, attempts, updated_at)
       SELECT signup_id, 'attio', status, reason, attempts, updated_at FROM deliveries WHERE signup_id = ?`,
    )
      .bind(id)
      .run();
    const expected = [{ reason: 'waiting_for_customer', count: 1 }];
    expect((await stats(1)).unfinished).toMatchObject(expected);
    expect((await readLedgerHealth(env.LEDGER, NOW)).waiting).toMatchObject(expected);
  });

  it('measure from the webhook to the first arrival; a refresh is not late', async () => {
    for (const delayMinutes of [1, 2, 10]) await happened({ delayMinutes });
    const first = (await listSignups(env.LEDGER, { limit: 1 })).items[0];
    await env.LEDGER.prepare(
      `UPDATE deliveries SET history = json_insert(history, '$[#]', json('{"at":"2026-12-24T00:00:00.000Z","status":"delivered","refresh":true}')) WHERE signup_id = ?`,
    )
      .bind(first?.id)
      .run();
    expect((await stats()).lag).toEqual({ signups: 3, medianSeconds: 120, p95Seconds: 600 });
  });

  it('are empty where there is nothing', async () => {
    const { total, waiting, lag, byAttributionSource } = await stats();
    expect(total).toBe(0);
    expect(waiting).toEqual({ count: 0, oldestReceivedAt: null });
    expect(lag).toEqual({ signups: 0, medianSeconds: null, p95Seconds: null });
    expect(byAttributionSource).toEqual([]);
  });

  it('are what the API answers', async () => {
    await happened({ at: new Date().toISOString() });
    expect(await (await ask('/api/stats?days=7')).json()).toMatchObject({ days: 7, total: 1 });
    expect(await (await ask('/api/stats')).json()).toMatchObject({ days: 30 });
    for (const query of ['from=2026-11-01', 'by=campaign', 'days=7&compare=previous']) {
      const response = await ask(`/api/stats?${query}`);
      expect(response.status).toBe(400);
      expect(await response.text()).toContain('Totals take only the parameter days.');
    }
    for (const days of ['0', '91', '1.5', 'x']) {
      expect((await ask(`/api/stats?days=${days}`)).status).toBe(400);
    }
  });
});

describe('a filtered list', () => {
  it.each<[string, Facts]>([
    ['status=failed', { status: 'failed' }],
    ['match=bot', { match: 'bot' }],
    ['channel=Paid%20Search', { channel: 'Paid Search' }],
    ['source=clerk', { source: 'clerk' }],
    ['status=failed&match=bot&source=clerk', { status: 'failed', match: 'bot', source: 'clerk' }],
  ])('by %s holds what is like it, and nothing else', async (query, facts) => {
    await happened();
    const id = await happened(facts);
    const { items } = await (await ask(`/api/signups?${query}`)).json<{
      items: { id: string }[];
    }>();
    expect(items.map((item) => item.id)).toEqual([id]);
  });

  it('refuses a match or channel that is none', async () => {
    for (const query of ['match=nonsense', 'channel=nonsense']) {
      expect((await ask(`/api/signups?${query}`)).status).toBe(400);
    }
  });
});
