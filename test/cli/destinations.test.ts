// Setup with several destinations: which are asked for, and which of their problems stop it.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Registry, registry } from '../../src/cli/registry.ts';
import type { DestinationProblem } from '../../src/destinations/destination.ts';
import { anyText, type Setting } from '../../src/settings/setting.ts';
import { openStage, type TestStage } from './stage.ts';

let stage: TestStage;
beforeEach(async () => {
  stage = await openStage();
});
afterEach(async () => {
  await stage.close();
});

const setting = (name: string, isSecret: boolean): Setting => ({
  name,
  doc: 'Of Acme CRM.',
  fix: 'Set it.',
  where: `Acme CRM → ${name}`,
  isSecret,
  isNeeded: true,
  read: anyText,
});

/** The registry with a second destination, which finds these problems and creates what can be created. */
function withAcme(found: readonly DestinationProblem[] = []) {
  const created: string[] = [];
  const both: Registry = {
    ...registry,
    destinations: [
      ...registry.destinations,
      {
        name: 'acme',
        label: 'Acme CRM',
        settings: [setting('ACME_ACCOUNT', false), setting('ACME_SECRET', true)],
      },
    ],
    openDestinations(values, names, io) {
      const others = registry.openDestinations(values, names, io);
      if (!values.has('ACME_ACCOUNT') || !values.has('ACME_SECRET')) return others;
      return [
        ...others,
        {
          name: 'acme',
          label: 'Acme CRM',
          check: async () => found,
          async prepare() {
            const missing = found.filter(({ isCreatable }) => isCreatable).map(({ key }) => key);
            created.push(...missing);
            return { created: missing, problems: [] };
          },
        },
      ];
    },
  };
  return { registry: both, created };
}

const report = { version: '0.1.0', at: '', checks: [] };
const healthy = { askDoctor: async () => ({ kind: 'report' as const, report }) };
const NO_SAMPLE = ['--no-sample'];
const ACME = { ACME_ACCOUNT: 'acme-account', ACME_SECRET: 'acme-secret' };
const DATAFAST = { DATAFAST_API_KEY: 'df_stand_in_key' };
const isDeployed = () => stage.cloudflare.workers.has('whence');

function problem(code: DestinationProblem['code'], isCreatable?: true): DestinationProblem {
  return {
    key: `of_${code}`,
    problem: 'is not as it should be',
    fix: 'Fix it.',
    code,
    isCreatable,
  };
}

describe('a destination whose fields are missing', () => {
  it('does not stop setup: they are created', async () => {
    const acme = withAcme([problem('missing_property', true)]);
    const { code, said } = await stage.run(['--yes', ...NO_SAMPLE], {
      env: { ...DATAFAST, ...ACME },
      dependencies: { ...healthy, registry: acme.registry },
    });
    expect(code, said).toBe(0);
    expect(said).toContain('✓ Acme CRM: created 1 fields');
    expect(acme.created).toEqual(['of_missing_property']);
  });

  it('creates none in a dry run', async () => {
    const acme = withAcme([problem('missing_property', true)]);
    const { said } = await stage.run(['--yes', '--dry-run'], {
      env: { ...DATAFAST, ...ACME },
      dependencies: { registry: acme.registry },
    });
    expect(said).toContain('✓ Acme CRM: would create 1 fields');
    expect(acme.created).toEqual([]);
  });

  it.each([
    'missing_property',
    'archived_property',
    'property_conflict',
    'missing_option',
  ] as const)('is warned about when the problem is %s, and deployed', async (kind) => {
    const { code, said } = await stage.run(['--yes', ...NO_SAMPLE], {
      env: { ...DATAFAST, ...ACME },
      dependencies: { ...healthy, registry: withAcme([problem(kind)]).registry },
    });
    expect(code, said).toBe(0);
    expect(said).toContain(`! of_${kind} is not as it should be → Fix it.`);
  });
});

describe('a destination that cannot be used', () => {
  it.each(['key_missing', 'unauthorized', 'forbidden', 'refused', 'unavailable'] as const)(
    'stops setup when the problem is %s, and nothing is created at any destination',
    async (kind) => {
      const { code, said } = await stage.run(['--yes', ...NO_SAMPLE], {
        env: { ...stage.keys, ...ACME },
        dependencies: { registry: withAcme([problem(kind)]).registry },
      });
      expect(code).toBe(1);
      expect(said).toContain(`✗ of_${kind} is not as it should be → Fix it.`);
      expect(isDeployed()).toBe(false);
      const groups = stage.hubspot.properties().map(({ groupName }) => groupName);
      expect(groups).not.toContain('datafast');
    },
  );
});

