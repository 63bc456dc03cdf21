// When D1 says no: webhooks are accepted, the operator can log in and reads what is wrong, and afterwards everything
// arrives once.
import {
  createExecutionContext,
  createMessageBatch,
  createScheduledController,
  getQueueResult,
} from 'cloudflare:test';
import { env, exports } from 'cloudflare:workers';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { writeHeartbeat } from '../../src/ledger/heartbeats.ts';
import { recordEntries } from '../../src/ledger/record.ts';
import { worker } from '../worker-under-test.ts';
import { ask, createWorld, send, somebody, type World } from '../world.ts';
import { logIn, ORIGIN, openSession } from './browser-session.ts';

let world: World;
beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() });
  world = await createWorld();
});

afterEach(() => vi.useRealTimers());

const later = (seconds: number) => vi.setSystemTime(Date.now() + seconds * 1000);
const health = () => exports.default.fetch(`${ORIGIN}/health`);
const TABLES = ['signups', 'deliveries', 'heartbeats', 'login_failures'];
const DAILY = "You have exceeded D1's daily limit of rows written on the free tier";

/** As when the rows of a day are used up. Returns the repair. */
async function refuseWrites(message = DAILY): Promise<() => Promise<unknown>> {
  const { results } = await env.LEDGER.prepare(
    `SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '\\_%' ESCAPE '\\'
       AND name NOT LIKE 'sqlite%' AND name NOT LIKE 'd1\\_%' ESCAPE '\\'`,
  ).all<{ name: string }>();
  const triggers = results.flatMap(({ name: table }) =>
    ['INSERT', 'UPDATE', 'DELETE'].map((change) => ({
      name: `no_${table}_${change}`,
      table,
      change,
    })),
  );
  await env.LEDGER.batch(
    triggers.map(({ name, table, change }) =>
      env.LEDGER.prepare(
        `CREATE TRIGGER ${name} BEFORE ${change} ON ${table}
         BEGIN SELECT RAISE(ABORT, '${message.replaceAll("'", "''")}'); END`,
      ),
    ),
  );
  return () =>
    env.LEDGER.batch(triggers.map(({ name }) => env.LEDGER.prepare(`DROP TRIGGER ${name}`)));
}

/** As on a database without its schema. Returns the repair. */
async function refuseReads(): Promise<() => Promise<unknown>> {
  const rename = (from: string, to: string) =>
    env.LEDGER.prepare(`ALTER TABLE ${from} RENAME TO ${to}`);
  await env.LEDGER.batch(TABLES.map((table) => rename(table, `gone_${table}`)));
  return () => env.LEDGER.batch(TABLES.map((table) => rename(`gone_${table}`, table)));
}

const OUTAGES = [
  ['refuses every write', refuseWrites, 'The rows that D1 allows in a day are used up.'],
  ['has no schema', refuseReads, 'The ledger does not have the schema of this version.'],
] as const;

