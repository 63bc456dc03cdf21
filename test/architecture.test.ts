// The arrows of the house: a room opens the rooms it may open, and no other.
import { describe, expect, it } from 'vitest';

const files = import.meta.glob<string>('../src/**/*.ts', {
  query: '?raw',
  import: 'default',
  eager: true,
});

/** What each room may import beside itself, `model.ts` and `outcome.ts`. */
const ARROWS: Record<string, readonly string[]> = {
  'model.ts': [],
  'outcome.ts': [],
  'config.ts': [],
  sources: [],
  visitors: [],
  attribution: [],
  destinations: [],
  doctor: [],
  delivery: ['sources', 'visitors', 'attribution', 'destinations'],
  web: ['config.ts', 'sources', 'visitors', 'attribution', 'destinations', 'delivery', 'doctor'],
  // Nobody of the Worker opens it: it is bundled with none.
  reference: ['sources', 'destinations', 'delivery', 'doctor', 'web'],
  // What runs in the operator's browser knows of the pages alone.
  browser: [],
  cli: [
    'config.ts',
    'sources',
    'visitors',
    'attribution',
    'destinations',
    'delivery',
    'doctor',
    'web',
    'reference',
    '../package.json',
    '../sandbox/webhooks/index.ts',
  ],
  'worker.ts': [
    'config.ts',
    'sources',
    'visitors',
    'attribution',
    'destinations',
    'delivery',
    'web',
    '../package.json',
  ],
};
/** Packages by room. `cloudflare:workers` is nobody's: bindings come in as arguments. */
const PACKAGES: Record<string, readonly string[]> & { everywhere: readonly string[] } = {
  // `zod` itself would take 16 KB more of the upload.
  everywhere: ['zod/mini'],
  sources: ['jose'],
  // The whole of `hono` brings two routers more, 2 KB of them; its types cost nothing.
  web: ['hono/tiny', 'hono/html', 'hono/http-exception', 'jose'],
  browser: ['chart.js'],
  reference: ['zod', 'zod-openapi', 'hono/html', 'marked'],
  cli: [
    'node:',
    'zod',
    '@clack/prompts',
    '@seriousme/openapi-schema-validator',
    'cli-progress',
    'cli-table3',
    'csv-parse',
    'csv-stringify',
    'esbuild',
  ],
};
const EVERYBODYS = ['model.ts', 'outcome.ts'];
/** Names that say nothing about what is inside. */
const EMPTY_NAMES =
  /(^|[/-])(utils?|helpers?|common|services?|manager|misc|functions|types)([.-]|\/|$)/;

const others = import.meta.glob<string>(['../sandbox/**/*.ts', './**/*.ts'], {
  query: '?raw',
  import: 'default',
  eager: true,
});

const rooms = Object.entries(files).map(([path, text]) => {
  const inSrc = path.replace('../src/', '');
  return { path: inSrc, room: roomOf(inSrc), text };
});

function roomOf(path: string): string {
  return path.split('/')[0] ?? path;
}

function importsOf(path: string, text: string): { target: string; isPackage: boolean }[] {
  return [
    ...text
      .replace(/^import type .*? from 'hono';$/gm, '')
      .matchAll(/\bfrom '([^']+)'|\bimport\('([^']+)'\)|\bimport '([^']+)'/g),
  ]
    .map((match) => match[1] ?? match[2] ?? match[3] ?? '')
    .map((target) =>
      target.startsWith('.')
        ? { target: resolve(path, target), isPackage: false }
        : { target, isPackage: true },
    );
}

function resolve(from: string, target: string): string {
  const parts = from.split('/').slice(0, -1);
  for (const step of target.split('/')) {
    if (step === '..') {
      if (parts.pop() === undefined) parts.push('..');
    } else if (step !== '.') parts.push(step);
  }
  return parts.join('/');
}

describe('the architecture', () => {
  it('sees the source code', () => {
    expect(rooms.length).toBeGreaterThan(20);
  });

  it.each(rooms)('$path opens only the rooms it may open', ({ path, room, text }) => {
    const allowed = ARROWS[room];
    expect(allowed, `${room} is a new room: say here what it may open`).toBeDefined();
    for (const { target, isPackage } of importsOf(path, text)) {
      if (isPackage) {
        const packages = [...PACKAGES.everywhere, ...(PACKAGES[room] ?? [])];
        const name = target.replace(
          /^(node:|zod\/mini$|hono\/[a-z-]+$|(?:@[^/]+\/)?[^/]+).*/,
          '$1',
        );
        expect(
          packages,
          `${path} imports ${target}. A room takes what it needs as arguments; packages it may use: ${packages.join(', ')}.`,
        ).toContain(name);
        continue;
      }
      const goal = target.startsWith('..') ? target : roomOf(target);
      const mayOpen = [room, ...EVERYBODYS, ...(allowed ?? [])];
      expect(
        mayOpen,
        `${path} imports ${target}. Rooms import model, outcome and themselves; only delivery, web, cli and worker open other rooms, and ${room} may open: ${allowed?.join(', ') || 'none'}.`,
      ).toContain(goal);
    }
  });

  it.each(rooms.filter(({ room }) => !['worker.ts', 'cli', 'browser'].includes(room)))(
    '$path takes its clock, chance and network as arguments',
    ({ path, text }) => {
      const code = text.replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '');
      expect(
        code.match(
          /\bDate\.now\b|\bnew Date\(\)|\bMath\.random\b|(?<![.\w])fetch\(|\bprocess\.|\bBuffer\b|\bscheduler\./g,
        ) ?? [],
        `${path} reaches for the world itself; worker.ts passes it in`,
      ).toEqual([]);
    },
  );

  it.each(rooms)('$path has a name that says what is inside', ({ path }) => {
    expect(path).not.toMatch(EMPTY_NAMES);
  });

  it('every file opens with what it is for', () => {
    const silent = Object.entries({ ...files, ...others })
      .filter(([, text]) => !text.startsWith('// '))
      .map(([path]) => path);
    expect(silent).toEqual([]);
  });
});
