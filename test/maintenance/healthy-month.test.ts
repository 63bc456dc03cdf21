// A month in which all is well, on virtual time: weekends, nights, a launch day, and a small source with twelve signups a
// week. Nobody is woken.
import { env } from 'cloudflare:workers';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { recordEntries } from '../../src/ledger/record.ts';
import { addWebhookCounts } from '../../src/ledger/source-counts.ts';
import { newLedgerWatch } from '../../src/ledger/watch.ts';
import { watchWithLedger } from '../../src/maintenance/watch-ledger.ts';
import { MATCHES, type Signup } from '../../src/model.ts';
import { sources } from '../../src/sources/index.ts';
import { createChance } from '../../stand-ins/chance.ts';
import { createWorld } from '../world.ts';

beforeEach(async () => {
  await createWorld();
});

// So much data outlives the reset between two tests.
afterEach(async () => {
  const tables = ['signups', 'deliveries', 'source_counts', 'alerts', 'heartbeats'];
  await env.LEDGER.batch(tables.map((table) => env.LEDGER.prepare(`DELETE FROM ${table}`)));
});

const HOUR = 3_600_000;
/** A Monday. */
const START = Date.parse('2026-10-05T00:00:00.000Z');
const DAYS = 30;
const LAUNCH_DAY = 17;

/** Signups an hour: by day more than by night, on weekends few, and on the launch day twenty times as many. */
function rate(source: string, hour: number): number {
  const [day, time] = [Math.floor(hour / 24), hour % 24];
  const isWeekend = day % 7 >= 5;
  const isNight = time < 7 || time > 22;
  if (source === 'clerk') return 12 / (7 * 24);
  return (isNight ? 0.05 : 0.8) * (isWeekend ? 0.3 : 1) * (day === LAUNCH_DAY ? 20 : 1);
}

it('a healthy month makes no alert', { timeout: 120_000 }, async () => {
  const seed = 1;
  const random = createChance(`healthy ${seed}`);
  const clock = { ms: START };
  const told: string[] = [];
  const dependencies = {
    ledger: env.LEDGER,
    cache: env.VISITORS,
    receiver: { url: 'https://hooks.slack.com/services/x', secrets: [] },
    problems: [],
    webhookSecrets: new Set(['STRIPE_WEBHOOK_SECRET', 'CLERK_WEBHOOK_SECRET']),
    sources: [...sources.values()],
    requestsPerInvocation: 50,
    fetch: async (_: RequestInfo | URL, init?: RequestInit) => {
      told.push(`day ${(clock.ms - START) / 24 / HOUR}: ${init?.body}`);
      return new Response('ok');
    },
    now: () => clock.ms,
    ledgerWatch: newLedgerWatch(),
    backlog: async () => 0,
    log: () => undefined,
  };
  let signups = 0;
  for (let hour = 0; hour < DAYS * 24; hour += 1) {
    const entries = [];
    for (const source of ['stripe', 'clerk']) {
      let count = 0;
      for (let p = random(); p > Math.exp(-rate(source, hour)); p *= random()) count += 1;
      for (let n = 0; n < count; n += 1) {
        signups += 1;
        const at = new Date(clock.ms + random() * HOUR).toISOString();
        const signup: Signup = {
          version: 1,
          id: `${source}:evt_${seed}_${signups}`,
          source,
          email: `p${signups}@example.com`,
          occurredAt: at,
          receivedAt: at,
          test: false,
        };
        // Three of four are known, as usual; on the launch day a few more have a content blocker.
        const known = Math.floor(hour / 24) === LAUNCH_DAY ? 0.65 : 0.75;
        const match = random() < known ? 'matched' : random() < 0.5 ? 'no_visitor_id' : 'not_found';
        entries.push({
          signup,
          match: MATCHES.find((one) => one === match) ?? ('matched' as const),
          attempts: [{ destination: 'hubspot', status: 'delivered' as const }],
        });
      }
    }
    clock.ms += HOUR;
    if (entries.length > 0)
      await recordEntries(env.LEDGER, entries, new Date(clock.ms).toISOString());
    // A stranger tries the door now and then, and the provider sends events that are no signup.
    if (random() < 0.02)
      await addWebhookCounts(env.LEDGER, [event('refused', 'header_missing', clock.ms)]);
    if (random() < 0.5) await addWebhookCounts(env.LEDGER, [event('ignored', 'renewal', clock.ms)]);
    if (hour % 2 === 0) await watchWithLedger(dependencies);
  }
  expect(signups).toBeGreaterThan(300);
  expect(told).toEqual([]);
});

function event(kind: 'ignored' | 'refused', reason: string, ms: number) {
  const at = new Date(ms).toISOString();
  return { source: 'stripe', kind, reason, count: 1, firstAt: at, lastAt: at };
}
