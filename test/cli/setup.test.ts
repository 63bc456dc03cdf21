// `npm run setup` against the stand-ins: what it asks, what it does, and what it says when something goes wrong.
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { destroy } from '../../src/cli/destroy.ts';
import { registry } from '../../src/cli/registry.ts';
import { readSourceGuides } from '../../src/cli/setup/source-guide.ts';
import { wrapped } from '../../src/cli/setup/terminal.ts';
import { openWrangler } from '../../src/cli/wrangler.ts';
import { runInProcess } from '../../stand-ins/cloudflare.ts';
import { askFrom, openStage, sayInto, type TestStage } from './stage.ts';

let stage: TestStage;
beforeEach(async () => {
  stage = await openStage();
});
afterEach(async () => {
  await stage.close();
});

const ANSWERS = {
  'Where should signups arrive': ['hubspot'],
  DATAFAST_API_KEY: 'df_stand_in_key',
  HUBSPOT_TOKEN: 'pat-stand-in-token',
  'Which services': [],
};
const secretsOf = ({ cloudflare }: TestStage) =>
  cloudflare.workers.get('whence')?.secrets ?? new Map<string, string>();
const deploysOf = ({ cloudflare }: TestStage) => cloudflare.workers.get('whence')?.deploys ?? 0;
const commands = () => stage.cloudflare.calls.map(({ args }) => args.slice(0, 2).join(' '));
const everything = () => JSON.stringify(stage.cloudflare.calls.map(({ args }) => args));
/** Nothing answers at the URL of the stand-in’s deploy: these tests end before the sample. */
const NO_SAMPLE = ['--no-sample'];
const report = { version: '0.1.0', at: '', checks: [] };
const healthy = { askDoctor: async () => ({ kind: 'report' as const, report }) };

describe('a fresh account', () => {
  it('is set up from nothing to a sample that has arrived in HubSpot', async () => {
    const fresh = await openStage({ runsWorker: true });
    fresh.cloudflare.isLoggedIn = false;
    const { code, said, asked } = await fresh.run([], { answers: ANSWERS });
    expect(code, said).toBe(0);
    expect(fresh.cloudflare.calls.map(({ args: [command] }) => command)).toContain('login');
    expect(asked).toHaveLength(5);
    expect(said).toContain('✓ whence.sample@example.com has arrived at HubSpot');
    expect(said).toContain('✓ Whence has forgotten the sample; it is in no figures');
    expect(said).toContain('✓ Its contact is deleted at HubSpot');
    expect(said).not.toContain('Delete it there.');
    expect(fresh.hubspot.contact('whence.sample@example.com')).toBeUndefined();
    const deleted = fresh.hubspot.requests.filter(({ method }) => method === 'DELETE');
    expect(deleted.map(({ status }) => status)).toEqual([204]);
    const { LEDGER } = await fresh.bindingsOf('whence');
    const counts = await LEDGER.prepare('SELECT * FROM source_counts').all();
    expect(counts.results).toEqual([]);
    expect(fresh.kept()).toEqual({
      ADMIN_TOKEN: secretsOf(fresh).get('ADMIN_TOKEN'),
      SIGNUP_WEBHOOK_SECRET: secretsOf(fresh).get('SIGNUP_WEBHOOK_SECRET'),
      WHENCE_URL: expect.stringMatching(/^http:/),
    });
    await fresh.close();
  });
});

describe('a second run', () => {
  it('asks nothing, makes up nothing and creates nothing twice', async () => {
    const first = await stage.run(NO_SAMPLE, { answers: ANSWERS, dependencies: healthy });
    expect(first.code, first.said).toBe(0);
    const before = {
      secrets: new Map(secretsOf(stage)),
      properties: stage.hubspot.properties().length,
    };
    const kept = stage.kept();

    const second = await stage.run(NO_SAMPLE, { answers: {}, dependencies: healthy });
    expect(second.code, second.said).toBe(0);
    expect(second.asked).toEqual([]);
    expect(secretsOf(stage)).toEqual(before.secrets);
    expect(stage.hubspot.properties()).toHaveLength(before.properties);
    expect(stage.kept()).toEqual(kept);
    expect(deploysOf(stage)).toBe(2);
  });

  it('replaces a secret that the environment names, and one that is to be rotated', async () => {
    await stage.run(NO_SAMPLE, { answers: ANSWERS, dependencies: healthy });
    const before = stage.kept().ADMIN_TOKEN;
    await stage.run([...NO_SAMPLE, '--rotate', 'ADMIN_TOKEN'], {
      env: { STRIPE_WEBHOOK_SECRET: 'whsec_c3RyaXBlLXRlc3Qtc2VjcmV0LW9mLTMyLWJ5dGVz' },
      answers: {},
      dependencies: healthy,
    });
    const after = stage.kept().ADMIN_TOKEN;
    expect(after).not.toBe(before);
    expect(secretsOf(stage).get('ADMIN_TOKEN')).toBe(after);
    expect([...secretsOf(stage).keys()]).toContain('STRIPE_WEBHOOK_SECRET');
  });
});

