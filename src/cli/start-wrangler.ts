// How wrangler is started: by its file, with a list of arguments and without a shell. It is the same on every system.
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { RunWrangler } from './wrangler.ts';

/** Program and first arguments. Not by its name: `wrangler.cmd` of Windows would need a shell. */
export function wranglerCommand(): readonly [string, ...string[]] {
  const folder = dirname(createRequire(import.meta.url).resolve('wrangler/package.json'));
  const [major = 0] = process.versions.node.split('.').map(Number);
  // Wrangler's launcher refuses Node 20, and what it launches runs there with a warning: deploy --dry-run and d1
  // migrations were tried.
  const file = major < 22 ? join('wrangler-dist', 'cli.js') : join('bin', 'wrangler.js');
  return [process.execPath, '--no-warnings', join(folder, file)];
}

const QUIET = { NO_COLOR: '1', FORCE_COLOR: '0', WRANGLER_SEND_METRICS: 'false' };

/** `run` asks nothing and keeps what is printed. `speak` has the terminal to itself. */
export function startWrangler(
  [program, ...first]: readonly [string, ...string[]],
  environment: NodeJS.ProcessEnv,
): { run: RunWrangler; speak: RunWrangler } {
  const start =
    (stdio: 'inherit' | 'pipe'): RunWrangler =>
    (args, more = {}) =>
      new Promise((resolve) => {
        let stdout = '';
        let stderr = '';
        const child = spawn(program, [...first, ...args], {
          // Without a terminal wrangler creates what is missing, and says what it cannot.
          stdio: stdio === 'inherit' ? stdio : ['ignore', 'pipe', 'pipe'],
          windowsHide: true,
          env: { ...environment, ...(stdio === 'pipe' ? QUIET : {}), ...more },
        });
        child.stdout?.setEncoding('utf8').on('data', (text: string) => {
          stdout += text;
        });
        child.stderr?.setEncoding('utf8').on('data', (text: string) => {
          stderr += text;
        });
        // A command that is stopped stops it, too. Ctrl-C in a terminal reaches both, a signal to the command does not.
        const stop = () => child.kill();
        process.once('exit', stop);
        child.on('error', ({ message }) => resolve({ code: 1, stdout, stderr: message }));
        child.on('close', (code) => {
          process.off('exit', stop);
          resolve({ code: code ?? 1, stdout, stderr });
        });
      });
  return { run: start('pipe'), speak: start('inherit') };
}