describe('where signups should arrive', () => {
  it('is asked when no destination is set, and only the keys of the chosen ones are', async () => {
    const { code, said, asked } = await stage.run(NO_SAMPLE, {
      answers: {
        'Where should signups arrive': ['acme'],
        'Which services': [],
        ...DATAFAST,
        ...ACME,
      },
      dependencies: { ...healthy, registry: withAcme().registry },
    });
    expect(code, said).toBe(0);
    expect(asked).toEqual([
      'Where should signups arrive?',
      expect.stringContaining('Which services'),
      expect.stringContaining('DATAFAST_API_KEY'),
      'ACME_ACCOUNT',
      'ACME_SECRET',
      expect.stringContaining('Keep ADMIN_TOKEN'),
    ]);
    expect(said).toContain('Acme CRM → ACME_ACCOUNT');
    const secrets = stage.cloudflare.workers.get('whence')?.secrets;
    expect([...(secrets?.keys() ?? [])]).toEqual(expect.arrayContaining(Object.keys(ACME)));
    expect(secrets?.has('HUBSPOT_TOKEN')).toBe(false);
    expect(said).toContain('✓ The keys work: DataFast, Acme CRM');
    expect(said).not.toContain('HubSpot');
  });

  it('may be several places', async () => {
    const { code, said } = await stage.run(NO_SAMPLE, {
      answers: {
        'Where should signups arrive': ['hubspot', 'acme'],
        'Which services': [],
        ...stage.keys,
        ...ACME,
      },
      dependencies: { ...healthy, registry: withAcme().registry },
    });
    expect(code, said).toBe(0);
    expect(said).toContain('✓ The keys work: DataFast, HubSpot, Acme CRM');
  });

  it('is not asked when one is set; what is half set is asked for', async () => {
    const { code, said, asked } = await stage.run([...NO_SAMPLE, '--sources', ''], {
      env: { ...DATAFAST, ACME_ACCOUNT: 'acme-account' },
      answers: { ACME_SECRET: 'acme-secret' },
      dependencies: { ...healthy, registry: withAcme().registry },
    });
    expect(code, said).toBe(0);
    expect(asked).toEqual([
      expect.stringContaining('ACME_SECRET'),
      expect.stringContaining('Keep ADMIN_TOKEN'),
    ]);
  });

  it('is named as missing, with the settings of each, where nobody can answer', async () => {
    const { code, said } = await stage.run(['--yes', ...NO_SAMPLE], {
      env: DATAFAST,
      dependencies: { registry: withAcme().registry },
    });
    expect(code).toBe(2);
    expect(said).toContain('HUBSPOT_TOKEN for HubSpot, or ');
    expect(said).toContain(', or ACME_ACCOUNT and ACME_SECRET for Acme CRM');
    expect(isDeployed()).toBe(false);
  });
});