describe('keys that do not work stop setup before anything is deployed', () => {
  it('a DataFast key that is not known is asked for again, at once', async () => {
    const { code, said, asked } = await stage.run(NO_SAMPLE, {
      answers: { ...ANSWERS, DATAFAST_API_KEY: ['df_wrong_key', 'df_stand_in_key'] },
      dependencies: healthy,
    });
    expect(said).toMatch(/✗ DATAFAST_API_KEY gets the answer 401 .* → Create a new key/);
    expect(asked.map((question) => question.split(' ')[0])).toEqual([
      ...['Where', 'Which', 'DATAFAST_API_KEY', 'DATAFAST_API_KEY', 'HUBSPOT_TOKEN', 'Keep'],
    ]);
    expect(code, said).toBe(0);
    expect(secretsOf(stage).get('DATAFAST_API_KEY')).toBe('df_stand_in_key');
  });

  it('a DataFast key of the environment that is not known', async () => {
    const { code, said } = await stage.run(NO_SAMPLE, {
      env: { DATAFAST_API_KEY: 'df_wrong_key' },
      answers: ANSWERS,
    });
    expect(code).toBe(1);
    expect(said).toMatch(/✗ DATAFAST_API_KEY gets the answer 401 .* → Create a new key/);
    expect(deploysOf(stage)).toBe(0);
  });

  it.each([
    'crm.objects.contacts.read',
    'crm.objects.contacts.write',
    'crm.schemas.contacts.write',
  ])('a HubSpot token without %s', async (missing) => {
    const scopes = [
      'crm.objects.contacts.read',
      'crm.objects.contacts.write',
      'crm.schemas.contacts.write',
    ].filter((scope) => scope !== missing);
    const other = await openStage({ scopes });
    const { code, said } = await other.run(['--yes', ...NO_SAMPLE], { env: other.keys });
    expect(code).toBe(1);
    expect(said).toMatch(new RegExp(`✗ HUBSPOT_TOKEN .*${missing}`));
    expect(deploysOf(other)).toBe(0);
    expect(other.hubspot.contacts()).toEqual([]);
    await other.close();
  });

  it('an account’s token whose website is another', async () => {
    const { asked } = await stage.run(NO_SAMPLE, {
      answers: {
        ...ANSWERS,
        DATAFAST_API_KEY: ['dft_account', 'df_stand_in_key'],
        DATAFAST_WEBSITE_ID: 'a'.repeat(24),
      },
      dependencies: healthy,
    });
    expect(asked.filter((question) => question.startsWith('DATAFAST_WEBSITE'))).toHaveLength(1);
  });
});

