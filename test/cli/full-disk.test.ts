// A full disk, and a reader that has read enough: a command ends with a sentence, and never with the lines of its code.
import { spawn } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openProgram, ownEnvironment, type Program, ROOT } from './program.ts';

/** Accepts reading, and has no room for anything. */
const FULL = '/dev/full';
const WHENCE = join(ROOT, 'src/cli/whence.ts');

let program: Program;
beforeEach(() => {
  program = openProgram();
});
afterEach(() => program.close());

/** Runs the program with its output into the full disk. */
function intoFullDisk(args: readonly string[]) {
  return new Promise<{ code: number; stderr: string }>((done) => {
    const child = spawn(process.execPath, [WHENCE, ...args], {
      cwd: program.folder,
      env: { ...ownEnvironment(), XDG_CONFIG_HOME: program.folder },
      stdio: ['ignore', openSync(FULL, 'w'), 'pipe'],
    });
    let stderr = '';
    child.stderr?.on('data', (text) => {
      stderr += text;
    });
    child.on('close', (code) => done({ code: code ?? -1, stderr }));
  });
}

/** A Worker that accepts every row. */
async function openWorker() {
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    if (request.url === '/api/queue') response.end('{"backlogMessages":0}');
    else if (request.url !== '/api/signups') response.end('{"status":"ok","version":"0.0.0"}');
    else {
      const { signups } = JSON.parse(body);
      const items = signups.map((_: unknown, index: number) => ({
        status: 'accepted',
        id: `${index}`,
      }));
      response.end(JSON.stringify({ items }));
    }
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

describe.skipIf(!existsSync(FULL))('a full disk', () => {
  it.each([
    [['attribute', 'gclid=x']],
    [['attribute', 'gclid=x', '--json']],
    [['doctor', '--url', 'http://127.0.0.1:9', '--json']],
    [['--help']],
    [['setup', '--help']],
    [['--version']],
  ])('takes no output of %j: 1, and it says so', async (args) => {
    const { code, stderr } = await intoFullDisk(args);
    expect(stderr).toBe('The output could not be written (ENOSPC).\n');
    expect(code).toBe(1);
  });

  it('ends a backfill that cannot write how far it is; the next run goes on', async () => {
    const { folder } = program;
    const worker = await openWorker();
    writeFileSync(join(folder, 'f.csv'), 'email,signed_up_at\nada@example.com,2026-10-01\n');
    symlinkSync(FULL, join(folder, 'f.csv.progress.new'));
    const full = await program.run(['backfill', 'f.csv', '--url', worker.url]);
    expect(full.stderr).toContain('(ENOSPC). The disk is full: make room.');
    expect(full.stderr).toContain('A row that was sent already counts once.');
    expect(full.stderr).not.toMatch(/^\s+at /m);
    expect(full.code).toBe(1);
    rmSync(join(folder, 'f.csv.progress.new'));
    const again = await program.run(['backfill', 'f.csv', '--url', worker.url]);
    worker.close();
    expect(again).toMatchObject({ code: 0, stdout: '1 of 1 rows are accepted.\n' });
  });

  it('ends a backfill that cannot report the refused rows, and forgets none of them', async () => {
    const { folder } = program;
    writeFileSync(join(folder, 'f.csv'), 'email,signed_up_at\nada,2026-10-01\n');
    const full = join(folder, 'f.csv.dry-run.new');
    symlinkSync(FULL, full);
    const ended = await program.run(['backfill', 'f.csv', '--dry-run']);
    expect(ended.code).toBe(1);
    expect(ended.stderr).toContain('The disk is full: make room.');
    rmSync(full);
    const again = await program.run(['backfill', 'f.csv', '--dry-run']);
    expect(again.stdout).toContain('1 are refused');
    const report = readFileSync(join(folder, 'f.csv.dry-run.csv'), 'utf8');
    expect(report.match(/^1,/gm)).toHaveLength(1);
  });
});

describe('a file of a deployment that cannot be read', () => {
  it('is named without the lines of the code', async () => {
    mkdirSync(join(program.folder, 'whence/whence.env'), { recursive: true });
    const { code, stderr } = await program.run(['doctor']);
    expect(stderr).toMatch(/could not be read or written \(EISDIR\)/);
    expect(stderr).not.toMatch(/^\s+at /m);
    expect(code).toBe(1);
  });
});

describe('a reader that has read enough', () => {
  it('ends the command without a word', async () => {
    const child = spawn(process.execPath, [WHENCE, 'setup', '--help'], {
      env: { ...ownEnvironment(), XDG_CONFIG_HOME: program.folder },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child.stdout.destroy();
    let stderr = '';
    child.stderr.on('data', (text) => {
      stderr += text;
    });
    const code = await new Promise((done) => child.on('close', done));
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  });
});
