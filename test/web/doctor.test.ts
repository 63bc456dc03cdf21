// The doctor as the operator asks it: the real Worker and ledger, both stand-ins.
import { env, exports } from 'cloudflare:workers';
import { beforeEach, describe, expect, it } from 'vitest';
import { type Check, Report } from '../../src/health/report.ts';
import { MIGRATIONS } from '../../src/ledger/health.ts';
import { ask, createWorld, type World } from '../world.ts';

let world: World;
beforeEach(async () => {
  world = await createWorld();
});

async function report() {
  const response = await ask('/api/doctor');
  expect(response.status).toBe(200);
  return Report.parse(await response.json());
}
const named = (checks: readonly Check[], name: string) =>
  checks.filter((check) => check.name === name);

/** A signup of the last hour as the ledger keeps one. */
async function row(
  id: string,
  facts: { status?: string; match?: string; reason?: string; receivedAt?: string },
) {
  const { status = 'delivered', match = 'matched', reason = null } = facts;
  const at = facts.receivedAt ?? new Date(Date.now() - 60_000).toISOString();
  await env.LEDGER.batch([
    env.LEDGER.prepare(
      `INSERT INTO signups (id, source, match, status, occurred_at, received_at, updated_at, signup)
       VALUES (?1, 'stripe', ?2, ?3, ?4, ?4, ?4, '{}')`,
    ).bind(id, match, status, at),
    env.LEDGER.prepare(
      `INSERT INTO deliveries (signup_id, destination, status, attempts, reason, updated_at)
       VALUES (?1, 'hubspot', ?2, 1, ?3, ?4)`,
    ).bind(id, status, reason, new Date().toISOString()),
  ]);
}

