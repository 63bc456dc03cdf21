// The doctor as the operator asks it: the real Worker and ledger, both stand-ins.
import { createScheduledController } from 'cloudflare:test';
import { env, exports } from 'cloudflare:workers';
import { beforeEach, describe, expect, it } from 'vitest';
import { DoctorReport } from '../../src/api/doctor.ts';
import type { Check } from '../../src/health/report.ts';
import { MIGRATIONS } from '../../src/ledger/health.ts';
import { worker } from '../worker-under-test.ts';
import { ask, createWorld, type World } from '../world.ts';

let world: World;
beforeEach(async () => {
  world = await createWorld();
});

async function report() {
  const response = await ask('/api/doctor');
  expect(response.status).toBe(200);
  return DoctorReport.parse(await response.json());
}
const named = (checks: readonly Check[], name: string) =>
  checks.filter((check) => check.name === name);

/** A signup of the last hour as the ledger keeps one. */
async function row(
  id: string,
  other: { status?: string; match?: string; reason?: string; lastReason?: string },
) {
  const { status = 'delivered', match = 'matched', reason = null, lastReason = null } = other;
  const at = new Date(Date.now() - 60_000).toISOString();
  await env.LEDGER.batch([
    env.LEDGER.prepare(
      `INSERT INTO signups (id, source, match, status, occurred_at, received_at, updated_at, signup)
       VALUES (?1, 'stripe', ?2, ?3, ?4, ?4, ?4, '{}')`,
    ).bind(id, match, status, at),
    env.LEDGER.prepare(
      `INSERT INTO deliveries (signup_id, destination, status, attempts, reason, last_reason, updated_at)
       VALUES (?1, 'hubspot', ?2, 1, ?3, ?4, ?5)`,
    ).bind(id, status, reason, lastReason, new Date().toISOString()),
  ]);
}

describe('the doctor', () => {
  it('is closed to strangers', async () => {
    const response = await exports.default.fetch('https://whence.example/api/doctor');
    expect(response.status).toBe(401);
  });

  it('finds nothing to fix where everything is set up', async () => {
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

  it('asks a few times only, also where live answers can be looked at', async () => {
    await report();
    expect(world.datafast.requests).toHaveLength(3);
    expect(world.hubspot.requests).toHaveLength(5);
    world.datafast.forgetRequests();
    for (let n = 0; n < 9; n += 1) {
      await row(`stripe:${n}`, {});
      await env.LEDGER.prepare('UPDATE signups SET visitor_id = ?2 WHERE id = ?1')
        .bind(`stripe:${n}`, world.visitor())
        .run();
    }
    await report();
    expect(world.datafast.requests.length).toBeLessThanOrEqual(7);
  });

  it('holds live answers against what the code expects, by the newest signups', async () => {
    const visitorId = world.visitor({ adClickIds: { gclid: 'a-secret-click' } });
    world.hubspot.addContact({ email: 'ada@example.com' });
    await row('stripe:1', {});
    await env.LEDGER.prepare("UPDATE signups SET visitor_id = ?1, email = 'ada@example.com'")
      .bind(visitorId)
      .run();
    const { checks } = await report();
    expect(named(checks, 'datafast answers').map(({ what }) => what)).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^Get visitor: \d+ keys in 1 answer, as expected$/),
        'adClickIds: gclid',
      ]),
    );
    expect(named(checks, 'hubspot answers')).toMatchObject([
      { status: 'ok', what: expect.stringMatching(/^Read contacts: .* as expected$/) },
      { status: 'ok', what: expect.stringMatching(/^Read property: .* as expected$/) },
    ]);
    expect(JSON.stringify(checks)).not.toMatch(/a-secret-click|ada@example/);
    expect(world.hubspot.undocumented).toEqual([]);
  });

  it('names a DataFast key that is not known', async () => {
    world.datafast.failWith({ status: 401 });
    expect(named((await report()).checks, 'datafast')).toMatchObject([
      { status: 'problem', what: expect.stringContaining('DATAFAST_API_KEY gets the answer 401') },
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
      { what: expect.stringMatching(/^HUBSPOT_TOKEN .*crm\.objects\.contacts\.write/) },
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
    expect(hubspot[0]?.fix).toContain('npx whence-crm provision');
  });

  it('says which migrations the ledger lacks', async () => {
    const last = MIGRATIONS.at(-1) ?? '';
    await env.LEDGER.prepare('DELETE FROM d1_migrations WHERE name = ?1').bind(`${last}.sql`).run();
    expect(named((await report()).checks, 'ledger')).toMatchObject([
      { status: 'problem', what: `Lacks ${last}`, fix: 'Run npx whence-crm setup.' },
    ]);
  });

  it('answers on an empty database, too', async () => {
    await env.LEDGER.batch(
      ['deliveries', 'signups', 'd1_migrations'].map((table) =>
        env.LEDGER.prepare(`DROP TABLE ${table}`),
      ),
    );
    expect(named((await report()).checks, 'ledger')).toMatchObject([
      { what: 'Cannot be read: The ledger does not have the schema of this version.' },
    ]);
  });

  it('reads from the ledger what was given up, what waits, and how visitor IDs arrive', async () => {
    const gaveUp = { status: 'failed', reason: 'gave_up', lastReason: 'hubspot_unreachable' };
    await row('stripe:1', gaveUp);
    await row('stripe:2', { status: 'failed', reason: 'hubspot_refused' });
    await row('stripe:3', { status: 'waiting', reason: 'datafast_unauthorized' });
    await row('stripe:4', { status: 'waiting', reason: 'visitor_not_found_yet' });
    for (let n = 5; n < 15; n += 1) await row(`stripe:${n}`, { match: 'no_visitor_id' });
    const { checks } = await report();
    const letters = named(checks, 'dead letters');
    expect(letters.map(({ what }) => what)).toEqual([
      expect.stringMatching(/^1 since .*: hubspot_unreachable$/),
    ]);
    expect(named(checks, 'waiting')).toMatchObject([
      { status: 'problem', what: expect.stringMatching(/^1 since .*: datafast_unauthorized$/) },
    ]);
    expect(named(checks, 'visitor IDs')).toMatchObject([
      {
        status: 'warning',
        what: expect.stringContaining('stripe: 14 signups, 10 without a visitor ID'),
        fix: 'The cookie is not always sent along: docs/sources.md#stripe',
      },
    ]);
  });

  it('says when cron last ran', async () => {
    expect(named((await report()).checks, 'cron')).toMatchObject([{ status: 'warning' }]);
    await worker.scheduled(createScheduledController(), env);
    expect(named((await report()).checks, 'cron')).toMatchObject([
      { status: 'ok', what: expect.stringMatching(/^Ran at 20/) },
    ]);
  });

  it('notices a clock that is wrong', async () => {
    const headers = { date: new Date(Date.now() - 600_000).toUTCString() };
    world.datafast.failWith({ status: 404, headers });
    // HubSpot agrees with our clock.
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