describe('a step that fails is named with its fix', () => {
  it.each([
    ['whoami', 'noNetwork', 'Cloudflare cannot be reached → Check the network'],
    ['deploy', 'scriptFails', 'A request to the Cloudflare API'],
    ['deploy', 'noSubdomain', 'The account has no workers.dev subdomain yet → Open'],
    ['deploy', 'noPermission', 'The Cloudflare token lacks a permission → It needs'],
    ['d1', 'migrationFails', 'Migration 0005_refresh.sql failed'],
  ] as const)('%s: %s', async (command, mishap, expected) => {
    stage.cloudflare.mishaps.set(command, mishap);
    const { code, said } = await stage.run(NO_SAMPLE, { answers: ANSWERS });
    expect(code).toBe(1);
    expect(said).toContain(`✗ ${expected}`);
    expect(stage.leftovers()).toEqual([]);
  });

  it('a Worker that does not answer after its deploy', async () => {
    stage.cloudflare.onDeploy = async () => 'http://127.0.0.1:9';
    let atMs = Date.now();
    const later = () => {
      atMs += 10_000;
      return atMs;
    };
    const { code, said } = await stage.run(['--yes'], {
      env: stage.keys,
      dependencies: { now: later },
    });
    expect(code).toBe(1);
    expect(said).toContain('✗ Nothing answers at http://127.0.0.1:9 → Try again in a minute.');
  });

  it('and the same command goes on from there, with the secrets it had made up', async () => {
    stage.cloudflare.mishaps.set('deploy', 'scriptFails');
    await stage.run(NO_SAMPLE, { answers: ANSWERS });
    const { ADMIN_TOKEN } = stage.kept();
    expect(ADMIN_TOKEN).toMatch(/^[0-9a-f]{64}$/);
    stage.cloudflare.mishaps.clear();
    const { code } = await stage.run(NO_SAMPLE, { answers: ANSWERS, dependencies: healthy });
    expect(code).toBe(0);
    expect(secretsOf(stage).get('ADMIN_TOKEN')).toBe(ADMIN_TOKEN);
  });

  it('and what was typed need not be typed again', async () => {
    stage.cloudflare.mishaps.set('deploy', 'scriptFails');
    await stage.run(NO_SAMPLE, { answers: ANSWERS });
    expect(stage.kept()).toMatchObject(stage.keys);
    stage.cloudflare.mishaps.clear();
    const { code, asked } = await stage.run(NO_SAMPLE, {
      answers: { 'Which services': [] },
      dependencies: healthy,
    });
    expect({ code, asked: asked.length }).toEqual({ code: 0, asked: 0 });
    expect(stage.kept()).not.toHaveProperty('DATAFAST_API_KEY');
    expect(stage.kept()).not.toHaveProperty('HUBSPOT_TOKEN');
  });

  it('a disk that is full', async () => {
    const full = Object.assign(new Error('no space left'), { code: 'ENOSPC' });
    const { code, said } = await stage.run(NO_SAMPLE, {
      answers: ANSWERS,
      dependencies: { place: { folder: stage.folder, writeFile: () => Promise.reject(full) } },
    });
    expect(code).toBe(1);
    expect(said).toContain('could not be written (ENOSPC) → The disk is full');
    expect(stage.leftovers()).toEqual([]);
    expect(deploysOf(stage)).toBe(0);
  });
});

describe('a setting that is malformed', () => {
  it('is named before anything is asked or deployed', async () => {
    const { code, said } = await stage.run(['--yes', ...NO_SAMPLE], {
      env: { ...stage.keys, FIELD_NAMES: '{"datafast_nonsense":null}' },
    });
    expect(code).toBe(1);
    expect(said).toContain('✗ FIELD_NAMES.datafast_nonsense ');
    expect(deploysOf(stage)).toBe(0);
    expect(stage.hubspot.requests).toEqual([]);
  });
});

describe('several accounts', () => {
  beforeEach(() => {
    stage.cloudflare.accounts.push({ id: 'f'.repeat(32), name: 'Other' });
  });

  it('are asked about, and wrangler gets the answer', async () => {
    const answers = { ...ANSWERS, 'Which account': 'f'.repeat(32) };
    await stage.run(NO_SAMPLE, { answers, dependencies: healthy });
    const deploy = stage.cloudflare.calls.find(({ args }) => args[0] === 'deploy');
    expect(deploy?.accountId).toBe('f'.repeat(32));
  });

  it('need no question where one is named', async () => {
    const { code } = await stage.run([...NO_SAMPLE, '--account', 'Other'], {
      answers: ANSWERS,
      dependencies: healthy,
    });
    expect(code).toBe(0);
    const { said } = await stage.run(['--account', 'Nobody'], { answers: ANSWERS });
    expect(said).toContain('There is no account Nobody → One of: 0123456789');
  });
});

