// What `whence backfill --dry-run` takes to check a file: time and memory of the whole program.
import { spawn } from 'node:child_process';
import { createWriteStream, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Figure, Measured } from './figures.ts';

const PROGRAM = resolve(import.meta.dirname, '../../src/cli/whence.ts');
const ROWS = { '': 100_000, large: 500_000 };
const SAYS_MEMORY = `data:text/javascript,${encodeURIComponent(
  "process.on('exit', () => console.error('memory', process.resourceUsage().maxRSS))",
)}`;

export async function measureBackfill(): Promise<Measured> {
  const folder = mkdtempSync(join(tmpdir(), 'whence-backfill-'));
  const figures: Figure[] = [];
  try {
    for (const [size, rows] of Object.entries(ROWS)) {
      const file = join(folder, `${rows}.csv`);
      await pipeline(Readable.from(csv(rows)), createWriteStream(file));
      const { seconds, memoryMB } = await check(file, folder);
      const id = (name: string) =>
        size === '' ? name : `${size}${name[0]?.toUpperCase()}${name.slice(1)}`;
      const name = `${rows.toLocaleString('en')} rows`;
      figures.push({ id: id('seconds'), name: `${name}: time`, value: seconds, unit: 's' });
      figures.push({ id: id('memoryMB'), name: `${name}: memory`, value: memoryMB, unit: 'MB' });
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
  return { figures, notes: ['`whence backfill --dry-run` reads the file and sends nothing.'] };
}

function* csv(rows: number): Iterable<string> {
  yield 'email,signed_up_at,visitor_id\n';
  const start = Date.UTC(2026, 0, 1);
  for (let row = 0; row < rows; row += 1) {
    const at = new Date(start + row * 1_000).toISOString();
    const visitorId = `00000000-0000-4000-8000-${String(row).padStart(12, '0')}`;
    yield `person${row}@example.com,${at},${visitorId}\n`;
  }
}

async function check(file: string, cwd: string): Promise<{ seconds: number; memoryMB: number }> {
  const startedAt = performance.now();
  const child = spawn(
    process.execPath,
    ['--import', SAYS_MEMORY, PROGRAM, 'backfill', file, '--dry-run'],
    { cwd, env: { ...process.env, XDG_CONFIG_HOME: cwd } },
  );
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (text) => {
      said += text;
    });
  }
  const code = await new Promise((done) => child.on('close', done));
  const [, kibibytes] = /^memory (\d+)$/m.exec(said) ?? [];
  if (code !== 0 || kibibytes === undefined) throw new Error(said);
  return {
    seconds: (performance.now() - startedAt) / 1_000,
    memoryMB: (Number(kibibytes) * 1024) / 1e6,
  };
}
