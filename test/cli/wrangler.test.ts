// Wrangler as a program: how it is started, and how what it prints is read.
import { execFile, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { openSetupStage } from '../../demo/setup-stage.ts';
import manifest from '../../package.json' with { type: 'json' };
import { startWrangler, wranglerCommand } from '../../src/cli/start-wrangler.ts';
import { withSecretsFile } from '../../src/cli/temporary-file.ts';
import { openWrangler, type Ran } from '../../src/cli/wrangler.ts';
import { explain } from '../../src/cli/wrangler-errors.ts';

const printed = (ran: Partial<Ran>) => {
  const run = async () => ({ code: 0, stdout: '', stderr: '', ...ran });
  return openWrangler({ run, speak: run });
};

describe('wrangler', () => {
  it('is the one of this folder, found without a shell', async () => {
    const { run } = startWrangler(wranglerCommand(), process.env);
    expect(await run(['--version'])).toMatchObject({
      code: 0,
      stdout: `${manifest.dependencies.wrangler}\n`,
    });
  });

  it('is given its arguments as they are', async () => {
    const stage = await openSetupStage();
    await stage.wrangler.run(['whoami', '--json', '$(id)', '; echo "x"', '%PATH%']);
    expect(stage.cloudflare.calls[0]?.args).toEqual([
      'whoami',
      '--json',
      '$(id)',
      '; echo "x"',
      '%PATH%',
    ]);
    await stage.close();
  });

  it('that is not there is a failure, not a crash', async () => {
    const { run } = startWrangler([join(tmpdir(), 'no-such-program')], process.env);
    const wrangler = openWrangler({ run, speak: run });
    expect(await wrangler.version()).toMatchObject({ problem: expect.stringContaining('ENOENT') });
  });

  it('says who is logged in, with or without a line about an update before it', async () => {
    const json = '{"loggedIn":true,"accounts":[{"id":"1","name":"Acme"}],"later":"more"}';
    const accounts = [{ id: '1', name: 'Acme' }];
    expect(await printed({ stdout: json }).accounts()).toEqual(accounts);
    expect(await printed({ stdout: `update available\n${json}\n` }).accounts()).toEqual(accounts);
    expect(await printed({ code: 1, stdout: '\n{"loggedIn":false}\n' }).accounts()).toBeUndefined();
  });

  it('that prints something unknown is a failure in its own words', async () => {
    expect(
      await printed({ stdout: 'Something new' }).secretNames({ accountId: '1', config: 'a file' }),
    ).toMatchObject({
      problem: 'Something new',
    });
  });

  it('that breaks is named by what broke, not by the last line of its stack', async () => {
    const stderr = `node:internal/modules:12\n  throw err;\n  ^\n\nTypeError [ERR_INVALID_URL]: Invalid URL\n    at new URL (node:internal/url:818:25)\n\nNode.js v22.1.0\n`;
    const run = async () => ({ code: 1, stdout: '', stderr });
    const failed = await openWrangler({ run, speak: run }).version();
    expect(failed).toHaveProperty('problem', 'TypeError [ERR_INVALID_URL]: Invalid URL');
  });

  it('shows no secret in what it says', () => {
    const said = explain('✘ [ERROR] Invalid value "pat-secret" for HUBSPOT_TOKEN\n\nmore', [
      'pat-secret',
    ]);
    expect(said.problem).toBe('Invalid value "…" for HUBSPOT_TOKEN');
  });
});

describe('the secrets file', () => {
  it('is gone when its use fails', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'whence-test-'));
    const fails = withSecretsFile(
      new Map([['A', 'b']]),
      async () => {
        expect(readdirSync(folder)).toHaveLength(1);
        throw new Error('it broke');
      },
      { folder },
    );
    await expect(fails).rejects.toThrow('it broke');
    expect(readdirSync(folder)).toEqual([]);
    rmSync(folder, { recursive: true });
  });

  // Windows ends a process without a signal to handle.
  it.skipIf(process.platform === 'win32')('is gone after Ctrl-C during the deploy', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'whence-test-'));
    const temporary = join(folder, 'temporary');
    mkdirSync(temporary);
    const child = spawn(process.execPath, ['demo/setup.ts', '--yes', '--no-sample'], {
      cwd: resolve(import.meta.dirname, '../..'),
      env: {
        ...process.env,
        TMPDIR: temporary,
        STAND_IN_MISHAP: 'deploy:hangs',
        DATAFAST_API_KEY: 'df_stand_in_key',
        HUBSPOT_TOKEN: 'pat-stand-in-token',
      },
    });
    const secretsFile = () =>
      readdirSync(temporary, { recursive: true }).some((name) =>
        String(name).endsWith('secrets.json'),
      );
    const ended = new Promise((resolve) => child.on('close', resolve));
    await expect.poll(secretsFile, { timeout: 90_000 }).toBe(true);
    child.kill('SIGINT');
    expect(await ended).toBe(130);
    expect(secretsFile()).toBe(false);
    rmSync(folder, { recursive: true });
  });
});

describe('npm run setup', () => {
  it('explains itself when a flag is unknown, and changes nothing', async () => {
    const ran = promisify(execFile)(
      process.execPath,
      ['src/cli/whence.ts', 'setup', '--nonsense'],
      {
        cwd: resolve(import.meta.dirname, '../..'),
      },
    );
    await expect(ran).rejects.toMatchObject({
      code: 2,
      stderr: expect.stringContaining('npm run setup -- --help'),
    });
  });
});