describe('where nobody can answer', () => {
  it('everything that is missing is named at once, and nothing is changed', async () => {
    stage.cloudflare.accounts.push({ id: 'f'.repeat(32), name: 'Other' });
    const { code, said } = await stage.run(['--yes', '--sources', 'stripe,auth0']);
    expect(code).toBe(2);
    for (const name of ['--account', 'DATAFAST_API_KEY', 'HUBSPOT_TOKEN'])
      expect(said).toContain(name);
    expect(commands()).not.toContain('deploy');
    expect(stage.hubspot.requests).toEqual([]);
  });

  it('a source’s secret may come later: the URL is there first', async () => {
    const { code, said } = await stage.run(['--yes', '--sources', 'stripe', ...NO_SAMPLE], {
      env: stage.keys,
      dependencies: healthy,
    });
    expect(code, said).toBe(0);
    expect(said).toContain(
      'stripe: Stripe Dashboard → Developers → Webhooks → Add endpoint, https://whence.acme.workers.dev/webhooks/stripe.',
    );
    expect(said).toContain("The endpoint's signing secret (whsec_…) → STRIPE_WEBHOOK_SECRET.");
    expect(said).toMatch(/Carry the cookie:\n[\s\S]*datafast_visitor_id: visitorId/);
    expect(said).toContain('! stripe stays off → npm run setup -- --sources stripe');
  });

  it('names what is malformed beside what is missing', async () => {
    const { code, said } = await stage.run(['--yes'], {
      env: { DATAFAST_API_KEY: 'oops', CLERK_WEBHOOK_SECRET: 'whsec_!' },
    });
    expect(code).toBe(2);
    expect(said).toContain('✗ DATAFAST_API_KEY is not valid → ');
    expect(said).toContain('✗ CLERK_WEBHOOK_SECRET ');
    expect(said).toContain('HUBSPOT_TOKEN');
    expect(said).not.toContain('oops');
  });

  it('a login is missing, too', async () => {
    stage.cloudflare.isLoggedIn = false;
    const { code, said } = await stage.run(['--yes']);
    expect(code).toBe(2);
    expect(said).toContain('CLOUDFLARE_API_TOKEN, or npx wrangler login');
    expect(said).toContain('HUBSPOT_TOKEN');
  });

  it('the environment answers everything', async () => {
    const { code, said } = await stage.run(['--yes', ...NO_SAMPLE], {
      env: stage.keys,
      dependencies: healthy,
    });
    expect(code, said).toBe(0);
  });
});

describe('a dry run', () => {
  it('says what would happen and changes nothing', async () => {
    const { code, said } = await stage.run(['--yes', '--dry-run'], { env: stage.keys });
    expect(code).toBe(0);
    expect(said).toMatch(/deploy the Worker with DATAFAST_API_KEY, .*HUBSPOT_TOKEN/);
    expect(commands()).toEqual(['--version', 'whoami --json', 'secret list']);
    expect(stage.hubspot.properties().some(({ groupName }) => groupName === 'datafast')).toBe(
      false,
    );
    expect(stage.kept()).toEqual({});
  });
});

describe('sources', () => {
  const answers = { ...ANSWERS, 'Which services': ['stripe', 'auth0'] };

  it('have a URL to paste, and their secret is asked for once there is one', async () => {
    const secret = 'whsec_c3RyaXBlLXRlc3Qtc2VjcmV0LW9mLTMyLWJ5dGVz';
    const { said, asked } = await stage.run(NO_SAMPLE, {
      answers: { ...answers, STRIPE_WEBHOOK_SECRET: secret },
      dependencies: healthy,
    });
    expect(said).toContain(
      'Stripe Dashboard → Developers → Webhooks → Add endpoint, https://whence.acme.workers.dev/webhooks/stripe',
    );
    expect(asked.at(-1)).toContain('STRIPE_WEBHOOK_SECRET');
    expect(secretsOf(stage).get('STRIPE_WEBHOOK_SECRET')).toBe(secret);
    expect(said).not.toContain(secret);
  });

  it('are explained in whole sentences', () => {
    for (const [name, guide] of readSourceGuides('https://whence.example')) {
      for (const text of Object.values(guide)) {
        expect(text, name).not.toMatch(/:$|next section/);
      }
    }
  });

  it('whose secret the operator chooses get one, which is kept', async () => {
    const { said } = await stage.run(NO_SAMPLE, {
      answers: { ...answers, STRIPE_WEBHOOK_SECRET: '' },
      dependencies: healthy,
    });
    const { AUTH0_WEBHOOK_SECRET } = stage.kept();
    expect(AUTH0_WEBHOOK_SECRET).toHaveLength(40);
    expect(secretsOf(stage).get('AUTH0_WEBHOOK_SECRET')).toBe(AUTH0_WEBHOOK_SECRET);
    expect(said).toContain('! stripe stays off → npm run setup -- --sources stripe');
  });
});

