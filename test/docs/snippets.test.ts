// The TypeScript in README and docs/sources.md compiles against the providers' own types.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');
/** Inside the repository, so that the packages are found. */
const FOLDER = join(ROOT, 'dist/snippets');
const PAGES = ['README.md', 'docs/sources.md'];

interface Snippet {
  file: string;
  /** Where it stands: `docs/sources.md, line 80`. */
  place: string;
  code: string;
}

const BLOCK = /^```(tsx?)\n(.*?)^```$/gms;

const snippets: readonly Snippet[] = PAGES.flatMap((page) => {
  const text = readFileSync(join(ROOT, page), 'utf8');
  return [...text.matchAll(BLOCK)].map(([, language, code = ''], index): Snippet => {
    const line = text.slice(0, text.indexOf(code)).split('\n').length;
    const name = page.replaceAll(/\W/g, '_');
    return { file: `${name}_${index}.${language}`, place: `${page}, line ${line}`, code };
  });
});

function compile(): string {
  rmSync(FOLDER, { recursive: true, force: true });
  mkdirSync(FOLDER, { recursive: true });
  // Every snippet is a module of its own.
  for (const { file, code } of snippets) writeFileSync(join(FOLDER, file), `${code}\nexport {};\n`);
  const options = {
    compilerOptions: {
      target: 'es2024',
      lib: ['es2024', 'dom', 'dom.iterable'],
      module: 'esnext',
      moduleResolution: 'bundler',
      moduleDetection: 'force',
      jsx: 'preserve',
      types: ['node'],
      strict: true,
      noEmit: true,
      skipLibCheck: true,
    },
    include: ['*.ts', '*.tsx', join(import.meta.dirname, '*.d.ts')],
  };
  writeFileSync(join(FOLDER, 'tsconfig.json'), JSON.stringify(options));
  const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');
  const { stdout, stderr } = spawnSync(process.execPath, [tsc, '-p', FOLDER, '--pretty', 'false'], {
    cwd: FOLDER,
    encoding: 'utf8',
  });
  return stdout + stderr;
}

describe('the snippets', () => {
  let output = '';
  beforeAll(() => {
    output = compile();
  });
  afterAll(() => {
    rmSync(FOLDER, { recursive: true, force: true });
  });

  it('are found', () => {
    expect(snippets.length).toBeGreaterThan(20);
  });

  it('stand on declarations that compile', () => {
    expect(output.split('\n').filter((line) => line.includes('.d.ts('))).toEqual([]);
  });

  it.each(snippets)('compile: $place', ({ file }) => {
    expect(output.split('\n').filter((line) => line.startsWith(`${file}(`))).toEqual([]);
  });
});
