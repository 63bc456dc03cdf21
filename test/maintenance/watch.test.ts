// What the checks of cron find in a real ledger, and what the operator is told.
import { createScheduledController } from 'cloudflare:test';
import { env, exports } from 'cloudflare:workers';
import { Webhook } from 'standardwebhooks';
import { beforeEach, describe, expect, it } from 'vitest';
import { AlertEvent, Alerts } from '../../src/api/alerts.ts';
import type { LedgerDatabase } from '../../src/ledger/database.ts';
import { addWebhookCounts, type WebhookCount } from '../../src/ledger/source-counts.ts';
import { newLedgerWatch } from '../../src/ledger/watch.ts';
import {
  type LedgerWatchDependencies,
  watchWithLedger,
} from '../../src/maintenance/watch-ledger.ts';
import { sources } from '../../src/sources/index.ts';
import { meter } from '../ledger/meter.ts';
import { worker } from '../worker-under-test.ts';
import { ask, createWorld } from '../world.ts';

const SECRET = 'whsec_YWxlcnQtdGVzdC1zZWNyZXQtb2YtMzItYnl0ZXMtb2s=';
const START = Date.parse('2026-11-26T09:00:00.000Z');
let clock: { ms: number };
let sent: Request[];
/** What the receiver answers. */
let answer: () => Response | Promise<Response>;

beforeEach(async () => {
  await createWorld();
  clock = { ms: START };
  sent = [];
  answer = () => new Response(null, { status: 204 });
});

function open(more: Partial<LedgerWatchDependencies> = {}): LedgerWatchDependencies {
  return {
    ledger: env.LEDGER,
    cache: env.VISITORS,
    receiver: { url: 'https://ops.example.com/alerts?key=1', secrets: [SECRET] },
    problems: [],
    webhookSecrets: new Set(['STRIPE_WEBHOOK_SECRET']),
    sources: [...sources.values()],
    requestsPerInvocation: 50,
    fetch: async (input, init) => {
      sent.push(new Request(input, init));
      return answer();
    },
    now: () => clock.ms,
    ledgerWatch: newLedgerWatch(),
    backlog: async () => 0,
    log: () => undefined,
    ...more,
  };
}

/** So many runs of cron, five minutes apart. */
async function run(times: number, more: Partial<LedgerWatchDependencies> = {}): Promise<void> {
  for (let time = 0; time < times; time += 1) {
    clock.ms += 5 * 60_000;
    await watchWithLedger(open(more));
  }
}

/** What the receiver got: genuine, and in the shape that is documented. */
async function told() {
  return Promise.all(
    sent.map(async (request) => {
      const body = await request.clone().text();
      const { data, type } = AlertEvent.strict().parse(JSON.parse(body));
      return `${type} ${data.check}${data.about ? `:${data.about}` : ''}${data.reminder ? ' again' : ''}`;
    }),
  );
}

const at = (minutesAgo: number) => new Date(clock.ms - minutesAgo * 60_000).toISOString();

interface Row {
  id: string;
  status?: string;
  reason?: string | null;
  match?: string;
  source?: string;
  minutesAgo?: number;
}
async function row({
  id,
  status = 'delivered',
  reason = null,
  match = 'matched',
  source = 'stripe',
  minutesAgo = 1,
}: Row) {
  await env.LEDGER.batch([
    env.LEDGER.prepare(
      `INSERT INTO signups (id, source, match, status, occurred_at, received_at, updated_at, signup)
       VALUES (?1, ?2, ?3, ?4, ?5, ?5, ?5, '{}')
       ON CONFLICT (id) DO UPDATE SET status = excluded.status`,
    ).bind(id, source, match, status, at(minutesAgo)),
    env.LEDGER.prepare(
      `INSERT INTO deliveries (signup_id, destination, status, attempts, reason, next_attempt_at, delivered_at, updated_at)
       VALUES (?1, 'hubspot', ?2, 1, ?3, ?4, iif(?2 = 'delivered', ?4, NULL), ?4)
       ON CONFLICT (signup_id, destination) DO UPDATE SET status = excluded.status, reason = excluded.reason,
         delivered_at = excluded.delivered_at`,
    ).bind(id, status, reason, at(minutesAgo)),
  ]);
}
/** So many signups of a source, one every few minutes, up to now. */
async function many(source: string, count: number, match: string, minutesApart: number) {
  await env.LEDGER.prepare(
    `WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < ?2)
     INSERT INTO signups (id, source, match, status, occurred_at, received_at, updated_at, signup)
     SELECT ?1 || ':many_' || i, ?1, ?3, 'delivered', at, at, at, '{}'
     FROM (SELECT i, strftime('%Y-%m-%dT%H:%M:%fZ', ?4 - i * ?5, 'unixepoch') AS at FROM n)`,
  )
    .bind(source, count, match, clock.ms / 1000, minutesApart * 60)
    .run();
}
const refused = (more: Partial<WebhookCount> = {}): WebhookCount => ({
  source: 'stripe',
  kind: 'refused',
  reason: 'signature_mismatch',
  count: 5,
  firstAt: at(1),
  lastAt: at(1),
  ...more,
});

