// A dead cron is noticed by the consumer of the queue, while signups come.
import { env } from 'cloudflare:workers';
import { beforeEach, expect, it } from 'vitest';
import { readAlerts } from '../../src/ledger/alerts.ts';
import { writeHeartbeat } from '../../src/ledger/heartbeats.ts';
import { newLedgerWatch } from '../../src/ledger/watch.ts';
import { newCronWatch } from '../../src/maintenance/watch-cron.ts';
import { watchWithLedger } from '../../src/maintenance/watch-ledger.ts';
import { createWorld } from '../world.ts';

const START = Date.parse('2026-11-26T09:00:00.000Z');
let clock: number;
let told: string[];
beforeEach(async () => {
  await createWorld();
  clock = START;
  told = [];
});

const watch = () =>
  watchWithLedger({
    ledger: env.LEDGER,
    cache: env.VISITORS,
    receiver: { url: 'https://hooks.slack.com/services/x', secrets: [] },
    problems: [],
    webhookSecrets: new Set(),
    sources: [],
    requestsPerInvocation: 50,
    fetch: async (_, init) => {
      told.push(String(init?.body));
      return new Response('ok');
    },
    now: () => clock,
    ledgerWatch: newLedgerWatch(),
    backlog: async () => 0,
    log: () => undefined,
  });
const open = () => newCronWatch({ ledger: env.LEDGER, now: () => clock, watch });
const cronRan = () => writeHeartbeat(env.LEDGER, 'cron', new Date(clock).toISOString(), '{}');

it('is told while signups come, with an all-clear when cron runs again', async () => {
  await cronRan();
  const look = open();
  for (let minute = 0; minute < 60; minute += 1) {
    clock += 60_000;
    await look();
  }
  expect(told).toHaveLength(1);
  expect(told[0]).toContain('Cron has not run');
  await cronRan();
  await watch();
  expect(told).toHaveLength(2);
  expect(told[1]).toContain('Over');
});

it('is not looked for while cron runs, nor before its first run', async () => {
  const look = open();
  for (let minute = 0; minute < 120; minute += 1) {
    clock += 60_000;
    if (minute > 30 && minute % 5 === 0) await cronRan();
    await look();
  }
  expect(told).toEqual([]);
  expect(await readAlerts(env.LEDGER)).toEqual([]);
});
