// `npm run doctor`, as a program, against the real Worker and without one.
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStage as openDemo, type Stage } from '../../demo/stage.ts';
import { writeSettingsFile } from '../../src/cli/deployment.ts';
import { compareVersions, latestVersion } from '../../src/cli/doctor/latest-version.ts';
import { checkVersions } from '../../src/cli/doctor/versions.ts';

const ROOT = resolve(import.meta.dirname, '../..');
let folder: string;
let stage: Stage;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'whence-test-'));
  stage = await openDemo(ROOT);
});
afterAll(async () => {
  await stage.close();
  rmSync(folder, { recursive: true });
});

interface Ended {
  code: number;
  stdout: string;
  stderr: string;
}

/** Settings whose names TypeScript knows are never those of the machine the test runs on. */
const NO_KEYS = { DATAFAST_API_KEY: '', HUBSPOT_TOKEN: '', ADMIN_TOKEN: '', WHENCE_NAME: '' };

function doctor(args: readonly string[], settings: Record<string, string> = {}): Promise<Ended> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [join(ROOT, 'src/cli/whence.ts'), 'doctor', ...args],
      { cwd: folder, env: { ...process.env, ...NO_KEYS, XDG_CONFIG_HOME: folder, ...settings } },
      (error, stdout, stderr) =>
        resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr }),
    );
  });
}

describe('npm run doctor', () => {
  it('asks the Worker, and ends with 0 when there is nothing to fix', async () => {
    const file = join(folder, 'whence', 'known.env');
    writeSettingsFile(file, new Map([['WHENCE_URL', stage.url.origin]]));
    const { code, stdout } = await doctor(['--name', 'known'], { ADMIN_TOKEN: stage.adminToken });
    expect(stdout).toMatch(/^✓ settings +Valid$/m);
    expect(stdout).toMatch(/^✓ hubspot /m);
    expect(stdout).toMatch(/^✓ version /m);
    expect(code, stdout).toBe(0);
  });

  it('ends with 1 and names the fix when there is a problem', async () => {
    stage.datafast.failWith({ status: 401 });
    const { code, stdout } = await doctor(['--url', stage.url.origin], {
      ADMIN_TOKEN: stage.adminToken,
    });
    stage.datafast.failWith(undefined);
    expect(stdout).toMatch(/^✗ datafast +DATAFAST_API_KEY .*401/m);
    expect(stdout).toMatch(/→ Create a new key/);
    expect(code).toBe(1);
  });

  it('prints the report as JSON', async () => {
    const { stdout } = await doctor(['--json', '--url', stage.url.origin], {
      ADMIN_TOKEN: stage.adminToken,
    });
    expect(JSON.parse(stdout)).toMatchObject({
      version: expect.any(String),
      checks: expect.arrayContaining([{ name: 'clock', status: 'ok', what: expect.any(String) }]),
    });
  });

  it('checks the keys known here when the Worker cannot be asked', async () => {
    const { code, stdout } = await doctor(['--url', 'http://127.0.0.1:9'], {
      ADMIN_TOKEN: 'x'.repeat(32),
      DATAFAST_API_KEY: 'df_wrong',
      DATAFAST_URL: 'http://127.0.0.1:9',
    });
    expect(stdout).toMatch(/^✗ worker +Nothing answers at http:\/\/127.0.0.1:9/m);
    expect(stdout).toMatch(/^✗ datafast +DATAFAST_URL /m);
    expect(stdout).toMatch(/^✗ settings +No CRM is set/m);
    expect(stdout).toContain('→ Set HUBSPOT_TOKEN for HubSpot, or ');
    // Without its key it was not asked, so it cannot be right.
    expect(stdout).not.toMatch(/^✓ hubspot/m);
    expect(stdout).not.toContain('df_wrong');
    expect(code).toBe(1);
  });

  it('gives the fix of each cause: no token, another token, no Worker', async () => {
    const { origin } = stage.url;
    const none = await doctor(['--url', origin]);
    expect(none.stdout).toMatch(
      /^✗ worker +ADMIN_TOKEN is not set\n +→ Run npm run setup, or put the Worker’s ADMIN_TOKEN into the environment or \S+whence\.env\.$/m,
    );
    expect(none.stdout.match(/ADMIN_TOKEN is not set/g)).toHaveLength(1);
    const other = await doctor(['--url', origin], { ADMIN_TOKEN: 'x'.repeat(32) });
    expect(other.stdout).toMatch(
      /^✗ worker +ADMIN_TOKEN is not the one of this Worker\.\n +→ Put ADMIN_TOKEN of this Worker into the environment or \S+whence\.env\. A new one: npm run setup -- --rotate ADMIN_TOKEN\.$/m,
    );
    // What that Worker has is not known here, so nothing is said of settings.
    expect(other.stdout.match(/^\S \S+/gm)).toEqual(['✗ worker', '✓ version']);
    expect(other.code).toBe(1);
    const nowhere = await doctor(['--url', 'http://127.0.0.1:9'], { ADMIN_TOKEN: 'x'.repeat(32) });
    expect(nowhere.stdout).toMatch(/→ Is it deployed\? Give --url/);
    expect(nowhere.stdout).not.toMatch(/^✓ sources/m);
    expect(nowhere.stdout).toContain('→ Set the secret of a source: see docs/sources.md.');
  });

  it('ends with 2 when it cannot run', async () => {
    expect(await doctor(['--nonsense'])).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/^unknown option '--nonsense'\n\n`npm run doctor -- --help`/),
    });
  });
});

