// Twenty faults, planted one after the other in the real Worker: after how many minutes dashboard, doctor, /health and the
// alert say so, in which words, and the all-clear after the repair. The clock is virtual; cron runs every five minutes.
import {
  createExecutionContext,
  createScheduledController,
  waitOnExecutionContext,
} from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { afterAll, afterEach, beforeEach, expect, it, vi } from 'vitest';
import { samples } from '../../samples/index.ts';
import { addWebhookCounts } from '../../src/ledger/source-counts.ts';
import { worker } from '../worker-under-test.ts';
import { createWorld, somebody, type World, webhook } from '../world.ts';

const MINUTE = 60_000;
const START = Date.parse('2026-11-26T09:00:00.000Z');
/** Longer than anything takes to be noticed. */
const RUNS = 20;

let world: World;
let mine: Env & Record<string, unknown>;
let told: { type: string; data: { check: string; what: string } }[];
let receiverStatus: number;

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: START });
  world = await createWorld();
  told = [];
  receiverStatus = 204;
  mine = {
    ...env,
    ALERT_URL: 'https://ops.example.com/alerts',
    ALERT_SECRET: `whsec_${'A'.repeat(44)}`,
  };
  vi.spyOn(globalThis, 'fetch').mockImplementation(async (input, init) => {
    const request = new Request(input, init);
    if (!request.url.startsWith('https://ops.example.com')) return world.fetch(request);
    if (receiverStatus < 300) told.push(await request.json());
    return new Response(null, { status: receiverStatus });
  });
});
afterEach(() => vi.useRealTimers());

const pass = (minutes: number) => vi.setSystemTime(Date.now() + minutes * MINUTE);
const at = (minutesAgo: number) => new Date(Date.now() - minutesAgo * MINUTE).toISOString();

async function fetchAs(request: Request): Promise<Response> {
  const context = createExecutionContext();
  const response = await worker.fetch(
    new Request<unknown, IncomingRequestCfProperties>(request),
    mine,
    context,
  );
  await waitOnExecutionContext(context);
  return response;
}
const ask = (path: string, headers: Record<string, string> = {}) =>
  fetchAs(
    new Request(`https://whence.example${path}`, {
      headers: { authorization: `Bearer ${env.ADMIN_TOKEN}`, ...headers },
    }),
  );

/** As every provider posts, every two minutes. */
async function post(make: () => Promise<Request>, times: number): Promise<void> {
  for (let time = 0; time < times; time += 1) {
    await fetchAs(await make());
    pass(2);
  }
}
async function forged(): Promise<Request> {
  const request = await webhook('stripe', somebody());
  const headers = new Headers(request.headers);
  headers.set('stripe-signature', `t=${Math.floor(Date.now() / 1000)},v1=${'0'.repeat(64)}`);
  return new Request(request, { headers });
}
async function signed(payload: object, atMs = Date.now()): Promise<Request> {
  const body = JSON.stringify(payload);
  const proven = await samples
    .get('stripe')
    ?.sign(body, { secret: env.STRIPE_WEBHOOK_SECRET, eventId: 'evt_1', at: new Date(atMs) });
  return new Request('https://whence.example/webhooks/stripe', { method: 'POST', ...proven });
}
const thin = () =>
  signed({
    id: `evt_${Date.now()}`,
    object: 'v2.core.event',
    type: 'v1.checkout.session.completed',
    livemode: true,
  });

const genuine = () =>
  webhook('stripe', somebody({ visitorId: world.visitor(), occurredAt: new Date() }));

const countOf = (status: string) =>
  env.LEDGER.prepare('SELECT count(*) AS count FROM deliveries WHERE status = ?1')
    .bind(status)
    .first<number>('count');

