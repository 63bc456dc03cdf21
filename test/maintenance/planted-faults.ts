// Faults as they happen: a provider with another secret, a service that refuses, an app that loses the cookie, a
// platform that stands still. Each knows what goes on meanwhile, and its repair.
import { env } from 'cloudflare:workers';
import { changed } from '../../samples/sample.ts';
import type { Stage } from './fault-stage.ts';

export interface Fault {
  /** How it is planted, for the table. */
  how: string;
  /** What came before it. */
  before?(stage: Stage): Promise<void>;
  plant(stage: Stage): Promise<unknown>;
  /** What comes every few minutes, from the planting on; signups, if it is not said. `isRepaired`: after the repair. */
  traffic?(stage: Stage, isRepaired: boolean): Promise<unknown>;
  /** Minutes between two of them; 2 if it is not said. */
  everyMinutes?: number;
  /** Minutes between two looks; 1 if it is not said. */
  lookMinutes?: number;
  /** Absent where nothing has to be repaired. */
  repair?(stage: Stage): Promise<unknown>;
  /** What the alert is called; absent where there is none. */
  alert?: string;
  /** Words of the doctor, and of the dashboard. */
  doctor: RegExp;
  dashboard: RegExp;
  /** Whether /health answers 503. */
  health?: true;
}

const OTHER_SECRET = 'whsec_YW5vdGhlci1zdHJpcGUtc2VjcmV0LW9mLTMyLWJ5dGVz';
const SUPABASE = { source: 'supabase', secret: 'supabase-webhook-secret-of-the-tests' };

const refuses = (status: number, headers: Record<string, string> = {}) => ({
  datafast: async ({ world }: Stage) => world.datafast.failWith({ status, headers }),
  hubspot: async ({ world }: Stage) => world.hubspot.failWith({ status, headers }),
});
const works = async ({ world }: Stage) => {
  world.datafast.failWith(undefined);
  world.hubspot.failWith(undefined);
};
const signups = async (stage: Stage, count: number, sources: readonly string[], minutes = 1) => {
  for (let n = 0; n < count; n += 1) {
    for (const source of sources) await stage.signUp(source);
    await stage.skip(minutes);
  }
};

/** D1 refuses every write, as when it is full. */
async function refuseWrites(): Promise<void> {
  const { results } = await env.LEDGER.prepare(
    "SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE '%VIRTUAL%' AND name GLOB '[a-z]*' AND name NOT LIKE 'sqlite%' AND name NOT LIKE 'd1%'",
  ).all<{ name: string }>();
  await env.LEDGER.batch(
    results.flatMap(({ name }) =>
      ['INSERT', 'UPDATE', 'DELETE'].map((change) =>
        env.LEDGER.prepare(
          `CREATE TRIGGER full_${name}_${change} BEFORE ${change} ON ${name}
           BEGIN SELECT RAISE(ABORT, 'exceeded maximum DB size'); END`,
        ),
      ),
    ),
  );
}
async function takeWrites(): Promise<void> {
  const { results } = await env.LEDGER.prepare(
    "SELECT name FROM sqlite_master WHERE type = 'trigger' AND name GLOB 'full_*'",
  ).all<{ name: string }>();
  await env.LEDGER.batch(results.map(({ name }) => env.LEDGER.prepare(`DROP TRIGGER ${name}`)));
}
const DAILY = "D1_ERROR: You have exceeded D1's daily limit of rows read on the free tier";
const refusingLedger = {
  prepare() {
    throw new Error(DAILY);
  },
  async batch() {
    throw new Error(DAILY);
  },
};

