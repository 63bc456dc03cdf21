// `node sandbox/bench/attribution.ts`: what attributing one visitor costs in workerd, and what the vendored lists add
// to the Worker. One request attributes many visitors; what an empty request takes is taken off.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { Miniflare } from 'miniflare';

const VISITORS = 20_000;
const ROUNDS = 7;
const TARGET_MICROSECONDS = 20;

const root = resolve(import.meta.dirname, '../..');
const outdir = mkdtempSync(join(tmpdir(), 'whence-bench-'));
const room = join(root, 'src/attribution');

/** What visitors come by, from the plain to the laden; and one who means ill. */
const LINKS = {
  untagged: '',
  'paid search':
    'utm_source=google&utm_medium=cpc&utm_campaign=brand_eu&utm_term=crm&gclid=Cj0KCQiA',
  social: 'utm_source=fb&utm_medium=social&fbclid=IwAR1x',
  'unknown partner': 'ref=blog.unknown-partner.example&via=jane',
  'mail tool': 'mc_cid=4f1&mc_eid=9a2&utm_campaign=Newsletter%20May',
  '10 KB hostile': `utm_source=${'a.'.repeat(5_000)}&utm_medium=${'-_'.repeat(5_000)}&utm_campaign=${'shop'.repeat(2_500)}`,
};

execFileSync(
  process.execPath,
  [
    join(root, 'node_modules/wrangler/bin/wrangler.js'),
    ...['deploy', 'sandbox/bench/attribution-worker.ts', '--dry-run', '--outdir', outdir],
  ],
  { cwd: root, stdio: 'ignore', env: { ...process.env, WRANGLER_SEND_METRICS: 'false' } },
);
const bundle = readFileSync(join(outdir, 'attribution-worker.js'));

const miniflare = new Miniflare({
  workers: [
    {
      config: {
        name: 'attribution',
        compatibilityDate: '2026-10-01',
        manifest: {
          mainModule: 'worker.js',
          modules: { 'worker.js': { type: 'esm', contents: bundle.toString() } },
        },
      },
    },
  ],
});
const url = await miniflare.ready;

async function milliseconds(link: string, count: number, withRules: boolean): Promise<number> {
  const body = JSON.stringify({ link, referrer: 'https://www.google.com/', count, withRules });
  const startedAt = performance.now();
  const response = await fetch(url, { method: 'POST', body });
  if (!response.ok) throw new Error(await response.text());
  await response.arrayBuffer();
  return performance.now() - startedAt;
}

async function microsecondsPerVisitor(link: string, withRules: boolean): Promise<number> {
  const rounds: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const empty = await milliseconds(link, 0, withRules);
    rounds.push(((await milliseconds(link, VISITORS, withRules)) - empty) * (1000 / VISITORS));
  }
  return rounds.sort((one, other) => one - other)[Math.floor(ROUNDS / 2)] ?? Number.NaN;
}

let worst = 0;
for (const [name, link] of Object.entries(LINKS)) {
  const plain = await microsecondsPerVisitor(link, false);
  const ruled = await microsecondsPerVisitor(link, true);
  if (!name.includes('hostile')) worst = Math.max(worst, plain, ruled);
  console.log(
    `${name.padEnd(16)} ${plain.toFixed(1).padStart(6)} µs per visitor, ${ruled.toFixed(1).padStart(6)} µs with 20 rules of the operator's`,
  );
}
await miniflare.dispose();

const data = readFileSync(join(room, 'data/listed-sources.ts'));
const kilobytes = (bytes: Buffer) => (gzipSync(bytes, { level: 9 }).length / 1024).toFixed(1);
console.log(
  `vendored lists: ${kilobytes(data)} KB gzipped; the whole room: ${kilobytes(bundle)} KB`,
);
rmSync(outdir, { recursive: true });
console.log(
  `${worst <= TARGET_MICROSECONDS ? 'within' : 'OVER'} the ${TARGET_MICROSECONDS} µs per visitor`,
);
process.exitCode = worst <= TARGET_MICROSECONDS ? 0 : 1;