describe('the version', () => {
  it('that is the newest is the one that the registry of npm says', async () => {
    const asked: string[] = [];
    const registry =
      (body: unknown): typeof fetch =>
      async (url) => {
        asked.push(String(url));
        return Response.json(body);
      };
    expect(await latestVersion(registry({ version: '0.10.0' }), 'https://mirror.example/npm')).toBe(
      '0.10.0',
    );
    expect(asked).toEqual(['https://mirror.example/npm/whence-crm/latest']);
    expect(await latestVersion(registry({ error: 'Not found' }))).toBeUndefined();
    expect(await latestVersion(() => Promise.reject(new TypeError('no network')))).toBeUndefined();
    expect(compareVersions('0.9.0', '0.10.0')).toBeLessThan(0);
    expect(compareVersions('1.2.3', '1.2.3')).toBe(0);
  });

  it('behind is a warning with the way up', () => {
    expect(checkVersions({ own: '0.1.0', latest: '0.2.0' })).toMatchObject({
      status: 'warning',
      fix: expect.stringContaining('npm run setup'),
    });
    expect(checkVersions({ own: '0.2.0', latest: '0.2.0', worker: '0.1.0' })).toMatchObject({
      status: 'warning',
      what: 'The Worker is 0.1.0, this is 0.2.0',
    });
    expect(checkVersions({ own: '0.2.0' }).status).toBe('ok');
  });
});

describe('npm run doctor without its Worker', () => {
  const away = ['--url', 'https://whence.invalid'];
  const key = { ADMIN_TOKEN: 'x'.repeat(32) };

  it('does not call a setting missing that only the Worker has', async () => {
    const { stdout } = await doctor(away, key);
    expect(stdout).toMatch(/^✗ worker +Nothing answers at https:\/\/whence\.invalid/m);
    expect(stdout).not.toContain('is not set');
    expect(stdout).toMatch(/^✓ settings +What the Worker has is not known here/m);
  });

  it('checks everything that is known here, CHANNEL_RULES too', async () => {
    const { stdout } = await doctor(away, {
      ...key,
      CHANNEL_RULES: '[{"when":{"utm_sorce":"x"},"channel":"Paid Search"}]',
      STRIPE_WEBHOOK_SECRET: 'sk_live_0123456789abcdef0123',
      REALTIME_REFERER: 'true',
    });
    expect(stdout).toMatch(/^✗ settings +CHANNEL_RULES\S* /m);
    expect(stdout).toContain(
      'STRIPE_WEBHOOK_SECRET is a secret API key (sk_…), not a signing secret',
    );
    expect(stdout).toContain('REALTIME_REFERER is not a setting of Whence; REFERRER_LOOKUP is');
  });
});