describe('what setup says', () => {
  it('is broken between words, and code is not', () => {
    const text = [
      'one two three four five six seven',
      '  const code = "stays whole, whatever";',
    ].join('\n');
    expect(wrapped(text, 24)).toBe(
      ['one two three four', 'five six seven', '  const code = "stays whole, whatever";'].join(
        '\n',
      ),
    );
  });
});

describe('destroy', () => {
  const run = async (answers?: Readonly<Record<string, string>>, more = {}) => {
    const said: string[] = [];
    const code = await destroy({
      flags: { name: 'whence', yes: false, dryRun: false, ...more },
      wrangler: openWrangler({
        run: runInProcess(stage.cloudflare),
        speak: runInProcess(stage.cloudflare),
      }),
      say: sayInto(said),
      ask: answers && askFrom(answers, []),
      file: join(stage.folder, 'whence.env'),
      registry,
      place: { folder: stage.folder },
    });
    return { code, said: said.join('\n') };
  };
  const names = ({ cloudflare: { workers, databases, queues } }: TestStage) =>
    [workers, databases, queues].flatMap((things) => [...things.keys()]);

  it('removes everything after two answers, and says what stays', async () => {
    await stage.run(NO_SAMPLE, { answers: ANSWERS, dependencies: healthy });
    expect(names(stage)).toHaveLength(4);
    const { code, said } = await run({ 'Remove all': 'yes', 'Type the name': 'whence' });
    expect(code, said).toBe(0);
    expect(names(stage)).toEqual([]);
    expect(stage.kept()).toEqual({});
    expect(said).toContain('contacts, and the fields that Whence created');
    const again = await run(undefined, { yes: true });
    expect(again).toMatchObject({ code: 0, said: expect.stringContaining('Was not there:') });
    expect(stage.leftovers()).toEqual([]);
  });

  it.each([
    [{ 'Remove all': 'no' }, {}, 130],
    [undefined, {}, 2],
    [undefined, { dryRun: true }, 0],
  ])('removes nothing after %j %j', async (answers, more, expected) => {
    await stage.run(NO_SAMPLE, { answers: ANSWERS, dependencies: healthy });
    const { code } = await run(answers, more);
    expect(code).toBe(expected);
    expect(names(stage)).toHaveLength(4);
    expect(stage.kept()).toHaveProperty('ADMIN_TOKEN');
  });

  it('names what could not be removed', async () => {
    await stage.run(NO_SAMPLE, { answers: ANSWERS, dependencies: healthy });
    stage.cloudflare.mishaps.set('delete', 'noPermission');
    const { code, said } = await run(undefined, { yes: true });
    expect(code).toBe(1);
    expect(said).toContain('✗ The Cloudflare token lacks a permission');
    expect(stage.kept()).toHaveProperty('ADMIN_TOKEN');
  });
});

describe('secrets', () => {
  it('are in no command line and in nothing that is said, and the file is the operator’s alone', async () => {
    const { said } = await stage.run(NO_SAMPLE, { answers: ANSWERS, dependencies: healthy });
    const secrets = secretsOf(stage);
    expect(secrets.size).toBeGreaterThanOrEqual(4);
    for (const name of [
      'DATAFAST_API_KEY',
      'HUBSPOT_TOKEN',
      'ADMIN_TOKEN',
      'SIGNUP_WEBHOOK_SECRET',
    ]) {
      const secret = secrets.get(name) ?? '';
      expect(secret.length, name).toBeGreaterThan(8);
      expect(everything()).not.toContain(secret);
      expect(said).not.toContain(secret);
    }
    const deploy = stage.cloudflare.calls.find(({ args }) => args[0] === 'deploy');
    expect(deploy?.secretsFileMode).toBe(process.platform === 'win32' ? 0o666 : 0o600);
    expect(stage.leftovers()).toEqual([]);
  });
});
