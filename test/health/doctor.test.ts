// The doctor's report, line by line: what each finding says, and whether a person has to act.
import { describe, expect, it } from 'vitest';
import type { ShapeFindings } from '../../src/destinations/destination.ts';
import { type DoctorInput, runDoctor } from '../../src/health/doctor.ts';
import type { Check } from '../../src/health/report.ts';
import type { LedgerHealth } from '../../src/ledger/health.ts';
import { minuteOf } from '../../src/time.ts';

const NOW = Date.parse('2026-11-23T09:00:00.000Z');
const minutesAgo = (minutes: number) => new Date(NOW - minutes * 60_000).toISOString();

const ledger: LedgerHealth = {
  missing: [],
  cronAt: minutesAgo(5),
  waiting: [],
  deadLetters: [],
};

/** DataFast knows no such visitor, which shows that the key works. */
const answersNotFound: typeof fetch = async () =>
  Response.json({ message: 'not found' }, { status: 404 });

function input(other: Partial<DoctorInput> = {}): DoctorInput {
  return {
    version: '1.2.3',
    config: {
      datafast: { apiKey: 'df_key', websiteId: undefined, url: 'https://datafa.st' },
      webhookSecrets: new Map([['CLERK_WEBHOOK_SECRET', ['whsec_x']]]),
      problems: [],
      alerts: undefined,
      requestsPerInvocation: 50,
    },
    sources: [
      { name: 'stripe', secretName: 'STRIPE_WEBHOOK_SECRET' },
      { name: 'clerk', secretName: 'CLERK_WEBHOOK_SECRET' },
    ],
    openDestinations: () => [],
    readLedger: async () => ledger,
    backlog: async () => 3,
    fetch: answersNotFound,
    now: () => NOW,
    ...other,
  };
}

async function checks(other: Partial<DoctorInput>, name: string): Promise<readonly Check[]> {
  const report = await runDoctor(input(other));
  return report.checks.filter((check) => check.name === name);
}
const ledgerChecks = (found: Partial<LedgerHealth>, name: string) =>
  checks({ readLedger: async () => ({ ...ledger, ...found }) }, name);

describe('the cache', () => {
  const accepted = (withVisitor: number, day = '2026-11-23', source = 'stripe') => ({
    ...{ day, source, kind: 'accepted' as const, reason: '', count: withVisitor + 7, withVisitor },
    ...{ run: 0, gapSeconds: 0, firstAt: minutesAgo(60), lastAt: minutesAgo(1) },
  });
  const cacheLines = (
    rows: readonly ReturnType<typeof accepted>[],
    requestsPerInvocation = 50,
  ): Promise<readonly Check[]> => {
    const config = { ...input().config, requestsPerInvocation };
    return checks({ readSourceCounts: async () => rows, config }, 'cache');
  };

  it('has a line when the visitors of a day are more than the Free plan keeps, of all sources together', async () => {
    expect(await cacheLines([accepted(700), accepted(540, '2026-11-23', 'clerk')])).toEqual([
      {
        name: 'cache',
        status: 'ok',
        what: '1240 signups with a visitor ID came today. On the Free plan, the cache takes 1000 visitors a day. The others are fetched again when they are needed, and nothing else is lost',
      },
    ]);
  });

  it.each([
    ['there are fewer', [accepted(1000)], 50],
    ['they came on other days', [accepted(900), accepted(900, '2026-11-22')], 50],
    ['the plan is the Paid one', [accepted(1240)], 1000],
  ])('has none when %s', async (_, rows, requestsPerInvocation) => {
    expect(await cacheLines(rows, requestsPerInvocation)).toEqual([]);
  });
});

describe('people', () => {
  it('who share a visitor are worth a look, and the line names the visitor', async () => {
    const sharedVisitors = [{ visitorId: 'a3ab2331-989f-4cfa-91c6-2461c9e3c6bd', people: 5 }];
    expect(await ledgerChecks({ sharedVisitors }, 'shared visitors')).toMatchObject([
      {
        status: 'warning',
        what: 'Visitor a3ab2331-989f-4cfa-91c6-2461c9e3c6bd has brought 5 people',
      },
    ]);
  });

  it('who have not verified their address for days are no problem', async () => {
    const waiting = [{ reason: 'email_unverified', count: 3, since: minutesAgo(6 * 24 * 60) }];
    expect(await ledgerChecks({ waiting }, 'waiting')).toEqual([]);
  });

  it('who have not given an address for days are counted, and no problem', async () => {
    const waiting = [{ reason: 'waiting_for_customer', count: 3, since: minutesAgo(6 * 24 * 60) }];
    expect(await ledgerChecks({ waiting }, 'waiting')).toMatchObject([
      { status: 'ok', what: expect.stringContaining('waiting_for_customer') },
    ]);
  });
});