/** A signup comes, and the ledger has one more in this state. */
async function arrives(status: string): Promise<void> {
  const before = await countOf(status);
  await fetchAs(await genuine());
  await vi.waitUntil(async () => (await countOf(status)) !== before, { timeout: 15_000 });
}
async function rows(count: number, match: string, source = 'stripe', minutesApart = 60, from = 0) {
  await env.LEDGER.batch(
    Array.from({ length: count }, (_, n) =>
      env.LEDGER.prepare(
        `INSERT INTO signups (id, source, match, status, channel, occurred_at, received_at, updated_at, signup)
         VALUES (?1, ?2, ?3, 'delivered', iif(?3 = 'matched', 'Email', NULL), ?4, ?4, ?4, '{}')`,
      ).bind(`${source}:${from + n}`, source, match, at((from + n) * minutesApart)),
    ),
  );
}
async function waits(reason: string, minutesAgo: number) {
  await env.LEDGER.batch([
    env.LEDGER.prepare(
      `INSERT INTO signups (id, source, status, occurred_at, received_at, updated_at, signup)
       VALUES ('stripe:w', 'stripe', 'waiting', ?1, ?1, ?1, '{}')`,
    ).bind(at(minutesAgo)),
    env.LEDGER.prepare(
      `INSERT INTO deliveries (signup_id, destination, status, attempts, reason, next_attempt_at, updated_at)
       VALUES ('stripe:w', 'hubspot', 'waiting', 3, ?2, ?1, ?1)`,
    ).bind(at(minutesAgo), reason),
  ]);
}
const allArrive = async () => {
  await env.LEDGER.batch([
    env.LEDGER.prepare(
      "UPDATE deliveries SET status = 'delivered', reason = NULL, delivered_at = ?1",
    ).bind(at(0)),
    env.LEDGER.prepare("UPDATE signups SET status = 'delivered'"),
  ]);
};
const refusing = (pattern: RegExp) => ({
  prepare(statement: string) {
    if (pattern.test(statement)) throw new Error('D1_ERROR: exceeded maximum DB size');
    return env.LEDGER.prepare(statement);
  },
  batch: <T>(list: D1PreparedStatement[]) => env.LEDGER.batch<T>(list),
});
const withLedger = (pattern: RegExp) => async () => {
  Object.assign(mine, { LEDGER: refusing(pattern) });
  renew();
};
/** Settings and bindings are read once for each `env`. */
const renew = () => {
  mine = { ...mine };
};
const withEnv = (more: object) => async () => {
  Object.assign(mine, more);
  renew();
};
const sourceDay = (daysAgo: number) => {
  const day = at(daysAgo * 24 * 60).slice(0, 10);
  return env.LEDGER.prepare(
    `INSERT INTO source_counts (day, source, kind, reason, count, with_visitor, gap_seconds, first_at, last_at)
     VALUES (?1, 'stripe', 'accepted', '', 4, 4, 7200, ?2, ?3)`,
  ).bind(day, `${day}T08:00:00.000Z`, `${day}T20:00:00.000Z`);
};
const counted = (reason: string, count: number) => () =>
  addWebhookCounts(env.LEDGER, [
    {
      source: 'stripe',
      kind: reason === 'other_table' ? 'ignored' : 'refused',
      reason,
      count,
      firstAt: at(1),
      lastAt: at(0),
    },
  ]);
const genuineAgain = () => arrives('delivered');

interface Fault {
  plant(): Promise<unknown>;
  repair(): Promise<unknown>;
  /** What the alert is called; absent where the alert cannot say it. */
  alert?: string;
  /** Words of the doctor, and of the dashboard. */
  doctor?: RegExp;
  dashboard?: RegExp;
  /** Whether /health answers 503. */
  health?: true;
}

