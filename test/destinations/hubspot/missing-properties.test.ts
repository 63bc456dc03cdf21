// A portal without its properties: the Worker creates them once. Where HubSpot refuses, its words are kept, and the fix
// speaks of the cause.
import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import { fields } from '../../../src/destinations/fields.ts';
import { checkLedger } from '../../../src/health/check-ledger.ts';
import { readLedgerHealth } from '../../../src/ledger/health.ts';
import { onlyOn } from '../../../stand-ins/hubspot/failures.ts';
import { openConsumer } from '../../delivery/consumer.ts';
import { contactsOf, NOON, signup } from '../people.ts';
import { portal } from '../portal.ts';

const LIMIT = 'You have reached the limit of 10 custom properties.';
const WITHOUT_SCHEMAS = ['crm.objects.contacts.read', 'crm.objects.contacts.write'];
const ours = (standIn: ReturnType<typeof portal>['standIn']) =>
  standIn.properties().filter(({ groupName }) => groupName === 'datafast');
const people = (count: number) =>
  contactsOf(
    ...Array.from({ length: count }, (_, index) => signup({ email: `p${index}@example.com` })),
  );

/** HubSpot's answer to the creation of properties. */
const REFUSALS = [
  [
    'a plan with no room, said of each property',
    { status: 207, body: { errors: [{ category: 'LIMIT_EXCEEDED', message: 'At most 10.' }] } },
    { code: 'plan_limit', key: 'datafast', fix: /plan/, words: 'LIMIT_EXCEEDED At most 10.' },
    'property_limit',
  ],
  [
    'a plan with no room, said of the whole request',
    {
      status: 400,
      body: { category: 'VALIDATION_ERROR', message: 'Upgrade to create more properties.' },
    },
    {
      code: 'plan_limit',
      key: 'datafast',
      fix: /plan/,
      words: 'HTTP 400 VALIDATION_ERROR Upgrade to create more properties.',
    },
    'property_limit',
  ],
  [
    'a plan that must be paid',
    { status: 402, body: { message: 'Payment required.' } },
    { code: 'plan_limit', key: 'datafast', fix: /plan/, words: 'HTTP 402 Payment required.' },
    'property_limit',
  ],
  [
    'a key that may not',
    { status: 403, body: { message: 'This user has no access to settings.' } },
    {
      code: 'forbidden',
      key: 'HUBSPOT_TOKEN',
      fix: /crm\.schemas\.contacts\.write/,
      words: 'HTTP 403 This user has no access to settings.',
    },
    'property_missing',
  ],
  [
    'a name that is taken',
    {
      status: 409,
      body: {
        category: 'OBJECT_ALREADY_EXISTS',
        message: "A property named 'datafast_source' already exists.",
      },
    },
    {
      code: 'name_taken',
      key: 'datafast_source',
      fix: /[Rr]ename or delete/,
      words: 'already exists',
    },
    'property_name_taken',
  ],
  [
    'a name that is reserved, said of one property',
    {
      status: 207,
      body: { errors: [{ message: 'datafast_visits is reserved.', context: { name: ['x'] } }] },
    },
    { code: 'name_taken', key: 'datafast_visits', fix: /[Rr]ename or delete/, words: 'reserved' },
    'property_name_taken',
  ],
  [
    'something else',
    {
      status: 400,
      body: {
        category: 'VALIDATION_ERROR',
        message: 'no',
        errors: [{ code: 'INVALID_GROUP', message: 'The group is odd.' }],
      },
    },
    {
      code: 'refused',
      key: 'datafast',
      fix: /HubSpot names/,
      words: 'INVALID_GROUP no The group is odd.',
    },
    'property_not_created',
  ],
] as const;

describe.each(REFUSALS)(
  'properties that HubSpot does not create for %s',
  (_, answer, said, code) => {
    it('are reported with HubSpot’s words, and the fix speaks of the cause', async () => {
      const { standIn, destination } = portal();
      standIn.failWith(onlyOn('batch/create', answer));
      const [problem] = (await destination.prepare()).problems;
      expect(problem).toMatchObject({ code: said.code, key: said.key });
      expect(problem?.problem).toContain(said.words);
      expect(problem?.fix).toMatch(said.fix);
      expect(problem?.fix).not.toMatch(/address|answers there/);
    });

    it('keep signups waiting, and the reason has HubSpot’s words', async () => {
      const { standIn, destination } = portal();
      standIn.failWith(onlyOn('batch/create', answer));
      const outcomes = await destination.upsert(people(3));
      for (const outcome of outcomes) {
        expect(outcome).toMatchObject({
          status: 'retry',
          afterSeconds: 600,
          reason: {
            code: `hubspot_${code}`,
            detail: expect.stringMatching(/^PROPERTY_DOESNT_EXIST datafast_/),
          },
        });
        expect(outcome.reason?.detail).toContain(said.words);
      }
      expect(standIn.contacts()).toEqual([]);
    });
  },
);

