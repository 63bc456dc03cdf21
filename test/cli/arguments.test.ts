// The arguments of the commands: help, mistakes that are named, and flags that npm has taken for itself.
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { swallowedFlags } from '../../src/cli/swallowed-flags.ts';

const ROOT = resolve(import.meta.dirname, '../..');
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'whence-test-'));
  writeFileSync(join(folder, 'f.csv'), 'email,signed_up_at\nada@example.com,2026-10-01\n');
});
afterAll(() => rmSync(folder, { recursive: true }));

interface Ended {
  code: number;
  stdout: string;
  stderr: string;
}

/** The npm that started this test has variables of its own, and this machine may have keys. */
const environment = () => ({
  ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('npm_'))),
  ...{ DATAFAST_API_KEY: '', HUBSPOT_TOKEN: '', ADMIN_TOKEN: 'x'.repeat(32) },
  WHENCE_URL: 'http://127.0.0.1:9',
});

function run(path: string, args: readonly string[], env: Record<string, string> = {}) {
  return new Promise<Ended>((done) => {
    execFile(
      process.execPath,
      [join(ROOT, path), ...args],
      {
        cwd: folder,
        env: { ...environment(), ...env },
      },
      (error, stdout, stderr) =>
        done({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr }),
    );
  });
}
const cli = (command: string, args: readonly string[], env?: Record<string, string>) =>
  run(`src/cli/${command}.ts`, args, env);

const COMMANDS = [
  'src/cli/setup.ts',
  'src/cli/doctor.ts',
  'src/cli/provision.ts',
  'src/cli/preview.ts',
  'src/cli/attribute.ts',
  'src/cli/send.ts',
  'src/cli/replay.ts',
  'src/cli/backfill.ts',
  'src/cli/erase.ts',
  'demo/start.ts',
  'demo/setup.ts',
  'lab/bench/bench.ts',
  'lab/bench/ledger.ts',
  'lab/chaos/run.ts',
  'lab/truth/run.ts',
];

describe('every command', () => {
  it.each(COMMANDS)('%s prints its usage for --help, and names an unknown flag', async (path) => {
    const help = await run(path, ['--help']);
    expect(help).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^usage: npm /),
      stderr: '',
    });
    const unknown = await run(path, ['--frobnicate']);
    expect(unknown).toMatchObject({ code: 2, stdout: '' });
    expect(unknown.stderr).toMatch(/^Unknown flag --frobnicate\n\nusage: npm /);
  });
});

describe('a mistake is named before the usage', () => {
  it.each([
    ['send', ['strip'], '`strip` is not a source. Did you mean stripe?'],
    ['send', [], 'The source is missing'],
    ['send', ['stripe', 'clerk'], '`clerk` is one argument too many'],
    ['replay', [], 'Give a signup id, or --status'],
    ['replay', ['--status', 'faild'], '--status takes delivered, skipped, waiting or failed'],
    ['replay', ['--reason', 'gave_up'], '--reason needs --status'],
    ['replay', ['stripe:evt_1', '--dry-run'], 'Give `stripe:evt_1` or --dry-run, not both'],
    ['replay', ['--status', 'failed', '--from', 'soon'], '--from takes a day such as 2026-11-01'],
    ['backfill', [], 'The file is missing'],
    ['backfill', ['f.csv', '--rate', 'fast'], '--rate takes a number of rows a minute'],
    ['backfill', ['f.csv', '--dry-rum'], 'Unknown flag --dry-rum. Did you mean --dry-run?'],
    ['backfill', ['f.csv', '--dry-run=yes'], '--dry-run takes no value'],
    ['backfill', ['f.csv', '--map', '--dry-run'], '--map needs a value'],
    ['replay', ['--status', 'failed', '--reason', ''], '--reason needs a value'],
    ['erase', ['ada'], '`ada` is not an email address'],
    ['preview', [], '--email is missing'],
    ['doctor', ['--url', 'nonsense'], '--url: nonsense is not a URL.'],
    ['provision', ['now'], '`now` is one argument too many'],
    ['attribute', [], 'The query string or the address is missing'],
    ['setup', ['--sources', 'stripe,clark'], '`clark` is not a source. Did you mean clerk?'],
    [
      'setup',
      ['--rotate', 'ADMIN_TOKN'],
      '--rotate: ADMIN_TOKN is not a setting of Whence; ADMIN_TOKEN is',
    ],
  ])('%s %j: %s', async (command, args, expected) => {
    const { code, stdout, stderr } = await cli(command, args);
    expect(stderr.split('\n')[0]).toContain(expected);
    expect(stderr).toContain(`\n\nusage: npm run ${command}`);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  });
});

