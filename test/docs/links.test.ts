// Every link in the documentation leads somewhere, and every command in it exists.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import manifest from '../../package.json';
import { planBlock } from '../../scripts/plan-docs.ts';
import { reasonTables } from '../../scripts/reasons-docs.ts';
import { whence } from '../../src/cli/program.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const pages = [
  ...['README.md', 'CONTRIBUTING.md', 'SECURITY.md', 'CHANGELOG.md'],
  ...readdirSync(join(ROOT, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
].map((path) => ({ path, text: readFileSync(join(ROOT, path), 'utf8') }));

/** Code is no prose: what looks like a link in it is none. */
const proseOf = (text: string) => text.replace(/^```[\s\S]*?^```/gm, '').replace(/`[^`\n]*`/g, 'x');

/** As GitHub makes them out of headings. */
function anchorsOf(text: string): readonly string[] {
  const headings = text.replace(/^```[\s\S]*?^```/gm, '').matchAll(/^#{1,6} (.+)$/gm);
  return [...headings].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}_ -]/gu, '')
      .replaceAll(' ', '-'),
  );
}

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

  it('names only commands and flags that there are', () => {
    const program = whence();
    const unknown = [...text.matchAll(/npx whence-crm(?:@\S+)? ([a-z][a-z-]*)([^`\n|]*)/g)].flatMap(
      ([line, name, rest = '']) => {
        const command = program.commands.find((candidate) => candidate.name() === name);
        if (!command) return [line];
        const known = command.options.flatMap(({ long }) => long ?? []);
        const flags = (rest.match(/--[a-z-]+/g) ?? []).filter((flag) => flag !== '--help');
        return flags.filter((flag) => !known.includes(flag)).map((flag) => `${line}: ${flag}`);
      },
    );
    expect(unknown).toEqual([]);
  });

  it('names only scripts that there are', () => {
    const named = [...text.matchAll(/npm run (?:-s )?([a-z][a-z:-]*)/g)].map(
      ([, name = '']) => name,
    );
    expect(named.filter((name) => !Object.hasOwn(manifest.scripts, name))).toEqual([]);
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