describe.each(['2026-03', '2026-09'])('a bare portal, API %s', (version) => {
  it('gets its properties from the first signups, and they arrive whole', async () => {
    const { standIn, destination } = portal({}, version);
    const outcomes = await destination.upsert(people(40));
    for (const outcome of outcomes) {
      expect(outcome).toMatchObject({ status: 'delivered' });
      expect(outcome).not.toHaveProperty('reason');
    }
    expect(ours(standIn)).toHaveLength(fields.length);
    expect(standIn.contacts()).toHaveLength(40);
    expect(await destination.check()).toEqual([]);
    expect(standIn.undocumented).toEqual([]);
  });

  it('gets them once: later signups cost what they always cost', async () => {
    const { standIn, destination } = portal({}, version);
    await destination.upsert(people(1));
    standIn.forgetRequests();
    await destination.upsert(people(5));
    expect(standIn.requests).toHaveLength(2);
  });
});

describe('a bare portal', () => {
  it('whose token may not create properties waits, with the scope in the reason', async () => {
    const { destination } = portal({ scopes: WITHOUT_SCHEMAS });
    expect(await destination.upsert(people(1))).toMatchObject([
      {
        status: 'retry',
        afterSeconds: 600,
        reason: {
          code: 'hubspot_property_missing',
          detail: expect.stringMatching(
            /^PROPERTY_DOESNT_EXIST datafast_.*crm\.schemas\.contacts\.write/,
          ),
        },
      },
    ]);
  });

  it('that refuses is asked once in ten minutes, however many signups come, and then again', async () => {
    let now = Date.parse(NOON);
    const { standIn, destination } = portal({ now: () => now, maxCustomProperties: 0 });
    const creations = () =>
      standIn.requests.filter(({ path }) => path.endsWith('batch/create')).length;
    for (let batch = 0; batch < 5; batch += 1) {
      const outcomes = await destination.upsert(people(3));
      expect(outcomes[2]).toMatchObject({ reason: { code: 'hubspot_property_limit' } });
      now += 60_000;
    }
    expect(creations()).toBe(1);
    now += 600_000;
    await destination.upsert(people(3));
    expect(creations()).toBe(2);
  });

  it('with room for some properties only gets these, and says what the plan allows', async () => {
    const { standIn, destination } = portal({ maxCustomProperties: 5 });
    const [outcome] = await destination.upsert(people(1));
    expect(ours(standIn)).toHaveLength(5);
    // Both markers are among the first five, so nothing has to wait.
    expect(outcome).toMatchObject({ status: 'delivered', reason: { code: 'fields_left_out' } });
    const { problems } = await destination.prepare();
    expect(problems).toHaveLength(1 + fields.length - 5);
    for (const problem of problems) expect(problem.fix).toContain('plan');
  });

  it('that has its properties by the time they are wanted gets the signups at once', async () => {
    const { standIn, destination, open } = portal();
    // HubSpot's own, which some portals lack. It is no obstacle.
    standIn.removeProperty('hs_facebook_click_id');
    let isFirst = true;
    standIn.failWith(async (request) => {
      if (isFirst && request.method === 'GET' && request.url.endsWith('/contacts')) {
        isFirst = false;
        await open().prepare();
      }
      return undefined;
    });
    expect(await destination.upsert(people(2))).toMatchObject([
      { status: 'delivered' },
      { status: 'delivered' },
    ]);
  });

  it('that cannot be asked for its properties now is asked with the next batch', async () => {
    const { standIn, destination } = portal();
    standIn.failWith(onlyOn('/contacts', { status: 503 }));
    expect(await destination.upsert(people(1))).toMatchObject([{ status: 'retry' }]);
    standIn.failWith(undefined);
    expect(await destination.upsert(people(1))).toMatchObject([{ status: 'delivered' }]);
  });

  it('with an archived property that protects others does not get it back by itself', async () => {
    const { standIn, destination } = portal();
    await destination.prepare();
    standIn.archiveProperty('datafast_visitor_id');
    expect(await destination.upsert(people(1))).toMatchObject([
      { status: 'retry', afterSeconds: 600, reason: { code: 'hubspot_property_missing' } },
    ]);
    expect(standIn.properties().map(({ name }) => name)).not.toContain('datafast_visitor_id');
  });
});

describe('the doctor', () => {
  it('has HubSpot’s words and the fix for their cause, from the ledger', async () => {
    const consumer = await openConsumer(Date.parse(NOON));
    for (const { property } of fields) consumer.world.hubspot.removeProperty(property);
    consumer.world.hubspot.failWith(
      onlyOn('batch/create', { status: 400, body: { message: LIMIT } }),
    );
    await consumer.run([consumer.signup()]);
    const checks = await checkLedger(
      () => readLedgerHealth(env.LEDGER, consumer.nowMs),
      consumer.nowMs,
    );
    expect(checks.filter(({ name }) => name === 'waiting')).toMatchObject([
      {
        status: 'problem',
        what: expect.stringContaining(LIMIT),
        fix: expect.stringContaining('a plan with more of them'),
      },
    ]);
  });
});
