// `npm run test:package`: the packed product in an empty folder, as its users have it: installed from the tarball and run by
// the Node of this machine. Cloudflare, DataFast and HubSpot are stand-ins; the Worker that setup deploys is the packed one.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, before, test } from 'node:test';

import { openSetupStage, type SetupStage } from '../../demo/setup-stage.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const NODE_OF_CHECKOUT = process.execPath;

interface Ended {
  code: number;
  output: string;
}

let stage: SetupStage;
let folder: string;
let elsewhere: string;

/** The environment of a user, without what npm and the checkout have put into this one. */
function environment(more: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
  const env: NodeJS.ProcessEnv = { ...process.env };
  for (const name of Object.keys(env)) if (name.startsWith('npm_')) delete env[name];
  const path = env.PATH?.split(':').filter((part) => !part.includes('node_modules'));
  return {
    ...env,
    ...{ PATH: path?.join(':'), XDG_CONFIG_HOME: join(folder, 'config'), ...stage.urls, ...more },
    STAND_IN_CLOUDFLARE: stage.controlUrl,
  };
}

/** A command of the installed package, started in another folder than the one it was installed in. */
function whence(args: readonly string[], more: Readonly<Record<string, string>> = {}) {
  return new Promise<Ended>((done) => {
    const bin = join(folder, 'node_modules/.bin/whence');
    const child = spawn(bin, args, { cwd: elsewhere, env: environment(more) });
    let output = '';
    child.stdin.end();
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (text) => {
        output += text;
      });
    }
    child.on('close', (code) => done({ code: code ?? -1, output }));
  });
}

/** The place of wrangler’s program is taken by its stand-in. */
function standInForWrangler(): void {
  const program = [NODE_OF_CHECKOUT, join(ROOT, 'stand-ins/wrangler.ts')];
  const text = `const { spawnSync } = require('node:child_process');
const [program, file] = ${JSON.stringify(program)};
const ran = spawnSync(program, [file, ...process.argv.slice(2)], { stdio: 'inherit' });
process.exitCode = ran.status;`;
  for (const file of ['bin/wrangler.js', 'wrangler-dist/cli.js']) {
    writeFileSync(join(folder, 'node_modules/wrangler', file), text);
  }
}

before(async () => {
  stage = await openSetupStage({ runsWorker: true });
  folder = mkdtempSync(join(tmpdir(), 'whence-package-'));
  elsewhere = join(folder, 'elsewhere');
  mkdirSync(elsewhere);
  execFileSync('npm', ['pack', '--silent', '--pack-destination', folder], { cwd: ROOT });
  const tarball = readdirSync(folder).find((name) => name.endsWith('.tgz')) ?? '';
  const { size } = statSync(join(folder, tarball));
  const startedAtMs = Date.now();
  execFileSync('npm', ['install', '--no-audit', '--no-fund', '--silent', `./${tarball}`], {
    cwd: folder,
    env: environment(),
  });
  const seconds = Math.round((Date.now() - startedAtMs) / 1000);
  const packages = readdirSync(join(folder, 'node_modules')).length;
  console.log(`${tarball}: ${Math.round(size / 1024)} KiB, ${packages} folders, ${seconds} s`);
  standInForWrangler();
});
after(async () => {
  await stage.close();
  rmSync(folder, { recursive: true, force: true });
});

test('the package is set up from an empty folder to the first delivery, and works from any other', async () => {
  const version = await whence(['--version']);
  assert.match(version.output, /^\d+\.\d+\.\d+\n$/);

  const setup = await whence(['setup', '--yes'], stage.keys);
  assert.equal(setup.code, 0, setup.output);
  assert.match(setup.output, /has arrived at HubSpot/);

  const doctor = await whence(['doctor']);
  assert.match(doctor.output, /^✓ hubspot /m, doctor.output);
  assert.equal(doctor.code, 0, doctor.output);

  writeFileSync(
    join(elsewhere, 'f.csv'),
    'email,signed_up_at\nada@example.com,2026-10-01\ngrace@example.com,2026-10-02\n',
  );
  const backfill = await whence(['backfill', 'f.csv']);
  assert.match(backfill.output, /2 of 2 rows are accepted\./, backfill.output);

  const attribute = await whence(['attribute', 'gclid=abc']);
  assert.match(attribute.output, /^Channel +Paid Search$/m);

  const erase = await whence(['erase', 'ada@example.com', '--yes']);
  assert.equal(erase.code, 0, erase.output);

  const upgrade = await whence(['setup', '--yes'], stage.keys);
  assert.equal(upgrade.code, 0, upgrade.output);
  assert.doesNotMatch(upgrade.output, /sample/);

  const destroy = await whence(['destroy', '--yes', '--name', 'whence']);
  assert.equal(destroy.code, 0, destroy.output);
  assert.match(destroy.output, /What stays/);
  const { workers, queues, databases } = stage.cloudflare;
  assert.deepEqual([workers.size, queues.size, databases.size], [0, 0, 0]);
});
