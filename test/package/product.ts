// The packed product as its users have it: installed from a tarball into an empty folder and run by the Node of this machine.
import { execFileSync, spawn } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import * as z from 'zod';
import type { SetupStage } from '../../demo/setup-stage.ts';

export const ROOT = resolve(import.meta.dirname, '../..');
const NODE_OF_CHECKOUT = process.execPath;

export interface Ended {
  code: number;
  output: string;
}

/** The machine of a user. */
export interface Machine {
  /** A folder in which nothing of the product is. */
  folder: string;
  /** Where commands keep what they know of a deployment. */
  config: string;
  close(): void;
}

export interface Product {
  /** Runs one of its commands, in another folder than the one it was installed in. */
  whence(args: readonly string[], more?: Readonly<Record<string, string>>): Promise<Ended>;
  /** What was installed. */
  installed: { tarballKiB: number; packages: number; installedMB: number; seconds: number };
}

export function openMachine(): Machine {
  const own = mkdtempSync(join(tmpdir(), 'whence-package-'));
  const [folder, config] = [join(own, 'elsewhere'), join(own, 'config')];
  mkdirSync(folder);
  return { folder, config, close: () => rmSync(own, { recursive: true, force: true }) };
}

/** Packs the checkout at `root`; the path of the tarball. */
export function pack(root: string, { folder }: Machine): string {
  const into = mkdtempSync(join(folder, '../tarball-'));
  execFileSync('npm', ['pack', '--silent', '--pack-destination', into], {
    cwd: root,
    shell: process.platform === 'win32',
  });
  const name = readdirSync(into).find((file) => file.endsWith('.tgz')) ?? '';
  return join(into, name);
}

/** Installs the tarball into a folder of its own. Wrangler's program is replaced by its stand-in. */
export function install(tarball: string, machine: Machine, stage: SetupStage): Product {
  const folder = mkdtempSync(join(machine.folder, '../installed-'));
  const startedAtMs = Date.now();
  execFileSync('npm', ['install', '--no-audit', '--no-fund', '--silent', tarball], {
    cwd: folder,
    env: environment(machine, stage),
    shell: process.platform === 'win32',
  });
  const seconds = Math.round((Date.now() - startedAtMs) / 1000);
  const [packages, installedMB] = [packagesIn(folder), megabytesOf(folder)];
  const tarballKiB = Math.round(statSync(tarball).size / 1024);
  standInForWrangler(folder);
  const bin = join(folder, 'node_modules/.bin/whence');
  return {
    installed: { tarballKiB, packages, installedMB, seconds },
    whence: (args, more = {}) =>
      new Promise<Ended>((done) => {
        const env = environment(machine, stage, more);
        const options = { cwd: machine.folder, env, shell: process.platform === 'win32' };
        const child = spawn(bin, args, options);
        let output = '';
        child.stdin.end();
        for (const stream of [child.stdout, child.stderr]) {
          stream.on('data', (text) => {
            output += text;
          });
        }
        child.on('close', (code) => done({ code: code ?? -1, output }));
      }),
  };
}

const Lock = z.object({ packages: z.record(z.string(), z.unknown()) });

/** Of npm's own list, which names nested ones, too. */
function packagesIn(folder: string): number {
  const text = readFileSync(join(folder, 'node_modules/.package-lock.json'), 'utf8');
  return Object.keys(Lock.parse(JSON.parse(text)).packages).length;
}

function megabytesOf(folder: string): number {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true });
  const sizes = files
    .filter((file) => file.isFile())
    .map(({ parentPath, name }) => statSync(join(parentPath, name)).size);
  return Math.round(sizes.reduce((sum, size) => sum + size, 0) / 1e6);
}

/** The environment of a user, without what npm and the checkout have put into this one. */
function environment(
  { config }: Machine,
  stage: SetupStage,
  more: Readonly<Record<string, string>> = {},
): NodeJS.ProcessEnv {
  const env: NodeJS.ProcessEnv = { ...process.env };
  for (const name of Object.keys(env)) if (name.startsWith('npm_')) delete env[name];
  const path = env.PATH?.split(delimiter).filter((part) => !part.includes('node_modules'));
  return {
    ...env,
    ...{ PATH: path?.join(delimiter), XDG_CONFIG_HOME: config, ...stage.urls, ...more },
    STAND_IN_CLOUDFLARE: stage.controlUrl,
  };
}

/** The place of wrangler’s program is taken by its stand-in. */
function standInForWrangler(folder: string): void {
  const program = [NODE_OF_CHECKOUT, join(ROOT, 'stand-ins/wrangler.ts')];
  const text = `const { spawnSync } = require('node:child_process');
const [program, file] = ${JSON.stringify(program)};
const ran = spawnSync(program, [file, ...process.argv.slice(2)], { stdio: 'inherit' });
process.exitCode = ran.status;`;
  for (const file of ['bin/wrangler.js', 'wrangler-dist/cli.js']) {
    writeFileSync(join(folder, 'node_modules/wrangler', file), text);
  }
}