const FAULTS: Record<string, Fault> = {
  'wrong secret': {
    plant: () => post(forged, 6),
    repair: genuineAgain,
    alert: 'refused',
    doctor: /6 were refused|5 were refused/,
    dashboard: /Webhooks are refused/,
  },
  'rotated secret': {
    plant: () =>
      genuineAgain()
        .then(() => pass(2))
        .then(() => post(forged, 6)),
    repair: genuineAgain,
    alert: 'refused',
    doctor: /the last genuine one came at/,
    dashboard: /Webhooks are refused/,
  },
  'revoked DataFast key': {
    plant: async () => {
      world.datafast.failWith({ status: 401 });
      await arrives('waiting');
    },
    repair: async () => {
      world.datafast.failWith(undefined);
      await allArrive();
    },
    alert: 'waiting',
    doctor: /datafast_unauthorized/,
    dashboard: /DataFast refuses the key/,
  },
  'revoked CRM token': {
    plant: async () => {
      world.hubspot.failWith({ status: 401 });
      await arrives('waiting');
    },
    repair: async () => {
      world.hubspot.failWith(undefined);
      await allArrive();
    },
    alert: 'waiting',
    doctor: /hubspot_unauthorized/,
    dashboard: /refuses the key/,
  },
  'cookie lost at one of two sources': {
    plant: async () => {
      await rows(20, 'no_visitor_id');
      await rows(60, 'matched', 'stripe', 60, 20);
      await rows(60, 'matched', 'clerk');
    },
    repair: async () => env.LEDGER.prepare("UPDATE signups SET match = 'matched'").run(),
    alert: 'match_rate',
    doctor: /Most come without the cookie/,
    dashboard: /Fewer signups have a source/,
  },
  'thin events': {
    plant: () => post(thin, 4),
    repair: genuineAgain,
    alert: 'unusable',
    doctor: /Snapshot/,
    dashboard: /Events are of no use/,
  },
  'another table': {
    plant: counted('other_table', 3),
    repair: genuineAgain,
    alert: 'unusable',
    doctor: /auth\.users/,
    dashboard: /Events are of no use/,
  },
  'silent source': {
    plant: () => env.LEDGER.batch([4, 5, 6, 7, 8, 9, 10, 11, 12, 13].map(sourceDay)),
    repair: genuineAgain,
    alert: 'silent',
    doctor: /has sent no signup since/,
    dashboard: /A source is silent/,
  },
  'cron dead': {
    plant: async () => {
      await worker.scheduled(createScheduledController(), mine);
      pass(16);
    },
    doctor: /"name\\":\\"cron\\",\\"status\\":\\"problem/,
    repair: () => worker.scheduled(createScheduledController(), mine),
    health: true,
  },
  'D1 full': {
    plant: withLedger(/INSERT|UPDATE|DELETE/),
    repair: withEnv({ LEDGER: env.LEDGER }),
    alert: 'ledger',
    doctor: /Cannot be written: The database is full/,
  },
  'D1 reads refused': {
    plant: withLedger(/./),
    repair: withEnv({ LEDGER: env.LEDGER }),
    alert: 'ledger',
    doctor: /Cannot be read/,
    health: true,
  },
  'queue growing': {
    plant: () => waits('hubspot_unavailable', 90),
    repair: allArrive,
    alert: 'nothing_delivered',
    doctor: /hubspot_unavailable/,
    dashboard: /Nothing is delivered/,
    health: true,
  },
  'DataFast 402': {
    plant: async () => {
      world.datafast.failWith({ status: 402 });
      await arrives('waiting');
    },
    repair: async () => {
      world.datafast.failWith(undefined);
      await allArrive();
    },
    alert: 'waiting',
    doctor: /datafast_/,
    dashboard: /Signups wait/,
  },
  '429 all day': {
    plant: () => waits('datafast_rate_limited', 40),
    repair: allArrive,
    alert: 'nothing_delivered',
    doctor: /Nothing is delivered/,
    dashboard: /Nothing is delivered/,
  },
  'property deleted in the CRM': {
    plant: async () => {
      world.hubspot.archiveProperty('datafast_channel');
      await arrives('delivered');
    },
    repair: async () => {
      world.hubspot.addProperty({ name: 'datafast_channel', type: 'string', fieldType: 'text' });
      await env.LEDGER.prepare('UPDATE deliveries SET reason = NULL').run();
    },
    alert: 'left_out',
    doctor: /datafast_channel does not exist/,
    dashboard: /Fields are left out/,
  },
  'clock wrong': {
    plant: () => post(() => signed({}, Date.now() - 20 * MINUTE), 6),
    repair: genuineAgain,
    alert: 'refused',
    doctor: /more than five minutes ago/,
    dashboard: /Webhooks are refused/,
  },
  'misspelt setting': {
    plant: withEnv({ REALTIME_REFERER: 'true' }),
    repair: async () => {
      delete mine.REALTIME_REFERER;
      renew();
    },
    alert: 'settings',
    doctor: /REALTIME_REFERER is not a setting/,
    dashboard: /REALTIME_REFERER/,
  },
  'wrong website’s key': {
    plant: () => rows(12, 'not_found'),
    repair: async () => env.LEDGER.prepare("UPDATE signups SET match = 'matched'").run(),
    alert: 'visitor_unknown',
    doctor: /The key is of another website/,
    dashboard: /knows none of the visitors/,
  },
  'cookieless site': {
    plant: () => rows(12, 'no_visitor_id'),
    repair: async () => undefined,
    doctor: /The cookie is never sent along/,
    dashboard: /No signup at all came with the cookie/,
  },
  'alert URL dead': {
    plant: async () => {
      receiverStatus = 404;
      await post(forged, 6);
    },
    repair: async () => {
      receiverStatus = 204;
    },
    doctor: /has not accepted an alert since .*HTTP 404/,
    dashboard: /Webhooks are refused/,
  },
};