describe('the report', () => {
  it('has one line for each check where all is well', async () => {
    const acme = { name: 'acme', label: 'Acme CRM', check: async () => [] };
    const report = await runDoctor(input({ openDestinations: () => [acme] }));
    expect(report.checks).toEqual([
      { name: 'settings', status: 'ok', what: 'Valid' },
      { name: 'sources', status: 'ok', what: 'On: clerk' },
      { name: 'datafast', status: 'ok', what: 'The key works' },
      {
        name: 'datafast answers',
        status: 'ok',
        what: 'No answer about a visitor has been seen yet',
      },
      {
        name: 'acquisition',
        status: 'ok',
        what: 'List visitors: not known yet whether it is the first touch.',
      },
      {
        name: 'acme',
        status: 'ok',
        what: 'Acme CRM accepts the key, and every field can be written',
      },
      { name: 'ledger', status: 'ok', what: 'Its schema is up to date' },
      { name: 'cron', status: 'ok', what: `Ran at ${minuteOf(minutesAgo(5))}` },
      { name: 'queue', status: 'ok', what: '3 waiting' },
    ]);
  });

  it('says of a destination without a key in its own words that all is well', async () => {
    const well = 'The receiver answers as it should';
    const receiver = { name: 'acme', label: 'Acme CRM', check: async () => [], well };
    const { checks } = await runDoctor(input({ openDestinations: () => [receiver] }));
    expect(checks).toContainEqual({ name: 'acme', status: 'ok', what: well });
  });

  it('has the lines of every destination that is on', async () => {
    const problem = {
      key: 'ACME_TOKEN',
      problem: 'is refused by Acme CRM',
      fix: 'Make a new one.',
      code: 'unauthorized' as const,
    };
    const openDestinations = () => [
      { name: 'acme', label: 'Acme CRM', check: async () => [problem] },
      { name: 'other', label: 'Other', check: async () => [] },
    ];
    expect(await checks({ openDestinations }, 'acme')).toEqual([
      {
        name: 'acme',
        status: 'problem',
        what: 'ACME_TOKEN is refused by Acme CRM',
        fix: 'Make a new one.',
      },
    ]);
    expect(await checks({ openDestinations }, 'other')).toMatchObject([{ status: 'ok' }]);
  });

  it('does not call a key that is not set a key that works', async () => {
    const { config } = input();
    const datafast = { ...config.datafast, apiKey: undefined };
    const problems = [{ key: 'DATAFAST_API_KEY', problem: 'is not set', fix: 'Set it.' }];
    const other = { config: { ...config, datafast, problems } };
    expect(await checks(other, 'datafast')).toEqual([]);
    expect(await checks(other, 'settings')).toMatchObject([
      { status: 'problem', what: 'DATAFAST_API_KEY is not set', fix: 'Set it.' },
    ]);
  });

  it('leaves out what cannot be seen from here: ledger and queue', async () => {
    const report = await runDoctor(input({ readLedger: undefined, backlog: undefined }));
    const names = report.checks.map(({ name }) => name);
    expect(names).toEqual(['settings', 'sources', 'datafast', 'datafast answers']);
  });

  it('has no line of the sources where none is on: the line of the settings says so', async () => {
    const config = { ...input().config, webhookSecrets: new Map() };
    expect(await checks({ config }, 'sources')).toEqual([]);
  });

  it('leaves out the queue where the platform does not count', async () => {
    const backlog = () => Promise.reject(new Error('not here'));
    expect(await checks({ backlog }, 'queue')).toEqual([]);
  });
});