describe.each(OUTAGES)('while the ledger %s', (_, refuse, words) => {
  it('webhooks are accepted', async () => {
    await refuse();
    const person = somebody();
    expect((await send('clerk', person)).status).toBe(200);
  });

  it('the operator can log in, and wrong tokens are counted all the same', async () => {
    await refuse();
    expect((await logIn(env.ADMIN_TOKEN)).status).toBe(303);
    const guess = 'wrong-admin-token-of-32-characters-or-more';
    const statuses: number[] = [];
    for (let attempt = 0; attempt < 6; attempt += 1) statuses.push((await logIn(guess)).status);
    expect(statuses).toEqual([401, 401, 401, 401, 401, 429]);
  });

  it('an export is a file, or says what is wrong: it never breaks off', async () => {
    await refuse();
    const response = await ask('/api/signups?format=csv');
    const text = await response.text();
    if (response.status === 200) expect(text).toMatch(/^id,provider,.*\r\n$/);
    else expect({ status: response.status, text }).toMatchObject({ status: 503 });
    expect(text).toContain(response.status === 200 ? 'id,' : words);
  });

  it('the doctor says what is wrong and what to do', async () => {
    await refuse();
    const report = await (await ask('/api/doctor')).json<{ checks: { name: string }[] }>();
    const [line, ...others] = report.checks.filter(({ name }) => name === 'ledger');
    expect(line).toMatchObject({ status: 'problem', what: expect.stringContaining(words) });
    expect(others).toEqual([]);
  });

  it('/health says 503 and nothing else to strangers, and the reason to the operator', async () => {
    await refuse();
    const response = await health();
    expect(response.status).toBe(503);
    expect(await response.json()).toEqual({ status: 'failing', version: expect.any(String) });
    expect(await (await ask('/health')).json()).toMatchObject({ trouble: [words] });
  });

  it('the log names the cause once, and everything arrives once afterwards', async () => {
    const logged = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const repair = await refuse();
    const at = new Date().toISOString();
    const people = Array.from({ length: 3 }, (_one, index) => ({
      version: 1,
      id: `signup:outage_${index}`,
      source: 'signup',
      email: `outage${index}@example.com`,
      visitorId: world.visitor(),
      occurredAt: at,
      receivedAt: at,
      test: false,
    }));
    const deliver = async (attempts: number) => {
      const messages = people.map((body, index) => ({
        id: String(index),
        timestamp: new Date(),
        attempts,
        body,
      }));
      const batch = createMessageBatch('whence-signups', messages);
      await worker.queue(batch, env);
      return getQueueResult(batch, createExecutionContext());
    };
    for (const attempts of [1, 2, 3]) expect((await deliver(attempts)).explicitAcks).toEqual([]);
    const lines = logged.mock.calls.map(([line]) => String(line));
    expect(lines.filter((line) => line.includes('ledger_failing'))).toEqual([
      expect.stringContaining(words),
    ]);
    logged.mockRestore();

    await repair();
    for (let attempts = 4; attempts < 8; attempts += 1) await deliver(attempts);
    const { results } = await env.LEDGER.prepare('SELECT status FROM signups').all();
    expect(results).toEqual(people.map(() => ({ status: 'delivered' })));
    expect(world.hubspot.contacts()).toHaveLength(3);
  });
});

/** A signup that has arrived. */
async function record(): Promise<void> {
  const at = new Date().toISOString();
  const signup = { id: 'stripe:evt_1', source: 'stripe', email: 'a@example.com' };
  const entry = {
    signup: { ...signup, version: 1 as const, occurredAt: at, receivedAt: at, test: false },
    match: 'no_visitor_id' as const,
    attempts: [{ destination: 'hubspot', status: 'delivered' as const }],
  };
  await recordEntries(env.LEDGER, [entry], at);
}

describe('cron, while the ledger refuses every write', () => {
  it('names the cause in the log, once in words, and says that it works again', async () => {
    const lines: string[] = [];
    for (const level of ['error', 'info'] as const) {
      vi.spyOn(console, level).mockImplementation((line: unknown) => {
        lines.push(String(line));
      });
    }
    const cron = () => worker.scheduled(createScheduledController(), env);
    const repair = await refuseWrites();
    await cron();
    await cron();
    const of = (event: string) => lines.filter((line) => line.includes(`"${event}"`));
    expect(of('ledger_failing')).toEqual([expect.stringContaining('The rows that D1 allows')]);
    for (const event of ['maintenance_failed', 'checks_failed']) {
      expect(of(event).length).toBeGreaterThan(0);
      for (const line of of(event))
        expect(JSON.parse(line)).toMatchObject({ cause: 'daily_limit' });
    }
    expect((await health()).status).toBe(503);
    await repair();
    await cron();
    later(6);
    expect(of('ledger_works_again')).toHaveLength(1);
    expect((await health()).status).toBe(200);
  });
});