describe('the operator is told once, and when it is over', () => {
  it.each<[string, Row, string]>([
    [
      'a key that is refused',
      { id: 's:1', status: 'waiting', reason: 'datafast_unauthorized' },
      'waiting:datafast_unauthorized',
    ],
    [
      'a CRM that refuses the key',
      { id: 's:1', status: 'waiting', reason: 'hubspot_unauthorized' },
      'waiting:hubspot_unauthorized',
    ],
    [
      'a standstill',
      { id: 's:1', status: 'waiting', reason: 'hubspot_unavailable', minutesAgo: 31 },
      'nothing_delivered',
    ],
    [
      'a limit that lasts all day',
      { id: 's:1', status: 'waiting', reason: 'datafast_rate_limited', minutesAgo: 31 },
      'nothing_delivered',
    ],
    ['signups that were given up', { id: 's:1', status: 'failed', reason: 'gave_up' }, 'gave_up'],
    [
      'a property that is gone',
      { id: 's:1', reason: 'fields_left_out' },
      'left_out:fields_left_out',
    ],
  ])('%s', async (_, fault, name) => {
    await row(fault);
    await run(6);
    expect(await told()).toEqual([`alert.raised ${name}`]);
    await row({ ...fault, status: 'delivered', reason: null });
    await run(6);
    expect(await told()).toEqual([`alert.raised ${name}`, `alert.resolved ${name}`]);
  });

  it('a wrong secret, until a genuine webhook comes', async () => {
    await addWebhookCounts(env.LEDGER, [refused()]);
    await run(6);
    await addWebhookCounts(env.LEDGER, [refused({ kind: 'ignored', reason: 'renewal', count: 1 })]);
    await run(3);
    expect(await told()).toEqual(['alert.raised refused:stripe', 'alert.resolved refused:stripe']);
  });

  it('genuine events of no use, until a signup comes', async () => {
    const thin = { kind: 'ignored', reason: 'thin_event', count: 3 } as const;
    await addWebhookCounts(env.LEDGER, [refused(thin)]);
    await run(3);
    expect(await told()).toEqual(['alert.raised unusable:stripe']);
    expect(await sent[0]?.clone().text()).toContain('Snapshot');
  });

  it('a setting that is wrong', async () => {
    const problems = [{ key: 'HUBSPOT_TOKEN', problem: 'is not set', fix: 'Set it.' }];
    await run(3, { problems });
    await run(2);
    expect(await told()).toEqual([
      'alert.raised settings:HUBSPOT_TOKEN',
      'alert.resolved settings:HUBSPOT_TOKEN',
    ]);
  });

  it('a cookie that is lost at one of two sources', async () => {
    for (let n = 0; n < 60; n += 1) {
      await row({ id: `clerk:${n}`, source: 'clerk', minutesAgo: n * 60 });
      const isLost = n < 20;
      await row({
        id: `stripe:${n}`,
        match: isLost ? 'no_visitor_id' : 'matched',
        minutesAgo: n * 60,
      });
    }
    await run(3);
    expect(await told()).toEqual(['alert.raised match_rate:stripe']);
    expect(await sent[0]?.clone().text()).toContain('Most come without the cookie.');
  });

  it('a cookie that is lost at a source that seldom sends, and the all-clear', async () => {
    await many('stripe', 900, 'matched', 20);
    await row({ id: 'stripe:newest' });
    await many('clerk', 60, 'matched', 900);
    await env.LEDGER.prepare(
      `UPDATE signups SET match = 'no_visitor_id' WHERE source = 'clerk' AND received_at > ?1`,
    )
      .bind(at(20 * 900))
      .run();
    await run(30);
    expect(await told()).toEqual(['alert.raised match_rate:clerk']);
    await env.LEDGER.prepare("UPDATE signups SET match = 'matched'").run();
    await row({ id: 'stripe:new' });
    await run(12);
    expect(await told()).toEqual([
      'alert.raised match_rate:clerk',
      'alert.resolved match_rate:clerk',
    ]);
  });

  it('the key of another website', async () => {
    for (let n = 0; n < 10; n += 1) await row({ id: `stripe:${n}`, match: 'not_found' });
    await run(3);
    expect(await told()).toEqual(['alert.raised visitor_unknown:stripe']);
  });

  it('a plan that is nearly used up, on the Free plan only', async () => {
    await env.LEDGER.prepare(
      `INSERT INTO source_counts (day, source, kind, reason, count, first_at, last_at)
       VALUES ('2026-11-26', 'stripe', 'accepted', '', 9000, ?1, ?1)`,
    )
      .bind(at(1))
      .run();
    await run(3, { requestsPerInvocation: 1000 });
    expect(await told()).toEqual([]);
    await run(3);
    expect(await told()).toEqual(['alert.raised daily_limit']);
  });

  it('a source that has gone silent', async () => {
    for (let day = 0; day < 20; day += 1) {
      const date = new Date(START - (day + 4) * 86_400_000).toISOString();
      await env.LEDGER.prepare(
        `INSERT INTO source_counts (day, source, kind, reason, count, gap_seconds, first_at, last_at)
         VALUES (?1, 'stripe', 'accepted', '', 3, 7200, ?2, ?3)`,
      )
        .bind(
          date.slice(0, 10),
          `${date.slice(0, 10)}T08:00:00.000Z`,
          `${date.slice(0, 10)}T20:00:00.000Z`,
        )
        .run();
    }
    await run(2);
    expect(await told()).toEqual(['alert.raised silent:stripe']);
  });
});

