// A second Worker in one account: its own name, database, queues and settings, and no tracked file is edited.
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { unstable_readConfig } from 'wrangler';
import { renamedConfig, withWorkerConfig } from '../../src/cli/worker-config.ts';
import { flagsOf, openStage, type TestStage } from './stage.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const report = { version: '0.1.0', at: '', checks: [] };
const healthy = { askDoctor: async () => ({ kind: 'report' as const, report }) };
const FLAGS = ['--yes', '--no-sample'];
const SECOND = [...FLAGS, '--name', 'second'];

let stage: TestStage;
beforeEach(async () => {
  stage = await openStage();
});
afterEach(async () => {
  await stage.close();
});
const run = (flags: readonly string[]) =>
  stage.run(flags, { env: stage.keys, dependencies: healthy });

describe('setup with --name', () => {
  it('deploys a Worker whose database and queues are named after it', async () => {
    const { code, said } = await run(SECOND);
    expect(code, said).toBe(0);
    const { workers, databases, queues } = stage.cloudflare;
    expect([...workers.keys()]).toEqual(['second']);
    expect([...databases]).toEqual([['second-ledger', 1]]);
    expect([...queues]).toEqual([
      ['second-signups', 'second'],
      ['second-dead-letters', 'second'],
    ]);
    expect(said).toContain('npm run doctor -- --name second');
  });

  it('leaves the first one alone', async () => {
    await run(FLAGS);
    const { workers } = stage.cloudflare;
    const first = structuredClone(workers.get('whence'));
    const kept = stage.kept();
    const { code, said } = await run(SECOND);
    expect(code, said).toBe(0);
    expect([...workers.keys()]).toEqual(['whence', 'second']);
    expect(workers.get('whence')).toEqual(first);
    expect(stage.kept()).toEqual(kept);
    expect([...stage.cloudflare.databases.keys()]).toEqual(['whence-ledger', 'second-ledger']);
  });

  it('makes up other secrets, and keeps them in a file of their own', async () => {
    await run(FLAGS);
    await run(SECOND);
    const [first, second] = [stage.kept(), stage.kept('second')];
    expect(second.ADMIN_TOKEN).toMatch(/^[0-9a-f]{64}$/);
    expect(second.ADMIN_TOKEN).not.toBe(first.ADMIN_TOKEN);
    expect(second.WHENCE_URL).toBe('https://second.acme.workers.dev');
    expect(first.WHENCE_URL).toBe('https://whence.acme.workers.dev');
    const { secrets } = stage.cloudflare.workers.get('second') ?? {};
    expect(secrets?.get('ADMIN_TOKEN')).toBe(second.ADMIN_TOKEN);
  });

  it('is the same Worker when it runs again', async () => {
    await run(SECOND);
    const secrets = new Map(stage.cloudflare.workers.get('second')?.secrets);
    const { code, said } = await run(SECOND);
    expect(code, said).toBe(0);
    expect(said).toContain('the Worker second is there');
    expect(stage.cloudflare.workers.get('second')).toMatchObject({ deploys: 2, secrets });
  });

  it('hands its configuration to every call that is about the Worker, and removes it', async () => {
    await run(SECOND);
    const about = stage.cloudflare.calls.filter(({ args: [command = ''] }) =>
      ['secret', 'deploy', 'd1'].includes(command),
    );
    expect(about.map(({ args }) => args[0])).toEqual(['secret', 'deploy', 'd1']);
    for (const { args } of about) expect(args.at(-2)).toBe('--config');
    expect(stage.leftovers()).toEqual([]);
  });

  it('is given its secrets of providers as well', async () => {
    const { code, said } = await stage.run([...SECOND.slice(1), '--sources', 'stripe'], {
      env: stage.keys,
      answers: { STRIPE_WEBHOOK_SECRET: 'whsec_0123456789abcdef' },
      dependencies: healthy,
    });
    expect(code, said).toBe(0);
    expect(stage.cloudflare.workers.get('second')?.secrets.get('STRIPE_WEBHOOK_SECRET')).toBe(
      'whsec_0123456789abcdef',
    );
  });

  it('removes its configuration when a step fails', async () => {
    stage.cloudflare.mishaps.set('d1', 'migrationFails');
    const { code } = await run(SECOND);
    expect(code).toBe(1);
    expect(stage.leftovers()).toEqual([]);
  });

  it.each(['Second', 'a b', '../second', '-second', 'second-', 'x'.repeat(51), ''])(
    'refuses the name “%s”',
    async (name) => {
      await expect(flagsOf(['--name', name])).rejects.toThrow('--name');
    },
  );

  it('takes the name from WHENCE_NAME, and is whence without', async () => {
    expect(await flagsOf([], { WHENCE_NAME: 'second' })).toMatchObject({ name: 'second' });
    expect(await flagsOf([])).toMatchObject({ name: 'whence' });
  });
});