describe('the ledger', () => {
  it.each([
    ['no such table: signups: SQLITE_ERROR', 'schema', 'setup'],
    ["You have exceeded D1's limit of rows read per day.", 'in a day', '00:00 UTC'],
    ["Your account has exceeded D1's free tier daily row read limit.", 'in a day', '00:00 UTC'],
    ['Exceeded maximum DB size.', 'full', 'LEDGER_RETENTION_DAYS'],
    [
      "Your account has exceeded D1's maximum account storage limit, please contact Cloudflare to raise your limit.",
      ...['full', 'LEDGER_RETENTION_DAYS'],
    ],
    ['D1 DB is overloaded. Too many requests queued.', 'more to do', 'by itself'],
    ['Network connection lost.', 'cannot be reached', 'by itself'],
    ['something new', 'does not know', 'by itself'],
  ])('that cannot be read or written says why: %s', async (message, says, todo) => {
    const fail = () => Promise.reject(new Error(`D1_ERROR: ${message}`));
    const line = {
      name: 'ledger',
      status: 'problem',
      what: expect.stringContaining(says),
      fix: expect.stringContaining(todo),
    };
    expect(await checks({ readLedger: fail }, 'ledger')).toEqual([line]);
    expect(await checks({ probeLedger: fail }, 'ledger')).toEqual([line]);
  });

  it.each(['Network connection lost.', 'internal error; reference = 0123456789abcdef'])(
    'that the runtime does not reach says so: %s',
    async (message) => {
      const fail = () => Promise.reject(new Error(message));
      expect(await checks({ readLedger: fail }, 'ledger')).toMatchObject([
        { what: expect.stringContaining('cannot be reached') },
      ]);
    },
  );

  it('that lacks migrations names them', async () => {
    expect(await ledgerChecks({ missing: ['0005_refresh'] }, 'ledger')).toMatchObject([
      { status: 'problem', what: 'Lacks 0005_refresh' },
    ]);
  });

  it('shows whether cron runs', async () => {
    const [late, never] = [{ cronAt: minutesAgo(61) }, { cronAt: undefined }];
    expect(await ledgerChecks(late, 'cron')).toMatchObject([{ status: 'problem' }]);
    expect(await ledgerChecks(never, 'cron')).toMatchObject([{ status: 'warning' }]);
  });

  it('counts what the queue gave up on', async () => {
    const deadLetters = [{ reason: 'hubspot_unreachable', count: 2, since: minutesAgo(9) }];
    expect(await ledgerChecks({ deadLetters }, 'dead letters')).toMatchObject([
      { status: 'problem', what: `2 since ${minuteOf(minutesAgo(9))}: hubspot_unreachable` },
    ]);
  });

  it('tells what waits for the operator from what only waits', async () => {
    const waiting = [
      { reason: 'datafast_unauthorized', count: 1, since: minutesAgo(1) },
      { reason: 'visitor_not_found_yet', count: 1, since: minutesAgo(1) },
      { reason: 'datafast_unavailable', count: 4, since: minutesAgo(90) },
      { reason: 'a_reason_of_another_version', count: 1, since: minutesAgo(90) },
    ];
    expect(await ledgerChecks({ waiting }, 'waiting')).toEqual([
      {
        name: 'waiting',
        status: 'problem',
        what: `1 since ${minuteOf(minutesAgo(1))}: datafast_unauthorized`,
        fix: expect.stringContaining('DATAFAST_API_KEY'),
      },
      {
        name: 'waiting',
        status: 'warning',
        what: `4 since ${minuteOf(minutesAgo(90))}: datafast_unavailable`,
        fix: expect.stringContaining('again by itself'),
      },
      {
        name: 'waiting',
        status: 'warning',
        what: `1 since ${minuteOf(minutesAgo(90))}: a_reason_of_another_version`,
        fix: 'They are tried again.',
      },
    ]);
  });

  it('has the upstream’s own words about what waits for the operator', async () => {
    const detail = 'datafast is not complete: LIMIT_EXCEEDED At most 10.';
    const waiting = [{ reason: 'hubspot_property_limit', count: 3, since: minutesAgo(1), detail }];
    expect(await ledgerChecks({ waiting }, 'waiting')).toMatchObject([
      {
        status: 'problem',
        what: `3 since ${minuteOf(minutesAgo(1))}: hubspot_property_limit (${detail})`,
        fix: expect.stringContaining('plan'),
      },
    ]);
  });
});