/** Minutes until each says it; the table of docs/alerts.md. */
const table: string[] = [];
afterAll(() =>
  console.log(['fault | alert | doctor | dashboard | /health | all-clear', ...table].join('\n')),
);

async function saying({ doctor, dashboard, health }: Fault) {
  const isSaid = async (words: RegExp | undefined, path: string) =>
    words ? words.test(JSON.stringify(await (await ask(path)).text())) : false;
  return {
    doctor: await isSaid(doctor, '/api/doctor'),
    dashboard: await isSaid(dashboard, '/'),
    health: health ? (await ask('/health')).status === 503 : false,
  };
}

it.each(Object.entries(FAULTS))('%s', { timeout: 60_000 }, async (name, fault) => {
  await fault.plant();
  const plantedMs = Date.now();
  const since: Record<string, number | undefined> = {};
  const wanted = Object.keys(fault).filter((key) =>
    ['alert', 'doctor', 'dashboard', 'health'].includes(key),
  );
  const note = (what: string, is: boolean) => {
    if (is) since[what] ??= Math.round((Date.now() - plantedMs) / MINUTE);
  };
  for (let run = 0; run < RUNS && wanted.some((what) => since[what] === undefined); run += 1) {
    const said = await saying(fault);
    for (const [what, is] of Object.entries(said)) note(what, is);
    if (name !== 'cron dead') await worker.scheduled(createScheduledController(), mine);
    note(
      'alert',
      told.some(({ type, data }) => type === 'alert.raised' && data.check === fault.alert),
    );
    pass(5);
  }
  expect(wanted.filter((what) => since[what] === undefined)).toEqual([]);
  if (fault.alert) expect(since.alert).toBeLessThanOrEqual(10);

  await fault.repair();
  const repairedMs = Date.now();
  const isOver = () =>
    told.some(({ type, data }) => type === 'alert.resolved' && data.check === fault.alert);
  for (let run = 0; run < RUNS && fault.alert && !isOver(); run += 1) {
    await worker.scheduled(createScheduledController(), mine);
    if (!isOver()) pass(5);
  }
  if (fault.alert) expect(isOver()).toBe(true);
  expect(
    told.filter(({ type, data }) => type === 'alert.raised' && data.check === fault.alert).length,
  ).toBeLessThanOrEqual(1);
  const minutes = (what: string) => since[what] ?? '–';
  table.push(
    `${name} | ${minutes('alert')} | ${minutes('doctor')} | ${minutes('dashboard')} | ${minutes('health')} | ${fault.alert ? (Date.now() - repairedMs) / MINUTE : '–'}`,
  );
});