describe('nobody is told', () => {
  it('of what passes by itself within the hour', async () => {
    await row({ id: 's:1', status: 'waiting', reason: 'hubspot_unavailable', minutesAgo: 10 });
    await row({ id: 's:2', status: 'waiting', reason: 'visitor_not_found_yet', minutesAgo: 10 });
    await run(3);
    expect(sent).toEqual([]);
  });

  it('of signups that wait for an address, or for its verification', async () => {
    await row({ id: 's:1', status: 'waiting', reason: 'email_unverified', minutesAgo: 3000 });
    await row({ id: 's:2', status: 'waiting', reason: 'waiting_for_customer', minutesAgo: 3000 });
    await run(3);
    expect(sent).toEqual([]);
  });

  it('of one signup that waits while others arrive, before an hour is over', async () => {
    await row({ id: 's:1', status: 'waiting', reason: 'hubspot_unavailable', minutesAgo: 35 });
    await row({ id: 's:2', minutesAgo: 1 });
    await run(3);
    expect(sent).toEqual([]);
    clock.ms += 30 * 60_000;
    await row({ id: 's:3', minutesAgo: 1 });
    await run(2);
    expect(await told()).toEqual(['alert.raised waiting:hubspot_unavailable']);
  });

  it('without ALERT_URL: there is no request at all, and the dashboard shows it', async () => {
    await addWebhookCounts(env.LEDGER, [refused()]);
    await run(3, { receiver: undefined });
    expect(sent).toEqual([]);
    const { alerts } = Alerts.parse(await (await ask('/api/alerts')).json());
    expect(alerts).toMatchObject([{ check: 'refused', about: 'stripe', raisedAt: null }]);
    await run(1);
    expect(await told()).toEqual(['alert.raised refused:stripe']);
  });
});