describe('a fresh setup', () => {
  const answers = { 'Which services': [], ...DATAFAST };

  it('with Attio alone goes through, and creates the attributes', async () => {
    const { code, said } = await stage.run(NO_SAMPLE, {
      answers: {
        ...answers,
        'Where should signups arrive': ['attio'],
        ATTIO_TOKEN: stage.otherKeys.ATTIO_TOKEN,
      },
      dependencies: healthy,
    });
    expect(code, said).toBe(0);
    expect(said).toContain('✓ The keys work: DataFast, Attio');
    expect(said).toMatch(/✓ Attio: created \d\d fields/);
    expect(said).not.toContain('HubSpot');
    expect(stage.attio.attributes.get('datafast_channel')?.options.length).toBeGreaterThan(15);
    expect(stage.attio.requests.some(({ status }) => status === 429)).toBe(false);
  });

  it('with Stripe alone goes through, and has nothing to create', async () => {
    const { code, said } = await stage.run(NO_SAMPLE, {
      answers: {
        ...answers,
        'Where should signups arrive': ['stripe'],
        STRIPE_API_KEY: stage.otherKeys.STRIPE_API_KEY,
      },
      dependencies: healthy,
    });
    expect(code, said).toBe(0);
    expect(said).toContain('✓ The keys work: DataFast, Stripe');
    expect(stage.stripe.events).toEqual([]);
  });

  it.each([
    ['ATTIO_TOKEN', 'a-wrong-token', 'ATTIO_TOKEN is refused by Attio'],
    ['STRIPE_API_KEY', 'rk_live_wrong', 'STRIPE_API_KEY is refused by Stripe'],
  ])('stops before anything is deployed when %s is wrong', async (name, key, problemSaid) => {
    const { code, said } = await stage.run(['--yes', ...NO_SAMPLE], {
      env: { ...DATAFAST, [name]: key },
    });
    expect(code).toBe(1);
    expect(said).toContain(`✗ ${problemSaid}`);
    expect(isDeployed()).toBe(false);
  });

  it('names the key of another kind', async () => {
    const { code, said } = await stage.run(['--yes', ...NO_SAMPLE], {
      env: { ...DATAFAST, STRIPE_API_KEY: 'whsec_abc' },
    });
    expect(code).toBe(1);
    expect(said).toContain('✗ STRIPE_API_KEY is not valid');
    expect(said).toContain('rk_live_');
  });
});

describe('a name that is almost that of a setting', () => {
  it('is a warning of setup: it may belong to another tool', async () => {
    const { code, said } = await stage.run(['--yes', ...NO_SAMPLE], {
      env: { ...stage.keys, REFERER_LOOKUP: 'false' },
      dependencies: healthy,
    });
    expect(code, said).toBe(0);
    expect(said).toContain(
      '! REFERER_LOOKUP is not a setting of Whence; REFERRER_LOOKUP is → Rename it',
    );
  });
});

describe('the webhook alone', () => {
  it('goes through with a secret that the receiver knows: it is tried with a ping', async () => {
    const { code, said } = await stage.run(['--yes', ...NO_SAMPLE], {
      env: { ...DATAFAST, ...stage.webhook },
      dependencies: healthy,
    });
    expect(code, said).toBe(0);
    expect(said).toContain('✓ The keys work: DataFast, Outgoing webhook');
    expect(stage.receiver.refusals).toEqual([]);
    expect(stage.cloudflare.workers.get('whence')?.secrets.get('WEBHOOK_URL')).toBe(
      stage.webhook.WEBHOOK_URL,
    );
  });

  it('stops before the deploy when the receiver does not accept the signature', async () => {
    const { code, said } = await stage.run(['--yes', ...NO_SAMPLE], {
      env: {
        ...DATAFAST,
        ...stage.webhook,
        WEBHOOK_SECRET: 'whsec_YW5vdGhlci1zZWNyZXQtb2YtdGhpcnR5LXR3by1ieXQ=',
      },
    });
    expect(code).toBe(1);
    expect(said).toContain('Give the receiver the secret of WEBHOOK_SECRET.');
    expect(isDeployed()).toBe(false);
  });

  it('gets a secret that is made up and kept, and is not tried before the receiver can know it', async () => {
    const { code, said, asked } = await stage.run(['--sources', '', ...NO_SAMPLE], {
      env: DATAFAST,
      answers: { 'Where should': ['webhook'], WEBHOOK_URL: stage.webhook.WEBHOOK_URL },
      dependencies: healthy,
    });
    expect(code, said).toBe(0);
    expect(asked.filter((question) => question.includes('WEBHOOK_'))).toHaveLength(1);
    expect(said).toContain('Created WEBHOOK_SECRET');
    expect(stage.kept().WEBHOOK_SECRET).toMatch(/^whsec_/);
    expect(stage.cloudflare.workers.get('whence')?.secrets.get('WEBHOOK_SECRET')).toBe(
      stage.kept().WEBHOOK_SECRET,
    );
    expect(stage.receiver.requests).toEqual([]);
  });

  it('is a chat without a secret', async () => {
    const { code, said } = await stage.run(['--yes', '--dry-run'], {
      env: { ...DATAFAST, WEBHOOK_URL: 'https://prod-1.westeurope.logic.azure.com/workflows/x' },
    });
    expect(code, said).toBe(0);
    expect(said).not.toMatch(/(?<!_)WEBHOOK_SECRET/);
  });
});
