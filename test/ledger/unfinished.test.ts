// What has not arrived, how fast the rest did, and the filters of the list.
import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, it } from 'vitest';
import type { LedgerEntry } from '../../src/ledger/entry.ts';
import { readLedgerHealth } from '../../src/ledger/health.ts';
import { listSignups } from '../../src/ledger/list.ts';
import { recordEntries } from '../../src/ledger/record.ts';
import { readUnfinished } from '../../src/ledger/unfinished.ts';
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

describe('what has not arrived', () => {
  it('is said with its reason and the oldest time, however long ago it came', async () => {
    await happened({ at: '2026-08-01T09:00:00.000Z', status: 'waiting', reason: 'hubspot_401' });
    await happened({ status: 'waiting', reason: 'hubspot_401' });
    await happened({ status: 'failed', reason: 'hubspot_400' });
    const { waiting, unfinished } = await readUnfinished(env.LEDGER);
    expect(waiting).toEqual({ count: 2, oldestReceivedAt: '2026-08-01T09:00:00.000Z' });
    expect(unfinished).toEqual([
      { status: 'waiting', reason: 'hubspot_401', count: 2 },
      { status: 'failed', reason: 'hubspot_400', count: 1 },
    ]);
  });

  it('counts a signup once for a reason, at however many destinations it waits', async () => {
    const id = await happened({ status: 'waiting', reason: 'waiting_for_customer' });
    await env.LEDGER.prepare(
      `INSERT INTO deliveries (signup_id, destination, status, reason, attempts, updated_at)
       SELECT signup_id, 'attio', status, reason, attempts, updated_at FROM deliveries WHERE signup_id = ?`,
    )
      .bind(id)
      .run();
    const expected = [{ reason: 'waiting_for_customer', count: 1 }];
    expect((await readUnfinished(env.LEDGER)).unfinished).toMatchObject(expected);
    expect((await readLedgerHealth(env.LEDGER, NOW)).waiting).toMatchObject(expected);
  });

  it('does not change how fast the others were: it measures from the webhook to the first arrival; a refresh is not late', async () => {
    for (const delayMinutes of [1, 2, 10]) await happened({ delayMinutes });
    const first = (await listSignups(env.LEDGER, { limit: 1 })).items[0];
    await env.LEDGER.prepare(
      `UPDATE deliveries SET history = json_insert(history, '$[#]', json('{"at":"2026-12-24T00:00:00.000Z","status":"delivered","refresh":true}')) WHERE signup_id = ?`,
    )
      .bind(first?.id)
      .run();
    expect((await readUnfinished(env.LEDGER)).lag).toEqual({
      signups: 3,
      medianSeconds: 120,
      p95Seconds: 600,
    });
  });

  it('is nothing in an empty ledger', async () => {
    expect(await readUnfinished(env.LEDGER)).toEqual({
      waiting: { count: 0, oldestReceivedAt: null },
      unfinished: [],
      lag: { signups: 0, medianSeconds: null, p95Seconds: null },
    });
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