describe('a receiver', () => {
  it('gets a signed event with the address of this Worker, and nothing about a person', async () => {
    await ask('/api/doctor');
    await env.LEDGER.prepare('UPDATE deliveries SET detail = ?1').bind('ada@example.com').run();
    await row({ id: 'stripe:ada@example.com', status: 'waiting', reason: 'datafast_unauthorized' });
    await run(2);
    const [request] = sent;
    const body = (await request?.clone().text()) ?? '';
    const headers = Object.fromEntries(request?.headers ?? []);
    headers['webhook-timestamp'] ??= '';
    // The clock of the test is not the one of the library.
    const signed = new Webhook(SECRET).sign(
      headers['webhook-id'] ?? '',
      new Date(Number(headers['webhook-timestamp']) * 1000),
      body,
    );
    expect(headers['webhook-signature']).toBe(signed);
    expect(headers['webhook-id']).toMatch(/^alert_[\w-]+$/);
    expect(JSON.parse(body)).toMatchObject({
      data: { url: 'https://whence.example/doctor', count: 1 },
    });
    expect(body).not.toContain('ada@');
  });

  it('gets the same ID again while it has not accepted', async () => {
    answer = () => new Response('no', { status: 500 });
    await addWebhookCounts(env.LEDGER, [refused()]);
    await run(4);
    expect(sent).toHaveLength(3);
    expect(new Set(sent.map(({ headers }) => headers.get('webhook-id'))).size).toBe(1);
    answer = () => new Response(null, { status: 200 });
    await run(3);
    expect(sent).toHaveLength(4);
  });

  it.each([429, 302, 404, 410])(
    'that answers %d has not accepted it, and the doctor says so',
    async (status) => {
      answer = () =>
        new Response(null, { status, headers: { location: 'https://elsewhere.example/' } });
      await addWebhookCounts(env.LEDGER, [refused()]);
      await run(3);
      expect(sent).toHaveLength(2);
      const { detail } = (await env.LEDGER.prepare(
        "SELECT detail FROM heartbeats WHERE name = 'alerts'",
      ).first<{ detail: string }>()) ?? { detail: '' };
      expect(detail).toBe(`HTTP ${status}`);
    },
  );

  it('that is away is asked once a run, however much there is to tell', async () => {
    answer = () => Promise.reject(new TypeError('nothing answers'));
    await addWebhookCounts(env.LEDGER, [refused(), refused({ source: 'clerk' })]);
    await row({ id: 's:1', status: 'failed', reason: 'gave_up' });
    await run(2);
    expect(sent).toHaveLength(1);
  });

  it.each([
    ['https://hooks.slack.com/services/T/B/x', 'text'],
    ['https://discord.com/api/webhooks/1/x', 'content'],
    ['https://a.environment.api.powerplatform.com/x', 'attachments'],
  ])('at %s gets the shape of its service, unsigned', async (url, key) => {
    await addWebhookCounts(env.LEDGER, [refused()]);
    await run(2, { receiver: { url, secrets: [SECRET] } });
    const body: object = (await sent[0]?.clone().json()) ?? {};
    expect(Object.keys(body)).toContain(key);
    expect(sent[0]?.headers.get('webhook-signature')).toBeNull();
    expect(JSON.stringify(body).replaceAll('\\', '')).toContain('Webhooks are refused: stripe');
  });
});

describe('a ledger that does not work', () => {
  const broken = (isBroken: (statement: string) => boolean): LedgerDatabase => ({
    prepare: (statement) => {
      if (isBroken(statement)) throw new Error('D1_ERROR: exceeded');
      return env.LEDGER.prepare(statement);
    },
    batch: (statements) => env.LEDGER.batch(statements),
  });

  it.each<[string, (statement: string) => boolean]>([
    ['that cannot be read', () => true],
    ['that cannot be written', (statement) => /INSERT|UPDATE|DELETE/.test(statement)],
  ])('%s is told once, with an all-clear', async (_, isBroken) => {
    await run(4, { ledger: broken(isBroken) });
    expect(await told()).toEqual(['alert.raised ledger']);
    await run(3);
    expect(await told()).toEqual(['alert.raised ledger', 'alert.resolved ledger']);
  });

  it('makes no second alert of what was known before', async () => {
    await addWebhookCounts(env.LEDGER, [refused()]);
    await run(2);
    await run(2, { ledger: broken(() => true) });
    await run(3);
    expect(await told()).toEqual([
      'alert.raised refused:stripe',
      'alert.raised ledger',
      'alert.resolved ledger',
    ]);
  });
});

describe('cron', () => {
  it.each([
    ['at any time', START + 5 * 60_000],
    ['once an hour', START - 5 * 60_000],
  ])('reads a part of a large ledger %s, in few queries', async (_, ms) => {
    clock.ms = ms;
    await many('stripe', 5_000, 'matched', 2);
    await row({ id: 'stripe:newest' });
    let statements = 0;
    const { ledger, billed } = meter();
    await run(1, {
      ledger: {
        ...ledger,
        prepare(statement) {
          statements += 1;
          return ledger.prepare(statement);
        },
      },
    });
    expect(statements).toBeLessThanOrEqual(12);
    expect(billed.read).toBeLessThan(ms > START ? 500 : 2_000);
  });

  it('checks in the Worker itself', async () => {
    await addWebhookCounts(env.LEDGER, [
      refused({ firstAt: new Date().toISOString(), lastAt: new Date().toISOString() }),
    ]);
    await worker.scheduled(createScheduledController(), env);
    await worker.scheduled(createScheduledController(), env);
    const { alerts } = Alerts.parse(await (await ask('/api/alerts')).json());
    expect(alerts).toMatchObject([{ check: 'refused', about: 'stripe' }]);
  });

  it('shows its alerts to callers only', async () => {
    const response = await exports.default.fetch('https://whence.example/api/alerts');
    expect(response.status).toBe(401);
  });
});
