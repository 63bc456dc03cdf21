// `npm run test:lighthouse`: Lighthouse's scores of the first page, a story and the doctor, as a desktop computer. It is fetched
// when it is asked for, because it is larger than everything else that developers install. A busy machine lowers the scores.
// `--write` keeps them for the documentation.
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import * as z from 'zod';
import { arrive } from '../../demo/arrive.ts';
import { signUp } from '../../demo/sign-up.ts';
import { DEMO_SOURCES, openStage } from '../../demo/stage.ts';
import type { Figure } from '../../lab/bench/figures.ts';
import { keepFigures } from '../../lab/figures/kept.ts';
import { newCommand, parseOwn } from '../../src/cli/command.ts';
import { chromiumPath, launch, openSession, visit } from './browser.ts';
import { everybody, openStory, PERSON } from './dashboard.ts';

const LIGHTHOUSE = 'lighthouse@13.5.0';
const CATEGORIES = ['performance', 'accessibility', 'best-practices'] as const;
const LEAST = 0.95;
const NAMES: Readonly<Record<string, string>> = {
  ...{ page: 'first page', story: 'story', doctor: 'doctor' },
};

const Report = z.object({
  categories: z.record(
    z.string(),
    z.object({
      score: z.nullable(z.number()),
      auditRefs: z.array(z.object({ id: z.string(), weight: z.number() })),
    }),
  ),
  audits: z.record(
    z.string(),
    z.object({
      title: z.string(),
      score: z.nullable(z.number()),
      displayValue: z.optional(z.string()),
    }),
  ),
});

const command = newCommand('test:lighthouse')
  .description('Shows Lighthouse’s scores of the dashboard.')
  .option('--write', 'keeps the figures for the documentation; then npm run docs');
parseOwn(command);
const { write = false } = command.opts();

const run = promisify(execFile);
const folder = mkdtempSync(join(tmpdir(), 'lighthouse-'));
const stage = await openStage(resolve(import.meta.dirname, '../..'), DEMO_SOURCES);
let isGood = true;
const figures: Figure[] = [];
try {
  const { ids } = await signUp(stage, everybody(new Date()));
  await arrive(stage, ids);
  const { cookies, story } = await look();
  for (const [name, path] of Object.entries({ page: '/', story, doctor: '/doctor' })) {
    const { audits, categories } = await reportOf(path, cookies);
    console.log(path.replace(/^\/signups\/.*/, 'a story'));
    for (const category of CATEGORIES) {
      const { score, auditRefs = [] } = categories[category] ?? {};
      if ((score ?? 0) < LEAST) isGood = false;
      const value = Math.round((score ?? 0) * 100);
      console.log(`  ${category} ${value}`);
      figures.push({
        ...{ id: idOf(name, category), name: `${NAMES[name]}: ${category.replace('-', ' ')}` },
        ...{ value, unit: '', target: { atLeast: 100 * LEAST } },
      });
      for (const { id, weight } of auditRefs) {
        const audit = audits[id];
        if (!audit || weight === 0 || audit.score === null || audit.score >= 0.9) continue;
        console.log(`    ${audit.title}: ${audit.displayValue ?? 'no'}`);
      }
    }
  }
  if (write) {
    const title = 'Lighthouse’s scores, as a desktop computer';
    keepFigures('lighthouse', { title, command: 'npm run test:lighthouse', figures });
  }
} finally {
  await stage.close();
  rmSync(folder, { recursive: true, force: true });
}
// The servers of the stage may keep idle connections.
process.exit(isGood ? 0 : 1);

/** `page`, `best-practices` → `pageBestPractices`. */
function idOf(name: string, category: string): string {
  const words = category.split('-').map((word) => `${word[0]?.toUpperCase()}${word.slice(1)}`);
  return [name, ...words].join('');
}

/** The operator's cookies, and where a story is. */
async function look() {
  const browser = await launch();
  const baseURL = stage.url.origin;
  const storageState = await openSession(browser, baseURL, stage.adminToken);
  const { page } = await visit(browser, { baseURL, storageState });
  await openStory(page, PERSON);
  const story = new URL(page.url()).pathname;
  await browser.close();
  return {
    cookies: storageState.cookies.map(({ name, value }) => `${name}=${value}`).join('; '),
    story,
  };
}

async function reportOf(path: string, cookie: string): Promise<z.infer<typeof Report>> {
  const file = join(folder, 'report.json');
  await run(
    'npx',
    [
      ...['--yes', LIGHTHOUSE, new URL(path, stage.url).href, '--quiet', '--preset=desktop'],
      `--only-categories=${CATEGORIES.join(',')}`,
      `--extra-headers=${JSON.stringify({ cookie })}`,
      '--chrome-flags=--headless=new --no-sandbox --disable-gpu',
      ...['--output=json', `--output-path=${file}`, '--no-enable-error-reporting'],
    ],
    { env: { ...process.env, ...(chromiumPath && { CHROME_PATH: chromiumPath }) } },
  );
  return Report.parse(JSON.parse(readFileSync(file, 'utf8')));
}
