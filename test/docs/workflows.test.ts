// The workflows are what GitHub understands, as its own parser reads them, and run only what there is.
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import * as z from 'zod';
import manifest from '../../package.json';
import { ROOT } from './pages.ts';

const FOLDER = join(ROOT, '.github/workflows');
const workflows = readdirSync(FOLDER).map((name) => ({
  name,
  content: readFileSync(join(FOLDER, name), 'utf8'),
}));

/** GitHub's parser is written for bundlers: it imports JSON as no program may. */
let parser: typeof import('@actions/workflow-parser');
let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'whence-test-'));
  const outfile = join(folder, 'parser.mjs');
  await build({
    stdin: { contents: "export * from '@actions/workflow-parser'", resolveDir: ROOT },
    ...{ bundle: true, format: 'esm', platform: 'node', outfile, logLevel: 'error' },
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    },
  });
  parser = await import(pathToFileURL(outfile).href);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function mistakesIn(file: { name: string; content: string }): Promise<readonly string[]> {
  const { context, value } = parser.parseWorkflow(file, new parser.NoOperationTraceWriter());
  if (value) await parser.convertWorkflowTemplate(context, value);
  return context.errors.getErrors().map(({ message }) => message);
}

const Workflow = z.object({
  jobs: z.record(
    z.string(),
    z.object({ steps: z.array(z.object({ run: z.string().optional() })) }),
  ),
});
const stepsOf = (content: string) =>
  Object.values(Workflow.parse(parse(content)).jobs).flatMap(({ steps }) =>
    steps.flatMap(({ run }) => run ?? []),
  );

describe.each(workflows)('$name', (file) => {
  it('has no mistake that GitHub would find', async () => {
    expect(await mistakesIn(file)).toEqual([]);
  });

  it('runs only scripts and files that there are', () => {
    const steps = stepsOf(file.content);
    const scripts = steps.flatMap((run) => [...run.matchAll(/npm run ([\w:-]+)/g)]);
    const files = steps.flatMap((run) => [...run.matchAll(/\b(?:scripts|test|demo)\/[\w./-]+/g)]);
    expect(
      scripts.map(([, name = '']) => name).filter((name) => !(name in manifest.scripts)),
    ).toEqual([]);
    expect(files.map(([path]) => path).filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
  });
});

describe('the parser', () => {
  it('finds a key that does not exist and an expression that is none', async () => {
    const content = `on: push
jobs:
  a:
    runs-on: ubuntu-latest
    step: []
    steps:
      - run: x
        if: \${{ github.ref == }}
`;
    expect(await mistakesIn({ name: 'x.yml', content })).toHaveLength(2);
  });
});

describe('the release', () => {
  it('has the words of the changelog for this version', () => {
    const changelog = readFileSync(join(ROOT, 'CHANGELOG.md'), 'utf8');
    expect(changelog).toMatch(
      new RegExp(`^## ${manifest.version.replaceAll('.', '\\.')} \\(\\d{4}-\\d\\d-\\d\\d\\)$`, 'm'),
    );
  });
});
