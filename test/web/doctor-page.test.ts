// The doctor as a page, the first steps of a new Worker, and the table of coverage.
import { env, exports } from 'cloudflare:workers';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { coverageOf } from '../../src/health/coverage.ts';
import { addWebhookCounts } from '../../src/ledger/source-counts.ts';
import { coverageTable } from '../../src/web/dashboard/overview/coverage-table.ts';
import { createWorld, send, somebody, type World } from '../world.ts';
import { openSession, type Session } from './browser-session.ts';

let world: World;
let browser: Session;
beforeEach(async () => {
  world = await createWorld();
  browser = await openSession();
});

const textOf = (path: string) => browser.html(path);

describe('the doctor’s page', () => {
  it('is closed to strangers', async () => {
    const response = await exports.default.fetch('https://whence.example/doctor', {
      redirect: 'manual',
    });
    expect(response.status).toBe(303);
  });

  it('says what to fix first, with the fix, then all that is well', async () => {
    world.datafast.failWith({ status: 401 });
    const text = await textOf('/doctor');
    const fix = text.indexOf('To fix');
    expect(fix).toBeGreaterThan(0);
    expect(text.indexOf('gets the answer 401')).toBeGreaterThan(fix);
    expect(text.indexOf('Its schema is up to date')).toBeGreaterThan(
      text.indexOf('gets the answer 401'),
    );
    expect(text).toContain('<code class="copy">DATAFAST_API_KEY</code>');
  });

  it('shows the place of the cookie and the address of the webhook for each source that is on', async () => {
    const text = await textOf('/doctor');
    expect(text).toContain('data.object.metadata.datafast_visitor_id');
    expect(text).toContain('https://whence.example/webhooks/stripe');
    expect(text).not.toContain('/webhooks/paddle');
  });

  it('is in the menu, and links the report for machines', async () => {
    const text = await textOf('/doctor');
    expect(text).toContain('<a href="/doctor" aria-current="page">Doctor</a>');
    expect(text).toContain('href="/api/doctor"');
  });
});

describe('the first page of a new Worker', () => {
  it('shows what is set up and what comes next', async () => {
    await textOf('/doctor');
    const text = await textOf('/');
    expect(text).toContain('✓ The settings are valid');
    expect(text).toContain('✓ DataFast accepts the key');
    expect(text).toContain('✓ HubSpot takes what Whence writes');
    expect(text).toContain('○ A webhook of stripe has come');
    expect(text).toContain('○ The first signup has arrived');
    expect(text).toContain('npx whence-crm send stripe');
  });

  it('does not look healthy with a key that is refused', async () => {
    world.datafast.failWith({ status: 401 });
    await textOf('/doctor');
    const text = await textOf('/');
    expect(text).toContain('○ DataFast accepts the key');
    expect(text).toContain('DATAFAST_API_KEY gets the answer 401');
  });

  it('says that webhooks are refused', async () => {
    const at = new Date().toISOString();
    const refused = { source: 'stripe', kind: 'refused', reason: 'signature_mismatch' } as const;
    await addWebhookCounts(env.LEDGER, [{ ...refused, count: 2, firstAt: at, lastAt: at }]);
    expect(await textOf('/')).toContain('2 webhooks were refused: check its secret.');
  });

  it('sends a sample alert only where there is a receiver', async () => {
    expect(await textOf('/doctor')).not.toContain('Send a sample');
    const answered = await browser.post('/doctor/alert');
    expect(await answered.text()).toContain('ALERT_URL is not set');
  });

  it('asks no service', async () => {
    expect(await textOf('/')).toContain('The doctor asks.');
    expect([...world.datafast.requests, ...world.hubspot.requests]).toEqual([]);
  });
});

describe('the dashboard', () => {
  it('shows where signups lose their source, with a link to each list', async () => {
    await send(
      'stripe',
      somebody({ visitorId: world.visitor({ params: { utm_source: 'google' } }) }),
    );
    await send('clerk', somebody());
    await vi.waitUntil(async () => (await textOf('/')).includes('id="coverage"'), {
      timeout: 10_000,
    });
    await vi.waitUntil(
      async () => (await textOf('/')).includes('/?match=no_visitor_id&amp;source=clerk#list'),
      { timeout: 10_000 },
    );
  });

  it('lists three reasons, and folds the others', async () => {
    const row = { source: 'stripe', known: 0, guessed: 0, status: 'delivered', count: 2 } as const;
    const matches = ['no_visitor_id', 'invalid_visitor_id', 'not_found', 'bot'] as const;
    const rows = matches.map((match) => ({ ...row, match }));
    const [listed = '', folded = ''] = String(await coverageTable(coverageOf(rows, []))).split(
      'and 1 other reason',
    );
    expect(listed.match(/#list/g)).toHaveLength(3);
    expect(folded.match(/#list/g)).toHaveLength(1);
  });

  it('shows what is broken', async () => {
    await env.LEDGER.prepare(
      `INSERT INTO alerts (name, since, runs, finding) VALUES ('silent:stripe', ?1, 2, ?2)`,
    )
      .bind(
        new Date().toISOString(),
        JSON.stringify({
          check: 'silent',
          about: 'stripe',
          what: 'stripe is silent.',
          fix: 'See.',
        }),
      )
      .run();
    await send('stripe', somebody());
    await vi.waitUntil(async () => (await textOf('/')).includes('Broken now'), { timeout: 10_000 });
    expect(await textOf('/')).toContain('A source is silent: stripe');
    expect(await textOf('/doctor')).toContain('A source is silent: stripe. stripe is silent.');
  });
});