describe('the configuration of the second Worker', () => {
  it('is that of wrangler.toml, as wrangler reads it, with other names', async () => {
    const read = (path: string): object => unstable_readConfig({ config: path });
    const file = resolve(ROOT, 'wrangler.toml');
    const first = JSON.stringify(read(file));
    await withWorkerConfig('second', async (path = '') => {
      const second = JSON.stringify(read(path));
      const expected = first
        .replaceAll(/"whence(-[a-z-]+)?"/g, '"second$1"')
        .replaceAll(file, path)
        .replace('"directory":"dist/assets"', `"directory":"${ROOT}/dist/assets"`)
        .replace('"migrations_dir":"migrations"', `"migrations_dir":"${ROOT}/migrations"`);
      expect(JSON.parse(second)).toEqual(JSON.parse(expected));
    });
  });

  it('keeps everything else to the letter', () => {
    const toml = readFileSync(resolve(ROOT, 'wrangler.toml'), 'utf8');
    const lines = renamedConfig(toml, 'second', ROOT).split('\n');
    const changed = toml.split('\n').flatMap((line, index) => {
      const [now = ''] = lines.slice(index);
      return line === now ? [] : [now.replace(/ *#.*$/, '')];
    });
    expect(changed).toEqual([
      'name = "second"',
      `main = "${ROOT}/src/worker.ts"`,
      `directory = "${ROOT}/dist/assets"`,
      'database_name = "second-ledger"',
      `migrations_dir = "${ROOT}/migrations"`,
      'queue = "second-signups"',
      'queue = "second-dead-letters"',
      'queue = "second-signups"',
      'dead_letter_queue = "second-dead-letters"',
      'queue = "second-dead-letters"',
    ]);
  });
});

describe('the stand-in for Cloudflare', () => {
  /** With this configuration, in a file that stands elsewhere. */
  async function deploy(text: string) {
    const config = join(stage.folder, 'wrangler.toml');
    writeFileSync(config, text);
    const { code, stderr } = await stage.wrangler.run(['deploy', '--config', config]);
    return { code, said: stderr };
  }
  const toml = readFileSync(resolve(ROOT, 'wrangler.toml'), 'utf8');

  it('refuses a queue that does not exist and is not created', async () => {
    const other = renamedConfig(toml, 'second').replaceAll(
      /(consumers]]\nqueue = ")second-signups/g,
      '$1other-signups',
    );
    expect(await deploy(other)).toMatchObject({
      code: 1,
      said: expect.stringContaining('Queue "other-signups" does not exist'),
    });
  });

  it('refuses a second consumer of one queue', async () => {
    await run(FLAGS);
    const sharing = renamedConfig(toml, 'second').replaceAll('second-signups', 'whence-signups');
    expect(await deploy(sharing)).toMatchObject({
      code: 1,
      said: expect.stringContaining('already has a consumer'),
    });
  });

  it('refuses paths that lead nowhere, as those of a file that was only copied elsewhere do', async () => {
    expect(await deploy(toml)).toMatchObject({
      code: 1,
      said: expect.stringContaining('src/worker.ts" does not exist'),
    });
  });

  it('refuses migrations of a database that no deploy has created', async () => {
    const { code, stderr } = await stage.wrangler.run([
      ...['d1', 'migrations', 'apply', 'LEDGER', '--remote'],
    ]);
    expect(code).toBe(1);
    expect(stderr).toContain("Couldn't find a D1 DB named 'whence-ledger'");
  });
});