describe('a flag that npm has taken', () => {
  it.each([
    ['backfill', ['f.csv'], { npm_config_dry_run: 'true' }, 'npm run backfill -- --dry-run f.csv'],
    [
      'replay',
      ['stripe:evt_1'],
      { npm_config_dry_run: 'true' },
      'npm run replay -- --dry-run stripe:evt_1',
    ],
    [
      'replay',
      ['failed', 'gave_up'],
      { npm_config_status: 'true', npm_config_reason: 'true' },
      'npm run replay -- --status … --reason …',
    ],
    ['erase', ['a@b.c'], { npm_config_dry_run: 'true' }, 'npm run erase -- --dry-run a@b.c'],
    ['provision', [], { npm_config_dry_run: 'true' }, 'npm run provision -- --dry-run'],
    ['setup', [], { npm_config_yes: 'true', npm_command: 'run' }, 'npm run setup -- --yes'],
    ['setup', [], { npm_config_sample: '' }, 'npm run setup -- --no-sample'],
    [
      'doctor',
      [],
      { npm_config_url: 'https://x.example' },
      'npm run doctor -- --url https://x.example',
    ],
  ])('ends %s before it does anything: %j %j', async (command, args, env, expected) => {
    let requests = 0;
    const server = createServer((_, response) => {
      requests += 1;
      response.end('{}');
    });
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : 0;
    const ended = await cli(command, args, { ...env, WHENCE_URL: `http://127.0.0.1:${port}` });
    server.close();
    expect(ended.stderr).toContain(`Write \`${expected}\`.`);
    expect(ended).toMatchObject({ code: 2, stdout: '' });
    expect(requests).toBe(0);
  });

  it('is found when npm runs the command, and not when it stands behind --', async () => {
    const manifest = {
      name: 'x',
      scripts: { backfill: `node ${join(ROOT, 'src/cli/backfill.ts')}` },
    };
    writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest));
    const npm = (...args: string[]) =>
      new Promise<Ended>((done) => {
        execFile('npm', args, { cwd: folder, env: environment() }, (error, stdout, stderr) =>
          done({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr }),
        );
      });
    const swallowed = await npm('run', '-s', 'backfill', '--dry-run', 'f.csv');
    expect(swallowed.stderr).toContain('Write `npm run backfill -- --dry-run f.csv`.');
    expect(swallowed.code).toBe(2);
    const right = await npm('run', '-s', 'backfill', '--', '--dry-run', 'f.csv');
    expect(right.stdout).toContain('1 of 1 rows would be accepted.');
  });

  it('is not what npm’s own settings have: npx -y, an address in .npmrc, a flag that was given as well', () => {
    expect(swallowedFlags(['yes'], [], { npm_config_yes: 'true', npm_command: 'exec' })).toEqual(
      [],
    );
    expect(swallowedFlags(['yes'], [], { npm_config_yes: '' })).toEqual([]);
    expect(swallowedFlags(['yes'], ['--yes'], { npm_config_yes: 'true' })).toEqual([]);
    expect(swallowedFlags([], [], { npm_config_yes: 'true', npm_config_json: 'true' })).toEqual([]);
    expect(swallowedFlags(['email'], [], { npm_config_email: 'me@example.com' })).toEqual([]);
    expect(swallowedFlags(['email'], [], { npm_config_email: 'true' })).toEqual([
      { name: 'email' },
    ]);
  });
});

describe('a backfill against a Worker that is not there', () => {
  it('ends at once, and says that nothing was sent', async () => {
    const { code, stderr } = await cli('backfill', ['f.csv']);
    expect(stderr).toBe(
      'Nothing answers at http://127.0.0.1:9. No row was sent. Start the Worker or give --url, then run the same command again.\n',
    );
    expect(code).toBe(1);
  });
});
