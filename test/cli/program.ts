// The program as an operator starts it: in an empty folder, with an environment that has no keys of this machine.
import { execFile, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

export interface Ended {
  code: number;
  stdout: string;
  stderr: string;
}

export interface Program {
  /** Where it runs, and where its configuration is. */
  folder: string;
  run(args: readonly string[], env?: Readonly<Record<string, string>>): Promise<Ended>;
  /** Starts it, sends Ctrl-C once `isTime` says so, and waits for its end. */
  interrupt(
    args: readonly string[],
    env: Readonly<Record<string, string>>,
    isTime: () => Promise<unknown>,
  ): Promise<Ended>;
  close(): void;
}

export const ROOT = resolve(import.meta.dirname, '../..');
/** Nothing listens on port 9. */
export const NOWHERE = 'http://127.0.0.1:9';
export const SOME_TOKEN = 'x'.repeat(32);

/** The npm and the test runner that started this have variables of their own. */
export const ownEnvironment = (): NodeJS.ProcessEnv => {
  const env = { ...process.env };
  for (const name of Object.keys(env)) {
    if (name.startsWith('npm_') || name === 'FORCE_COLOR') delete env[name];
  }
  return env;
};

export function openProgram(file = 'src/cli/whence.ts'): Program {
  const folder = mkdtempSync(join(tmpdir(), 'whence-test-'));
  const environment = (env: Readonly<Record<string, string>>) => ({
    ...ownEnvironment(),
    ...{ DATAFAST_API_KEY: '', HUBSPOT_TOKEN: '', WHENCE_NAME: '', WHENCE_URL: NOWHERE },
    ...{ ADMIN_TOKEN: SOME_TOKEN, XDG_CONFIG_HOME: folder, ...env },
  });
  const path = join(ROOT, file);
  return {
    folder,
    run: (args, env = {}) =>
      new Promise((done) => {
        const child = execFile(
          process.execPath,
          [path, ...args],
          { cwd: folder, env: environment(env) },
          (error, stdout, stderr) =>
            done({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr }),
        );
        child.stdin?.end();
      }),
    interrupt: async (args, env, isTime) => {
      const child = spawn(process.execPath, [path, ...args], {
        cwd: folder,
        env: environment(env),
      });
      const ended: Ended = { code: -1, stdout: '', stderr: '' };
      child.stdout.on('data', (text) => {
        ended.stdout += text;
      });
      child.stderr.on('data', (text) => {
        ended.stderr += text;
      });
      const closed = new Promise<number>((done) => child.on('close', (code) => done(code ?? -1)));
      await isTime();
      child.kill('SIGINT');
      return { ...ended, code: await closed, stdout: ended.stdout, stderr: ended.stderr };
    },
    close: () => rmSync(folder, { recursive: true, force: true }),
  };
}