describe('the pages', () => {
  it('say in words that the ledger has no schema, and the API too', async () => {
    const session = await openSession();
    await refuseReads();
    const page = await session.get('/');
    expect(page.status).toBe(503);
    expect(page.headers.get('content-type')).toContain('text/html');
    const html = await page.text();
    expect(html).toContain('does not have the schema');
    expect(html).toContain('npx whence-crm setup');
    const answer = await ask('/api/signups');
    expect(answer.status).toBe(503);
    expect(await answer.json()).toMatchObject({
      detail: expect.stringContaining('does not have the schema'),
    });
  });

  it('can be read while only writes are refused, and say so', async () => {
    const session = await openSession();
    await record();
    await refuseWrites();
    later(61);
    const page = await session.get('/');
    expect(page.status).toBe(200);
    const html = await page.text();
    expect(html).toContain('Deliveries stand still');
    expect(html).toContain('The rows that D1 allows in a day are used up.');
    expect(html).toContain('It goes on at 00:00 UTC');
    expect((await session.get('/signups/stripe:evt_1')).status).toBe(200);
    expect(await session.html('/doctor')).toContain('The rows that D1 allows in a day are used up');
  });

  it('that are open say so with the next look, and that it is over', async () => {
    const session = await openSession();
    const { cookie } = session;
    let etag = (await session.get('/')).headers.get('etag') ?? '';
    const poll = () =>
      exports.default.fetch(`${ORIGIN}/`, { headers: { cookie, 'if-none-match': etag } });
    later(61);
    expect((await poll()).status).toBe(304);
    const repair = await refuseWrites();
    later(61);
    const page = await poll();
    expect(await page.text()).toContain('Deliveries stand still');
    etag = page.headers.get('etag') ?? '';
    await repair();
    later(6);
    expect(await (await poll()).text()).not.toContain('Deliveries stand still');
  });

  it('say why nothing was changed, when something is to be written', async () => {
    const session = await openSession();
    await record();
    await refuseWrites();
    const answer = await session.post('/signups/stripe:evt_1/replay');
    expect(answer.status).toBe(503);
    expect(await answer.text()).toContain('The rows that D1 allows in a day are used up.');
    const erased = await session.post('/signups/stripe:evt_1/erase');
    expect(erased.status).toBe(503);
  });

  it('say on a login what is wrong, not that the token is', async () => {
    await refuseReads();
    const session = await openSession();
    expect(await session.html('/')).toContain('does not have the schema');
    expect(await session.html('/doctor')).toContain('does not have the schema');
  });
});

describe('/health', () => {
  const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();

  it.each([
    [14, 200],
    [16, 503],
  ])('with a cron that ran %d minutes ago is %d', async (minutes, status) => {
    await writeHeartbeat(env.LEDGER, 'cron', minutesAgo(minutes), '{}');
    expect((await health()).status).toBe(status);
  });

  it.each([
    ['since 59 minutes', 59, 200],
    ['since 61 minutes', 61, 503],
    ['in a week', -7 * 24 * 60, 200],
  ])('with a delivery that is due %s is right', async (_, minutes, status) => {
    await env.LEDGER.prepare(
      `INSERT INTO deliveries (signup_id, destination, status, attempts, next_attempt_at, updated_at)
       VALUES ('signup:a', 'hubspot', 'waiting', 1, ?1, ?1)`,
    )
      .bind(minutesAgo(minutes))
      .run();
    expect((await health()).status).toBe(status);
  });

  it('is well before cron has run for the first time', async () => {
    const response = await health();
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ status: 'ok', version: expect.any(String) });
  });

  it('is asked a thousand times, the ledger is asked once', async () => {
    let asked = 0;
    const counting: Env = {
      ...env,
      LEDGER: new Proxy(env.LEDGER, {
        get: (ledger, key) => {
          if (key === 'batch') asked += 1;
          const value: unknown = Reflect.get(ledger, key);
          return typeof value === 'function' ? value.bind(ledger) : value;
        },
      }),
    };
    for (let request = 0; request < 1_000; request += 1) {
      const context = createExecutionContext();
      const url = new Request<unknown, IncomingRequestCfProperties>(`${ORIGIN}/health`);
      await worker.fetch(url, counting, context);
    }
    // One look reads, and writes the heartbeat of the probe.
    expect(asked).toBeLessThanOrEqual(4);
  });
});
