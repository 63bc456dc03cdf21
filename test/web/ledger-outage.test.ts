// When D1 says no: webhooks are accepted, the operator can log in and reads what is wrong, and afterwards everything
// arrives once.
import { createExecutionContext, createMessageBatch, getQueueResult } from 'cloudflare:test';
import { env, exports } from 'cloudflare:workers';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { writeHeartbeat } from '../../src/ledger/heartbeats.ts';
import { worker } from '../worker-under-test.ts';
import { ask, createWorld, send, somebody, type World } from '../world.ts';
import { logIn, ORIGIN, openSession } from './browser-session.ts';

let world: World;
beforeEach(async () => {
  world = await createWorld();
});

const health = () => exports.default.fetch(`${ORIGIN}/health`);
const TABLES = ['signups', 'deliveries', 'heartbeats', 'login_failures'];
const DAILY = "You have exceeded D1's daily limit of rows written on the free tier";

/** As when the rows of a day are used up. Returns the repair. */
async function refuseWrites(message = DAILY): Promise<() => Promise<unknown>> {
  const triggers = TABLES.flatMap((table) =>
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

  it('can be read while only writes are refused', async () => {
    const session = await openSession();
    await refuseWrites();
    expect((await session.get('/')).status).toBe(200);
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