describe('the doctor', () => {
  it('is closed to strangers', async () => {
    const response = await exports.default.fetch('https://whence.example/api/doctor');
    expect(response.status).toBe(401);
  });

  it('finds nothing to mend where everything is set up', async () => {
    const { version, checks } = await report();
    expect(version).toMatch(/^\d+\.\d+\.\d+$/);
    expect(checks.filter(({ status }) => status === 'problem')).toEqual([]);
    for (const name of ['settings', 'sources', 'datafast', 'hubspot', 'ledger', 'cron', 'clock']) {
      expect(named(checks, name), name).toHaveLength(1);
    }
    expect(named(checks, 'sources')[0]?.what).toBe('On: stripe, clerk, signup');
  });

  it('writes nothing into the CRM', async () => {
    await report();
    expect(world.hubspot.contacts()).toEqual([]);
    expect(world.hubspot.undocumented).toEqual([]);
  });

  it('asks DataFast once and HubSpot three times', async () => {
    await report();
    expect(world.datafast.requests).toHaveLength(1);
    expect(world.hubspot.requests).toHaveLength(3);
  });

  it('names a DataFast key that is not known', async () => {
    world.datafast.failWith({ status: 401 });
    expect(named((await report()).checks, 'datafast')).toMatchObject([
      { status: 'problem', what: expect.stringContaining('DATAFAST_API_KEY is answered 401') },
    ]);
  });

  it('names the HubSpot scope that is missing', async () => {
    world.hubspot.failWith((request) =>
      request.url.endsWith('/batch/upsert')
        ? {
            status: 403,
            body: {
              category: 'MISSING_SCOPES',
              message: 'no',
              errors: [{ context: { requiredGranularScopes: ['crm.objects.contacts.write'] } }],
            },
          }
        : undefined,
    );
    expect(named((await report()).checks, 'hubspot')).toMatchObject([
      { what: 'HUBSPOT_TOKEN hubspot_scope_missing crm.objects.contacts.write' },
    ]);
  });

  it('names properties that are missing or of another type', async () => {
    world.hubspot.archiveProperty('datafast_channel');
    world.hubspot.addProperty({ name: 'datafast_source', type: 'number', fieldType: 'number' });
    const hubspot = named((await report()).checks, 'hubspot');
    expect(hubspot.map(({ what }) => what)).toEqual([
      'datafast_channel does not exist in HubSpot',
      'datafast_source is a number in HubSpot, and Whence writes a string',
    ]);
    expect(hubspot[0]?.fix).toContain('npm run provision');
  });

  it('says which migrations the ledger lacks', async () => {
    await env.LEDGER.exec("DELETE FROM d1_migrations WHERE name = '0005_refresh.sql'");
    expect(named((await report()).checks, 'ledger')).toMatchObject([
      { status: 'problem', what: 'Lacks 0005_refresh', fix: 'Run npm run migrate.' },
    ]);
  });

  it('answers on an empty database, too', async () => {
    await env.LEDGER.batch(
      ['deliveries', 'signups', 'd1_migrations'].map((table) =>
        env.LEDGER.prepare(`DROP TABLE ${table}`),
      ),
    );
    expect(named((await report()).checks, 'ledger')).toMatchObject([{ what: 'Cannot be read' }]);
  });

  it('counts what the queue has given up on', async () => {
    await row('stripe:1', { status: 'failed', reason: 'gave_up: hubspot_unreachable' });
    await row('stripe:2', { status: 'failed', reason: 'hubspot_400 VALIDATION_ERROR' });
    const letters = named((await report()).checks, 'dead letters');
    expect(letters).toHaveLength(1);
    expect(letters[0]?.what).toMatch(/^1 since .*: gave_up: hubspot_unreachable$/);
  });

  it('tells what waits for the operator from what only waits', async () => {
    const yesterday = new Date(Date.now() - 86_400_000).toISOString();
    await row('stripe:1', { status: 'waiting', reason: 'hubspot_scope_missing crm.objects.x' });
    await row('stripe:2', { status: 'waiting', reason: 'datafast_unauthorized' });
    await row('stripe:3', { status: 'waiting', reason: 'visitor_not_found_yet' });
    await row('stripe:4', { status: 'waiting', reason: 'datafast_503', receivedAt: yesterday });
    const waiting = named((await report()).checks, 'waiting');
    expect(waiting.map(({ status, what }) => [status, what.split(': ')[1]]).sort()).toEqual([
      ['problem', 'datafast_unauthorized'],
      ['problem', 'hubspot_scope_missing crm.objects.x'],
      ['warning', 'datafast_503'],
    ]);
  });

  it('says when the cron last ran, once it has left its mark', async () => {
    const at = new Date(Date.now() - 60_000).toISOString();
    await env.LEDGER.exec(
      'CREATE TABLE IF NOT EXISTS marks (name TEXT PRIMARY KEY, at TEXT, detail TEXT)',
    );
    await env.LEDGER.prepare("INSERT INTO marks (name, at) VALUES ('cron', ?1)").bind(at).run();
    expect(named((await report()).checks, 'cron')).toEqual([
      { name: 'cron', status: 'ok', what: `Ran at ${at}` },
    ]);
    const longAgo = new Date(Date.now() - 86_400_000).toISOString();
    await env.LEDGER.prepare('UPDATE marks SET at = ?1').bind(longAgo).run();
    expect(named((await report()).checks, 'cron')).toMatchObject([{ status: 'problem' }]);
  });

  it('gives the likely cause when a source’s signups come without a visitor ID', async () => {
    for (let n = 0; n < 6; n += 1) await row(`stripe:${n}`, { match: 'no_visitor_id' });
    expect(named((await report()).checks, 'visitor IDs')).toMatchObject([
      {
        status: 'warning',
        what: expect.stringContaining('stripe: of 6 signups 6 without'),
        fix: 'The cookie is never sent along: docs/sources.md#stripe',
      },
    ]);
  });

  it('notices a clock that is wrong', async () => {
    const headers = { date: new Date(Date.now() - 600_000).toUTCString() };
    world.datafast.failWith({ status: 404, headers });
    // One that agrees with us clears us.
    expect(named((await report()).checks, 'clock')).toMatchObject([{ status: 'ok' }]);
    world.hubspot.failWith({ status: 500, headers });
    expect(named((await report()).checks, 'clock')).toMatchObject([
      { status: 'problem', what: expect.stringMatching(/^60\d s off$/) },
    ]);
  });
});

describe('the migrations the code needs', () => {
  it('are those of the folder', () => {
    const files = Object.keys(import.meta.glob('../../migrations/*.sql', { query: '?raw' }));
    const names = files.map((path) => /(\w+)\.sql$/.exec(path)?.[1]);
    expect(new Set(names)).toEqual(new Set(MIGRATIONS));
  });
});
