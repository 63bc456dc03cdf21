// Every link in the documentation leads somewhere, and so does every page that the code speaks of.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { planBlock } from '../../scripts/plan-docs.ts';
import { reasonTables } from '../../scripts/reasons-docs.ts';
import { sources } from '../../src/sources/index.ts';
import { anchorsOf, pages, ROOT } from './pages.ts';

const sourceFiles = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(folder, name));

/** Code is no prose: what looks like a link in it is none. */
const proseOf = (text: string) => text.replace(/^```[\s\S]*?^```/gm, '').replace(/`[^`\n]*`/g, 'x');

describe.each(pages)('$path', ({ path, text }) => {
  it('has no link that leads nowhere', () => {
    const links = [...proseOf(text).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link);
    const broken = links.filter((link) => {
      if (/^https?:/.test(link)) return !URL.canParse(link);
      const [file = '', anchor] = link.split('#');
      const target = file === '' ? join(ROOT, path) : resolve(ROOT, dirname(path), file);
      if (!existsSync(target)) return true;
      return anchor !== undefined && !anchorsOf(readFileSync(target, 'utf8')).includes(anchor);
    });
    expect(broken).toEqual([]);
  });
});

describe('the code', () => {
  const texts = sourceFiles(join(ROOT, 'src')).map((path) => readFileSync(path, 'utf8'));

  it('speaks only of pages and sections that there are', () => {
    const named = texts.flatMap((text) => text.match(/\bdocs\/[a-z-]+\.md(?:#[\w-]+)?/g) ?? []);
    expect(named.length).toBeGreaterThan(20);
    const broken = [...new Set(named)].filter((link) => {
      const [file = '', anchor] = link.split('#');
      const page = pages.find(({ path }) => path === file);
      return !page || (anchor !== undefined && !anchorsOf(page.text).includes(anchor));
    });
    expect(broken).toEqual([]);
  });

  it('leads each source to a section of its own', () => {
    const page = pages.find(({ path }) => path === 'docs/sources.md')?.text ?? '';
    expect([...sources.keys()].filter((name) => !anchorsOf(page).includes(name))).toEqual([]);
  });
});

describe('docs/troubleshooting.md', () => {
  it('has every reason with its fix, as the table has it; else: npm run docs', () => {
    const page = pages.find(({ path }) => path === 'docs/troubleshooting.md')?.text ?? '';
    const [, shown] = /<!-- reasons -->\n([\s\S]*?)\n<!-- \/reasons -->/.exec(page) ?? [];
    expect(shown).toBe(reasonTables());
  });
});

describe('docs/operations.md', () => {
  it('has what a day costs as the bench has measured it; else: npm run docs', () => {
    const page = pages.find(({ path }) => path === 'docs/operations.md')?.text ?? '';
    const [, shown] = /<!-- plan -->\n([\s\S]*?)\n<!-- \/plan -->/.exec(page) ?? [];
    expect(shown).toBe(planBlock());
  });
});

describe('README.md', () => {
  it('is short, and says first what was never tried', () => {
    const text = pages[0]?.text ?? '';
    expect(text.split('\n').length).toBeLessThan(150);
    expect(text.indexOf('Never tried against real accounts')).toBeLessThan(text.indexOf('## '));
  });
});
