// Every command in the documentation can be typed: its words are parsed as the program parses them.
import { describe, expect, it } from 'vitest';
import manifest from '../../package.json';
import { whence } from '../../src/cli/program.ts';
import { codeIn, pages, wordsOf } from './pages.ts';

/** Something stands for what the reader puts there. */
const isOpen = (word: string) => /[<…$]|\[/.test(word);

/** What the program says against these words; `undefined` when it takes them. */
function complaintAbout([name = '', ...args]: readonly string[]): string | undefined {
  const program = whence();
  if (name.startsWith('-')) return ['--help', '--version'].includes(name) ? undefined : name;
  const command = program.commands.find((candidate) => candidate.name() === name);
  if (!command) return isOpen(name) ? undefined : `There is no command ${name}.`;
  const flags = command.options.flatMap(({ long }) => long ?? []);
  const unknown = args.filter((word) => /^--[a-z]/.test(word) && word !== '--help');
  const missing = unknown.find((word) => !flags.includes(word.split('=')[0] ?? ''));
  if (missing !== undefined) return `${name} has no ${missing}.`;
  // A name alone speaks of the command, and open words may stand for anything.
  if (args.length === 0 || args.some(isOpen) || args.includes('--help')) return undefined;
  try {
    command
      .configureOutput({ writeErr: () => {} })
      .action(() => {})
      .parse(args, { from: 'user' });
    return undefined;
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    // A sentence about one flag leaves out what is needed beside it.
    return /missing required|required option|argument missing/.test(said) ? undefined : said;
  }
}

/** The words after `npx whence-crm`, or after `npm run <one of its commands>`. */
function typed(line: string): readonly string[] | undefined {
  const words = wordsOf(line);
  if (words[0] === 'npx' && /^whence-crm(?:@|$)/.test(words[1] ?? '')) {
    return words.length > 2 ? words.slice(2) : undefined;
  }
  if (words[0] !== 'npm' || words[1] !== 'run') return undefined;
  const [name = '', ...rest] = words.slice(2);
  const isCommand = whence().commands.some((command) => command.name() === name);
  return isCommand ? [name, ...rest.filter((word) => word !== '--')] : undefined;
}

/** Programs of others that the documentation may name, and the scripts of this one. */
const PROGRAMS = [
  ...['npm', 'npx', 'node', 'curl', 'cp', 'openssl', 'stripe', 'export'],
  ...['base64', 'od', 'tr'],
];
const WRANGLER = ['login', 'tail', 'secret', 'kv', 'd1', 'deployments', 'rollback', 'deploy'];

describe.each(pages)('$path', ({ text }) => {
  const lines = codeIn(text);

  it('has only commands of Whence that can be typed so', () => {
    const wrong = lines.flatMap((line) => {
      const words = typed(line);
      const complaint = words && complaintAbout(words);
      return complaint === undefined ? [] : [`${line}: ${complaint}`];
    });
    expect(wrong).toEqual([]);
  });

  it('puts flags of npm’s scripts behind --', () => {
    const swallowed = lines.filter((line) =>
      /^npm (?:run \S+|start|test)(?: (?!-- )\S+)* --\w/.test(line),
    );
    expect(swallowed).toEqual([]);
  });

  it('names only scripts that there are', () => {
    const named = [...text.matchAll(/npm run (?:-s )?([a-z][a-z:-]*)/g)].map(
      ([, name = '']) => name,
    );
    expect(named.filter((name) => !Object.hasOwn(manifest.scripts, name))).toEqual([]);
  });

  it('shows in the shell only programs that its reader has', () => {
    const blocks = [...text.matchAll(/^```sh\n([\s\S]*?)^```/gm)].map(([, block = '']) => block);
    const first = blocks.flatMap((block) =>
      // A command goes on in the next line after a backslash, and inside of quotation marks.
      block
        .replaceAll('\\\n', ' ')
        .replace(/'[^']*'|"[^"]*"/g, "''")
        .split(/\n|&&|\|/)
        .map((line) => line.replace(/#.*$/, '').trim())
        .filter((line) => line !== '' && !/^\w+=/.test(line)),
    );
    const unknown = first.filter((line) => !PROGRAMS.includes(line.split(/[ )]/)[0] ?? ''));
    const wrangler = lines
      .filter((line) => line.startsWith('npx wrangler '))
      .filter((line) => !WRANGLER.includes(line.split(' ')[2] ?? ''));
    expect([...unknown, ...wrangler]).toEqual([]);
  });
});