describe('what live answers look like', () => {
  const findings: ShapeFindings = {
    name: 'Read people',
    answers: 1,
    keys: 3,
    added: [],
    missing: [],
    retyped: [],
    hidden: 0,
  };
  const shaped = (found: Partial<ShapeFindings>) => ({
    openDestinations: () => [
      {
        name: 'acme',
        label: 'Acme CRM',
        check: async () => [],
        shape: async () => [{ ...findings, ...found }],
      },
    ],
  });

  it.each([
    [{}, 'ok', 'Read people: 3 keys in 1 answer, as expected'],
    [{ added: ['colour'] }, 'ok', 'Read people: 3 keys in 1 answer, new: colour'],
    [{ missing: ['id'] }, 'warning', 'Read people: 3 keys in 1 answer, missing: id'],
  ])('of a destination is one line: %j', async (found, status, what) => {
    expect(await checks(shaped(found), 'acme answers')).toMatchObject([{ status, what }]);
  });

  it('is cut where there are very many new keys', async () => {
    const added = Array.from({ length: 300 }, (_, n) => `k${n}`);
    const [check] = await checks(shaped({ added }), 'acme answers');
    expect(check?.what.length).toBeLessThan(200);
    expect(check?.what).toContain('and 288 more');
  });

  it('is not asked where the key does not work', async () => {
    const problem = { key: 'T', problem: 'x', fix: 'y', code: 'unauthorized' as const };
    const openDestinations = () => [
      {
        name: 'acme',
        label: 'Acme CRM',
        check: async () => [problem],
        shape: () => Promise.reject(new Error('asked')),
      },
    ];
    expect(await checks({ openDestinations }, 'acme answers')).toEqual([]);
  });

  it('of a visitor with an unknown click ID is worth a look', async () => {
    const identity = { params: {}, adClickIds: { gclid: 'x', brand_new_id: 'y' } };
    const activity = { visitedPages: [{ url: 'example.com/?a', timestamp: minutesAgo(1) }] };
    const visitorId = crypto.randomUUID();
    const fetch: typeof globalThis.fetch = async (url) =>
      String(url).endsWith(visitorId)
        ? Response.json({ data: { visitorId, identity, activity } })
        : answersNotFound(url);
    const readSamples = async () => ({ visitorIds: [visitorId] });
    const found = await checks({ fetch, readSamples }, 'datafast answers');
    expect(found.find(({ what }) => what.startsWith('adClickIds'))).toMatchObject({
      status: 'warning',
      what: 'adClickIds: gclid, brand_new_id',
      fix: expect.stringContaining('brand_new_id'),
    });
    expect(found.map(({ what }) => what).join()).toContain('Visited pages have their query');
    expect(JSON.stringify(found)).not.toContain('example.com');
  });

  it.each([
    ['first touch', 'ok'],
    ['last touch', 'warning'],
  ] as const)('says when acquisition has proved to be the %s', async (meaning, status) => {
    const readAcquisition = async () => ({ meaning, at: minutesAgo(9) });
    expect(await checks({ readAcquisition }, 'acquisition')).toMatchObject([
      { status, what: expect.stringContaining(meaning) },
    ]);
  });
});

describe('the clock', () => {
  const dated = (secondsOff: number): typeof fetch => {
    const date = new Date(NOW - secondsOff * 1000).toUTCString();
    return async () => Response.json({ message: 'not found' }, { status: 404, headers: { date } });
  };
  /** A destination that asks once. */
  const asking =
    (url: string): DoctorInput['openDestinations'] =>
    (io) => [
      {
        name: 'acme',
        label: 'Acme CRM',
        async check() {
          await io.fetch(url);
          return [];
        },
      },
    ];

  it('is wrong when every answer has another date', async () => {
    expect(await checks({ fetch: dated(600) }, 'clock')).toMatchObject([
      { status: 'problem', what: '600 s off' },
    ]);
  });

  it('is right when one service agrees with it', async () => {
    const fetch: typeof globalThis.fetch = (url, init) =>
      dated(String(url).includes('acme') ? 1 : 600)(url, init);
    const other = { fetch, openDestinations: asking('https://acme.example') };
    expect(await checks(other, 'clock')).toMatchObject([{ status: 'ok', what: 'Right' }]);
  });
});
