// The commands against the real Worker: what they print for a person who reads it.
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStage, type Stage } from '../../demo/stage.ts';
import { visitor } from '../../stand-ins/datafast/visitor.ts';

const ROOT = resolve(import.meta.dirname, '../..');
let folder: string;
let stage: Stage;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'whence-test-'));
  stage = await openStage(ROOT);
});
afterAll(async () => {
  await stage.close();
  rmSync(folder, { recursive: true });
});

function run(command: string, ...args: readonly string[]) {
  const environment = {
    DATAFAST_API_KEY: '',
    HUBSPOT_TOKEN: '',
    ADMIN_TOKEN: stage.adminToken,
    STRIPE_WEBHOOK_SECRET: stage.secrets.get('stripe') ?? '',
    PADDLE_WEBHOOK_SECRET: stage.secrets.get('paddle') ?? '',
    WHENCE_URL: stage.url.origin,
    XDG_CONFIG_HOME: folder,
  };
  const others = Object.entries(process.env).filter(([name]) => !name.startsWith('npm_'));
  return new Promise<{ code: number; stdout: string; stderr: string }>((done) => {
    execFile(
      process.execPath,
      [join(ROOT, 'src/cli/whence.ts'), command, ...args],
      { cwd: folder, env: { ...Object.fromEntries(others), ...environment } },
      (error, stdout, stderr) =>
        done({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr }),
    );
  });
}

function newVisitor(): string {
  const known = visitor({ params: { utm_source: 'google', utm_medium: 'cpc' } });
  stage.datafast.visitors.set(known.visitorId, known);
  return known.visitorId;
}

describe('npm run send', () => {
  it('without a visitor ID says so, and claims no cause', async () => {
    const { code, stdout } = await run('send', 'stripe');
    expect(stdout).toBe(
      '  match no_visitor_id: the sample had no visitor ID, so there is no source; use --visitor <id>\n',
    );
    expect(code).toBe(0);
  });

  it('with a known visitor says the channel and why', async () => {
    const { stdout } = await run('send', 'stripe', '--visitor', newVisitor());
    expect(stdout).toMatch(/match matched, channel Paid Search\n {2}because utm_/);
  });
});

describe('npm run send of a source that says in another event who it is', () => {
  it('sends that event as well, so that the signup arrives', async () => {
    const { stdout, stderr } = await run('send', 'paddle', '--visitor', newVisitor());
    expect(stderr).toContain('the event that completes a signup: accepted paddle:evt_');
    expect(stdout).toContain('match matched, channel Paid Search');
  });
});

describe('npm run preview', () => {
  it('shows what would change, and the rest with --all', async () => {
    const visitorId = newVisitor();
    const args = ['--email', 'ada@example.com', '--visitor', visitorId];
    const { stdout } = await run('preview', ...args);
    expect(stdout).toMatch(/datafast_channel .* Paid Search .* written/);
    expect(stdout).not.toContain('no new value');
    expect(stdout).toMatch(/^\d+ properties stay as they are\. --all shows them\.$/m);
    expect((await run('preview', ...args, '--all')).stdout).toContain('no new value');

    await run('send', 'stripe', '--email', 'ada@example.com', '--visitor', visitorId);
    const again = await run('preview', ...args);
    expect(again.stdout).not.toMatch(/│ datafast_channel/);
    const all = await run('preview', ...args, '--all');
    expect(all.stdout).toContain('already written; the first touch');
    expect(JSON.parse((await run('preview', ...args, '--json')).stdout)).toMatchObject({
      email: 'ada@example.com',
      match: 'matched',
    });
  });
});

describe('npm run replay', () => {
  it('refuses a reason that does not exist, and names the nearest one', async () => {
    const { code, stdout, stderr } = await run(
      ...(['replay', '--status', 'failed', '--reason', 'gave_upp', '--dry-run'] as const),
    );
    expect(stderr).toMatch(
      /^reason is not a reason code; the nearest one is gave_up\.\n\n`npm run replay -- --help`/,
    );
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  });

  it('prints no empty table', async () => {
    const { code, stdout } = await run('replay', '--status', 'failed', '--dry-run');
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'There are no such signups.\n' });
  });
});
