// What attributing one visitor costs in workerd, and how much the vendored lists add to the Worker. One request attributes
// many visitors. The time of an empty request is subtracted.
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Job } from './attribution-worker.ts';
import { build } from './built-worker.ts';
import { type Figure, type Measured, summarize } from './figures.ts';
import { type Running, runWorkers } from './workerd.ts';

const VISITORS = 20_000;
const ROUNDS = 7;
const TARGET_MICROSECONDS = 20;
const LISTED_SOURCES = resolve(import.meta.dirname, '../../src/attribution/data/listed-sources.ts');

/** The links of visitors, from short to long, and one of an attacker. */
const LINKS = {
  untagged: '',
  'paid search':
    'utm_source=google&utm_medium=cpc&utm_campaign=brand_eu&utm_term=crm&gclid=Cj0KCQiA',
  social: 'utm_source=fb&utm_medium=social&fbclid=IwAR1x',
  'unknown partner': 'ref=blog.unknown-partner.example&via=jane',
  'mail tool': 'mc_cid=4f1&mc_eid=9a2&utm_campaign=Newsletter%20May',
  '10 KB of an attacker': `utm_source=${'a.'.repeat(5_000)}&utm_medium=${'-_'.repeat(5_000)}&utm_campaign=${'shop'.repeat(2_500)}`,
};

async function cpuMs(worker: Running, job: Omit<Job, 'referrer'>): Promise<number> {
  const body = JSON.stringify({ ...job, referrer: 'https://www.google.com/' });
  const before = worker.cpuMs();
  const response = await fetch(worker.url, { method: 'POST', body });
  if (!response.ok) throw new Error(await response.text());
  await response.arrayBuffer();
  return worker.cpuMs() - before;
}

async function microsecondsPerVisitor(worker: Running, link: string, withRules: boolean) {
  const rounds: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const empty = await cpuMs(worker, { link, withRules, count: 0 });
    const full = await cpuMs(worker, { link, withRules, count: VISITORS });
    rounds.push((full - empty) * (1000 / VISITORS));
  }
  return summarize(rounds);
}

export async function measureAttributing(): Promise<Measured> {
  const { script } = build('lab/bench/attribution-worker.ts');
  const worker = await runWorkers([{ name: 'attribution', script }]);
  const figures: Figure[] = [];
  try {
    for (const [name, link] of Object.entries(LINKS)) {
      const target = name.includes('attacker') ? undefined : { atMost: TARGET_MICROSECONDS };
      for (const withRules of [false, true]) {
        const measured = await microsecondsPerVisitor(worker, link, withRules);
        const rules = withRules ? ', with 20 rules of the operator' : '';
        figures.push({ name: `${name}${rules}`, unit: 'µs', ...measured, target });
      }
    }
  } finally {
    await worker.stop();
  }
  const kibibytes = (bytes: string | Buffer) => gzipSync(bytes, { level: 9 }).length / 1024;
  return {
    figures: [
      ...figures,
      {
        name: 'vendored lists, gzipped',
        unit: 'KiB',
        value: kibibytes(readFileSync(LISTED_SOURCES)),
      },
      { name: 'all of attribution, gzipped', unit: 'KiB', value: kibibytes(script) },
    ],
    notes: ['CPU of workerd per visitor.'],
  };
}
