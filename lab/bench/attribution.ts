// What attributing one visitor costs in workerd, and what the vendored lists add to the Worker. One request attributes
// many visitors. The time of an empty request is subtracted.
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Job } from './attribution-worker.ts';
import { build } from './built-worker.ts';
import { type Figure, type Measured, summarize, type Target } from './figures.ts';
import { type Running, runWorkers } from './workerd.ts';

const VISITORS = 20_000;
const HOSTILE_VISITORS = 1_000;
const ROUNDS = 7;
const TARGET: Target = { atMost: 20 };
const LISTED_SOURCES = resolve(import.meta.dirname, '../../src/attribution/data/listed-sources.ts');

/** The links of visitors, from short to long. */
const LINKS = {
  untagged: '',
  'paid search':
    'utm_source=google&utm_medium=cpc&utm_campaign=brand_eu&utm_term=crm&gclid=Cj0KCQiA',
  social: 'utm_source=fb&utm_medium=social&fbclid=IwAR1x',
  'an ad with everything':
    'utm_source=adwords&utm_medium=ppc&utm_campaign=brand&gclid=Cj0KCQiA&gad_source=1&hsa_net=adwords&hsa_src=g&hsa_acc=1&hsa_cam=2&hsa_grp=3&hsa_ad=4&hsa_kw=crm&hsa_mt=e&hsa_ver=3',
  'unknown partner': 'ref=blog.unknown-partner.example&via=jane',
  'mail tool': 'mc_cid=4f1&mc_eid=9a2&utm_campaign=Newsletter%20May',
  'damaged link': 'utm_source=acme&amp;utm_medium=email&amp;utm_campaign=no%2520code%2520founders',
};

const tenKilobytes = (piece: string) => piece.repeat(10_000 / piece.length);
const everywhere = (value: string) =>
  `utm_source=${value}&utm_medium=${value}&utm_campaign=${value}`;

/** Hostile values, 10 KB each. Percent signs stand for themselves: `%25` in a link is one in the value. */
const HOSTILE_LINKS = {
  'dots, dashes and shops': `utm_source=${tenKilobytes('a.')}&utm_medium=${tenKilobytes('-_')}&utm_campaign=${tenKilobytes('shop')}`,
  'escaped ampersands': everywhere(tenKilobytes('%26amp;')),
  'per cent signs, encoded again and again': everywhere(tenKilobytes('%25')),
  commas: everywhere(tenKilobytes('a,')),
  'an unclosed list': everywhere(`[${tenKilobytes('"x ')}]`),
  brackets: everywhere(`[${tenKilobytes('%20')}]`),
  'combining marks': everywhere(tenKilobytes('e%CC%81%CC%A3')),
  'two thousand parameters': Array.from({ length: 2_000 }, (_, index) => `a${index}=1`).join('&'),
  'two thousand unknown click IDs': Array.from({ length: 2_000 }, (_, i) => `a${i}clid=1`).join(
    '&',
  ),
};
const HOSTILE_TARGET: Target = { atMost: 1_000 };

async function cpuMs(worker: Running, job: Omit<Job, 'referrer'>): Promise<number> {
  const body = JSON.stringify({ ...job, referrer: 'https://www.google.com/' });
  const before = worker.cpuMs();
  const response = await fetch(worker.url, { method: 'POST', body });
  if (!response.ok) throw new Error(await response.text());
  await response.arrayBuffer();
  return worker.cpuMs() - before;
}

async function microsecondsPerVisitor(
  worker: Running,
  { link, withRules, count }: Omit<Job, 'referrer'>,
) {
  const rounds: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const empty = await cpuMs(worker, { link, withRules, count: 0 });
    const full = await cpuMs(worker, { link, withRules, count });
    rounds.push((full - empty) * (1000 / count));
  }
  return summarize(rounds);
}

export async function measureAttributing(): Promise<Measured> {
  const { script } = build('lab/bench/attribution-worker.ts');
  const worker = await runWorkers([{ name: 'attribution', script }]);
  const figures: Figure[] = [];
  try {
    for (const [name, link] of Object.entries(LINKS)) {
      for (const withRules of [false, true]) {
        const job = { link, withRules, count: VISITORS };
        const measured = await microsecondsPerVisitor(worker, job);
        const rules = withRules ? ', 20 rules of the operator’s' : '';
        figures.push({ name: `${name}${rules}`, unit: 'µs', ...measured, target: TARGET });
      }
    }
    for (const [name, link] of Object.entries(HOSTILE_LINKS)) {
      const job = { link, withRules: true, count: HOSTILE_VISITORS };
      const measured = await microsecondsPerVisitor(worker, job);
      figures.push({
        ...{ name: `${name}, hostile`, unit: 'µs' },
        ...{ ...measured, target: HOSTILE_TARGET },
      });
    }
  } finally {
    await worker.stop();
  }
  const kibibytes = (bytes: string | Buffer) => gzipSync(bytes, { level: 9 }).length / 1024;
  const cheapestFirst = figures.toSorted((one, other) => one.value - other.value);
  const ofPeople = cheapestFirst.filter(({ target }) => target === TARGET);
  const kept = (id: string, name: string, figure: Figure | undefined): Figure[] =>
    figure ? [{ ...figure, id, name: `${name}: ${figure.name}` }] : [];
  return {
    figures: [
      ...figures,
      ...kept('cheapestMicroseconds', 'the cheapest link', ofPeople.at(0)),
      ...kept('mostMicroseconds', 'the most expensive link', ofPeople.at(-1)),
      ...kept('hostileMicroseconds', 'the most expensive of 10 KB', cheapestFirst.at(-1)),
      {
        id: 'listsKiB',
        name: 'vendored lists, gzipped',
        unit: 'KiB',
        value: kibibytes(readFileSync(LISTED_SOURCES)),
      },
      { id: 'roomKiB', name: 'the whole room, gzipped', unit: 'KiB', value: kibibytes(script) },
    ],
    notes: ['CPU of workerd per visitor, with and without twenty rules of the operator’s.'],
  };
}

if (import.meta.main) {
  const { figures, notes } = await measureAttributing();
  for (const { name, value, unit, target } of figures) {
    const atMost = target && 'atMost' in target ? `at most ${target.atMost}` : '';
    console.log(`${name.padEnd(60)} ${value.toFixed(1).padStart(7)} ${unit}  ${atMost}`);
  }
  for (const note of notes) console.log(note);
}