export const FAULTS: Readonly<Record<string, Fault>> = {
  'wrong secret': {
    how: 'The secret on the Worker is another one from the beginning.',
    plant: (stage) => stage.set({ STRIPE_WEBHOOK_SECRET: OTHER_SECRET }),
    repair: (stage) => stage.set({ STRIPE_WEBHOOK_SECRET: env.STRIPE_WEBHOOK_SECRET }),
    alert: 'refused',
    doctor: /were refused, none was genuine/,
    dashboard: /Webhooks are refused/,
  },
  'rotated secret': {
    how: 'The provider signs with a new secret from now on.',
    before: (stage) => signups(stage, 3, ['stripe']),
    plant: async () => undefined,
    traffic: (stage) => stage.post({ secret: OTHER_SECRET }),
    repair: (stage) => stage.set({ STRIPE_WEBHOOK_SECRET: OTHER_SECRET }),
    alert: 'refused',
    doctor: /the last genuine one came at/,
    dashboard: /Webhooks are refused/,
  },
  'revoked DataFast key': {
    how: 'DataFast answers 401.',
    before: (stage) => signups(stage, 3, ['stripe']),
    plant: refuses(401).datafast,
    repair: works,
    alert: 'waiting',
    doctor: /datafast_unauthorized/,
    dashboard: /DataFast refuses the key/,
  },
  'revoked CRM token': {
    how: 'HubSpot answers 401.',
    before: (stage) => signups(stage, 3, ['stripe']),
    plant: refuses(401).hubspot,
    repair: works,
    alert: 'waiting',
    doctor: /hubspot_unauthorized/,
    dashboard: /HubSpot refuses the key/,
  },
  'DataFast 402': {
    how: 'DataFast answers 402: the plan has ended.',
    before: (stage) => signups(stage, 3, ['stripe']),
    plant: refuses(402).datafast,
    repair: works,
    alert: 'waiting',
    doctor: /datafast_request_refused|datafast_forbidden/,
    dashboard: /DataFast refuses the request|DataFast does not allow/,
  },
  '429 all day': {
    how: 'DataFast answers every request with 429.',
    before: (stage) => signups(stage, 3, ['stripe']),
    plant: refuses(429, { 'retry-after': '60' }).datafast,
    everyMinutes: 10,
    repair: works,
    alert: 'nothing_delivered',
    doctor: /Nothing is delivered/,
    dashboard: /DataFast allows no more requests/,
  },
  'CRM down': {
    how: 'HubSpot answers every request with 503.',
    before: (stage) => signups(stage, 3, ['stripe']),
    plant: refuses(503).hubspot,
    everyMinutes: 10,
    repair: works,
    alert: 'nothing_delivered',
    doctor: /Nothing is delivered/,
    dashboard: /HubSpot/,
  },
  'cookie lost at one of two sources': {
    how: 'Clerk’s signups come without the cookie, Stripe’s with it.',
    before: (stage) => signups(stage, 40, ['stripe', 'clerk'], 3),
    plant: async () => undefined,
    traffic: async (stage, isRepaired) => {
      await stage.signUp('stripe');
      await (isRepaired ? stage.signUp('clerk') : stage.post({ source: 'clerk' }));
    },
    everyMinutes: 3,
    repair: async () => undefined,
    alert: 'match_rate',
    doctor: /Most come without the cookie/,
    dashboard: /Most come without the cookie/,
  },
  'cookieless site': {
    how: 'No signup has ever had a visitor ID.',
    plant: async () => undefined,
    traffic: (stage) => stage.post(),
    doctor: /The cookie is never sent along/,
    dashboard: /came with the cookie|without the cookie/,
  },
  'wrong website’s key': {
    how: 'DataFast knows none of the visitors.',
    plant: async () => undefined,
    traffic: (stage, isRepaired) =>
      isRepaired ? stage.signUp() : stage.post({ person: { visitorId: crypto.randomUUID() } }),
    repair: async () => undefined,
    alert: 'visitor_unknown',
    doctor: /The key is of another website/,
    dashboard: /DataFast does not know|knows none of the visitors/,
  },
  'thin events': {
    how: 'Stripe’s endpoint sends thin events.',
    plant: async () => undefined,
    traffic: (stage, isRepaired) =>
      isRepaired
        ? stage.signUp()
        : stage.post({
            change: (payload) =>
              JSON.stringify({
                id: JSON.parse(payload).id,
                object: 'v2.core.event',
                type: 'v1.checkout.session.completed',
                livemode: true,
              }),
          }),
    repair: async () => undefined,
    alert: 'unusable',
    doctor: /Snapshot/,
    dashboard: /Events are of no use/,
  },
  'another table': {
    how: 'Supabase’s trigger stands on another table.',
    plant: (stage) => stage.set({ SUPABASE_WEBHOOK_SECRET: SUPABASE.secret }),
    traffic: (stage, isRepaired) =>
      stage.post({
        ...SUPABASE,
        person: { userId: crypto.randomUUID() },
        change: (payload) =>
          isRepaired ? payload : changed(payload, { schema: 'public', table: 'profiles' }),
      }),
    repair: async () => undefined,
    alert: 'unusable',
    doctor: /auth\.users/,
    dashboard: /Events are of no use/,
  },
  'silent source': {
    how: 'After eight days with a signup every two hours, nothing comes.',
    before: (stage) => signups(stage, 96, ['clerk'], 120),
    plant: async () => undefined,
    traffic: async (stage, isRepaired) => (isRepaired ? stage.signUp('clerk') : undefined),
    repair: async () => undefined,
    lookMinutes: 15,
    everyMinutes: 15,
    alert: 'silent',
    doctor: /has sent no signup since/,
    dashboard: /A source is silent/,
  },
  'cron dead': {
    how: 'The platform runs cron no more.',
    before: (stage) => signups(stage, 3, ['stripe']),
    plant: async ({ platform }) => {
      platform.runsCron = false;
    },
    repair: async ({ platform }) => {
      platform.runsCron = true;
    },
    alert: 'cron',
    doctor: /"name":"cron","status":"problem/,
    dashboard: /Cron last ran at/,
    health: true,
  },
  'queue growing': {
    how: 'The platform delivers nothing from the queue.',
    before: (stage) => signups(stage, 3, ['stripe']),
    plant: async ({ platform }) => {
      platform.delivers = false;
    },
    repair: async ({ platform }) => {
      platform.delivers = true;
    },
    alert: 'queue',
    doctor: /The queue stands still/,
    dashboard: /The queue stands still/,
  },
  'D1 full': {
    how: 'D1 refuses every write.',
    before: (stage) => signups(stage, 3, ['stripe']),
    plant: refuseWrites,
    repair: takeWrites,
    alert: 'ledger',
    doctor: /Cannot be written: The database is full/,
    dashboard: /The database is full/,
    health: true,
  },
  'D1 reads refused': {
    how: 'D1 refuses every query: the rows of the day are used up.',
    before: (stage) => signups(stage, 3, ['stripe']),
    plant: (stage) => stage.set({ LEDGER: refusingLedger }),
    repair: (stage) => stage.set({ LEDGER: env.LEDGER }),
    alert: 'ledger',
    doctor: /Cannot be read: The rows that D1 allows/,
    dashboard: /The rows that D1 allows/,
    health: true,
  },
  'property deleted in the CRM': {
    how: 'Somebody archives datafast_channel in HubSpot.',
    before: (stage) => signups(stage, 3, ['stripe']),
    plant: async ({ world }) => world.hubspot.archiveProperty('datafast_channel'),
    repair: async ({ world }) =>
      world.hubspot.addProperty({ name: 'datafast_channel', type: 'string', fieldType: 'text' }),
    alert: 'left_out',
    doctor: /datafast_channel does not exist/,
    dashboard: /Fields are left out/,
  },
  'clock wrong': {
    how: 'The sender’s clock is twenty minutes late.',
    plant: async () => undefined,
    traffic: (stage, isRepaired) =>
      isRepaired ? stage.signUp() : stage.post({ at: new Date(Date.now() - 20 * 60_000) }),
    repair: async () => undefined,
    alert: 'refused',
    doctor: /more than five minutes ago/,
    dashboard: /Webhooks are refused/,
  },
  'misspelt setting': {
    how: 'REALTIME_REFERER is set.',
    plant: (stage) => stage.set({ REALTIME_REFERER: 'true' }),
    repair: (stage) => stage.set({ REALTIME_REFERER: undefined }),
    alert: 'settings',
    doctor: /REALTIME_REFERER is not a setting/,
    dashboard: /REALTIME_REFERER/,
  },
  'alert URL dead': {
    how: 'The receiver answers 404, and a secret is wrong.',
    before: async ({ receiver }) => {
      receiver.status = 404;
    },
    plant: (stage) => stage.set({ STRIPE_WEBHOOK_SECRET: OTHER_SECRET }),
    doctor: /has not accepted an alert since .*HTTP 404/,
    dashboard: /Webhooks are refused/,
  },
};
