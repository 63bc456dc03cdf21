// `npm run bench`: what accepting a webhook costs, against a bare Worker that only enqueues. The two take turns
// within one run, so that a noisy machine is noisy for both. CPU is workerd's own, read from /proc (Linux).
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { Miniflare } from 'miniflare';
import { sources } from '../../src/sources/index.ts';
import { samples } from '../webhooks/index.ts';

const ROUNDS = 6;
const REQUESTS_PER_ROUND = 1_500;
const CONCURRENCY = 16;

const root = resolve(import.meta.dirname, '../..');
const outdir = mkdtempSync(join(tmpdir(), 'whence-bench-'));
execFileSync(
  process.execPath,
  [join(root, 'node_modules/wrangler/bin/wrangler.js'), 'deploy', '--dry-run', '--outdir', outdir],
  { cwd: root, stdio: 'ignore', env: { ...process.env, WRANGLER_SEND_METRICS: 'false' } },
);
const bundle = join(outdir, 'worker.js');

const BARE = `export default {
  async fetch(request, env) {
    await env.SIGNUPS.send(await request.json());
    return Response.json({ status: 'accepted' });
  },
};`;

interface Contender {
  name: string;
  url: URL;
  pid: number;
  cpuMs: number;
  seconds: number;
}

const secrets = new Map(
  [...samples.values()].map(({ source, newSecret }) => [source, newSecret()]),
);

async function open(name: string, script: string) {
  const before = new Set(workerdPids());
  const settings = {
    DATAFAST_API_KEY: 'df_bench',
    HUBSPOT_TOKEN: 'pat-bench',
    ADMIN_TOKEN: 'x'.repeat(32),
    ...Object.fromEntries(
      [...secrets].map(([source, secret]) => [sources.get(source)?.secretName, secret]),
    ),
  };
  const texts = Object.entries(settings).map(
    ([key, value]) => [key, { type: 'text' as const, value }] as const,
  );
  const miniflare = new Miniflare({
    workers: [
      {
        config: {
          name: 'accept',
          compatibilityDate: '2026-10-01',
          manifest: {
            mainModule: 'worker.js',
            modules: { 'worker.js': { type: 'esm', contents: script } },
          },
          env: {
            ...Object.fromEntries(texts),
            VISITORS: { type: 'kv' },
            LEDGER: { type: 'd1' },
            // No consumer: what is measured ends where the queue has accepted.
            SIGNUPS: { type: 'queue', name: 'whence-signups' },
          },
        },
      },
    ],
  });
  const url = await miniflare.ready;
  const pid = workerdPids().find((candidate) => !before.has(candidate));
  if (pid === undefined) throw new Error('workerd did not start');
  const contender: Contender = { name, url, pid, cpuMs: 0, seconds: 0 };
  return { miniflare, contender };
}

function workerdPids(): number[] {
  const { stdout } = spawnSync('pgrep', ['-x', 'workerd'], { encoding: 'utf8' });
  return stdout.split('\n').filter(Boolean).map(Number);
}

/** User and system time of a process, in clock ticks of 10 ms. https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html */
function cpuMs(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

async function round(contender: Contender, source: string): Promise<void> {
  const sample = samples.get(source);
  if (!sample) throw new Error(`no sample of ${source}`);
  const requests = await Promise.all(
    Array.from({ length: REQUESTS_PER_ROUND }, async (_, index) => {
      const eventId = `evt_${crypto.randomUUID()}`;
      const payload = sample.payload({
        eventId,
        email: `person${index}@example.com`,
        name: 'Ada Lovelace',
        visitorId: crypto.randomUUID(),
        occurredAt: new Date(),
      });
      const secret = secrets.get(source) ?? '';
      return sample.sign(payload, { secret, eventId, at: new Date() });
    }),
  );
  const cpuBefore = cpuMs(contender.pid);
  const startedAt = performance.now();
  const queue = requests.values();
  await Promise.all(
    Array.from({ length: CONCURRENCY }, async () => {
      for (const { body, headers } of queue) {
        const target = new URL(`/webhooks/${source}`, contender.url);
        const response = await fetch(target, { method: 'POST', headers, body });
        if (response.status !== 200) throw new Error(`${contender.name}: ${response.status}`);
        await response.arrayBuffer();
      }
    }),
  );
  contender.seconds += (performance.now() - startedAt) / 1000;
  contender.cpuMs += cpuMs(contender.pid) - cpuBefore;
}

const bare = await open('bare Worker', BARE);
const whence = await open('Whence', readFileSync(bundle, 'utf8'));
const contenders = [bare.contender, whence.contender];
for (const contender of contenders) await round(contender, 'stripe');
for (const contender of contenders) Object.assign(contender, { cpuMs: 0, seconds: 0 });
for (let turn = 0; turn < ROUNDS; turn += 1) {
  const source = ['stripe', 'clerk', 'signup'][turn % 3] ?? 'stripe';
  for (const contender of contenders) await round(contender, source);
}

const total = ROUNDS * REQUESTS_PER_ROUND;
for (const { name, cpuMs: cpu, seconds } of contenders) {
  console.log(
    `${name.padEnd(12)} ${Math.round(total / seconds)} requests/s, ${(cpu / total).toFixed(3)} ms CPU per request (workerd, queue included)`,
  );
}
const [one, other] = contenders;
if (one && other) {
  console.log(
    `throughput of the bare Worker kept: ${((one.seconds / other.seconds) * 100).toFixed(0)} %`,
  );
  console.log(
    `CPU on top of the bare Worker: ${((other.cpuMs - one.cpuMs) / total).toFixed(3)} ms per webhook`,
  );
}
const bytes = gzipSync(readFileSync(bundle), { level: 9 }).length;
console.log(
  `bundle: ${(statSync(bundle).size / 1024).toFixed(1)} KB, ${(bytes / 1024).toFixed(1)} KB gzipped`,
);

await Promise.all([bare.miniflare.dispose(), whence.miniflare.dispose()]);
rmSync(outdir, { recursive: true });
