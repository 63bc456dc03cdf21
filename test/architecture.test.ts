// The arrows of the house: a room opens the rooms it may open, and no other.
import { describe, expect, it } from 'vitest';
import { destinations } from '../src/destinations/index.ts';

const files = import.meta.glob<string>('../src/**/*.ts', {
  query: '?raw',
  import: 'default',
  eager: true,
});

/** The ground floor: every room may use it. Each file may use those before it. */
const GROUND = [
  'version.ts',
  'log.ts',
  'identifiers.ts',
  'limits.ts',
  'json.ts',
  'nearest.ts',
  'json-mistake.ts',
  'time.ts',
  'crypto.ts',
  'reasons.ts',
  'outcome.ts',
  'model.ts',
];
/** What each room may import beside itself and the ground floor. */
const ARROWS: Record<string, readonly string[]> = {
  ...Object.fromEntries(GROUND.map((file) => [file, []])),
  settings: ['upstream'],
  upstream: [],
  sources: [],
  visitors: ['settings', 'upstream'],
  attribution: [],
  destinations: ['settings', 'upstream'],
  ledger: [],
  delivery: ['ledger', 'visitors', 'destinations'],
  operations: ['delivery', 'ledger'],
  health: ['settings', 'ledger', 'sources', 'visitors', 'attribution', 'destinations', 'upstream'],
  maintenance: ['delivery', 'health', 'ledger'],
  api: ['ledger', 'operations', 'health', 'destinations'],
  web: ['settings', 'api', 'operations', 'health', 'ledger', 'sources', 'visitors', 'destinations'],
  cli: [
    'settings',
    'api',
    'operations',
    'health',
    'sources',
    'visitors',
    'attribution',
    'destinations',
    '../samples',
  ],
  'worker.ts': [
    'sources',
    'visitors',
    'attribution',
    'destinations',
    'delivery',
    'maintenance',
    'health',
    'web',
  ],
};
/** Packages by room. `cloudflare:workers` belongs to no room: bindings come in as arguments. */
const PACKAGES: Record<string, readonly string[]> & { everywhere: readonly string[] } = {
  // The whole of `zod` adds 16 KB to the upload, and nothing in the Worker needs it.
  everywhere: ['zod/mini'],
  'worker.ts': ['cloudflare:workers'],
  sources: ['jose'],
  web: ['hono/tiny', 'hono/html', 'hono/http-exception', 'hono/method-not-allowed', 'jose'],
  'web/browser': ['chart.js'],
  'web/reference': ['zod', 'zod-openapi', 'hono/html', 'marked'],
  api: ['zod'],
  cli: [
    'node:',
    'zod',
    '@clack/prompts',
    '@commander-js/extra-typings',
    'cli-progress',
    'cli-table3',
    'csv-parse',
    'csv-stringify',
    'ora',
  ],
};
/** Parts of a room that run elsewhere: in the browser, or in Node when the reference is built. */
const APART = ['web/browser', 'web/reference'];
/** What comes in is called so as well, be it a source: such a destination is known by its settings. */
const WORDS_OF_THE_FIELD = ['webhook', 'stripe'];
/** Names that say nothing about what is inside. */
const EMPTY_NAMES =
  /(^|[/-])(utils?|helpers?|common|services?|manager|misc|functions|types)([.-]|\/|$)/;

const others = import.meta.glob<string>(
  ['../{samples,stand-ins,demo,lab,scripts}/**/*.ts', './**/*.ts'],
  { query: '?raw', import: 'default', eager: true },
);

const rooms = Object.entries(files).map(([path, text]) => {
  const inSrc = path.replace('../src/', '');
  return {
    path: inSrc,
    room: roomOf(inSrc),
    part: APART.find((part) => inSrc.startsWith(`${part}/`)) ?? roomOf(inSrc),
    text,
  };
});

function roomOf(path: string): string {
  return path.split('/')[0] ?? path;
}

interface Import {
  target: string;
  isPackage: boolean;
  isType: boolean;
}

function importsOf(path: string, text: string): Import[] {
  const statements = text.matchAll(
    /\b(?:import|export)(?<type> type)?\b[^;'"]*?\bfrom '(?<from>[^']+)'|\bimport\('(?<call>[^']+)'\)|\bimport '(?<bare>[^']+)'/g,
  );
  return [...statements].map(({ groups = {} }) => {
    const target = groups.from ?? groups.call ?? groups.bare ?? '';
    const isPackage = !target.startsWith('.');
    return {
      target: isPackage ? target : resolve(path, target),
      isPackage,
      isType: groups.type !== undefined,
    };
  });
}

function resolve(from: string, target: string): string {
  const parts = from.split('/').slice(0, -1);
  for (const step of target.split('/')) {
    if (step === '..') {
      if (parts.length === 0 || parts.at(-1) === '..') parts.push('..');
      else parts.pop();
    } else if (step !== '.') parts.push(step);
  }
  return parts.join('/');
}

/** The room a path leads to; outside of `src`, the folder beside it or the file. */
function goalOf(target: string): string {
  if (!target.startsWith('../')) return roomOf(target);
  const [, first = '', ...rest] = target.split('/');
  return rest.length > 0 ? `../${first}` : target;
}

/** Without comments. */
function codeOf(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\/|(?<![:'"`])\/\/.*$/gm, '');
}

/** Every way that comes back to where it began, as a text. */
function circlesIn(arrows: Readonly<Record<string, readonly string[]>>): string[] {
  const circles: string[] = [];
  const done = new Set<string>();
  const walk = (from: string, way: readonly string[]) => {
    if (way.includes(from)) circles.push([...way.slice(way.indexOf(from)), from].join(' → '));
    if (way.includes(from) || done.has(from)) return;
    for (const to of arrows[from] ?? []) walk(to, [...way, from]);
    done.add(from);
  };
  for (const start of Object.keys(arrows)) walk(start, []);
  return circles;
}

describe('the architecture', () => {
  it('sees the source code', () => {
    expect(rooms.length).toBeGreaterThan(20);
  });

  it.each(rooms)('$path opens only the rooms it may open', ({ path, room, text }) => {
    const allowed = ARROWS[room];
    expect(allowed, `${room} is a new room: say here what it may open`).toBeDefined();
    const mayOpen = [room, ...GROUND, ...(allowed ?? [])];
    for (const { target, isPackage } of importsOf(path, text)) {
      if (isPackage) continue;
      expect(
        mayOpen,
        `${path} imports ${target}. ${room} may open: ${allowed?.join(', ') || 'the ground floor only'}.`,
      ).toContain(goalOf(target));
    }
  });

  it.each(rooms)('$path uses only the packages of its room', ({ path, part, text }) => {
    for (const { target, isPackage, isType } of importsOf(path, text)) {
      if (!isPackage || isType) continue;
      const packages = [...PACKAGES.everywhere, ...(PACKAGES[part] ?? [])];
      const name = target.replace(/^(node:|zod\/mini$|hono\/[a-z-]+$|(?:@[^/]+\/)?[^/]+).*/, '$1');
      expect(
        packages,
        `${path} imports ${target}. A room takes what it needs as arguments; packages it may use: ${packages.join(', ')}.`,
      ).toContain(name);
    }
  });

  it('the ground floor stands on itself alone, each file on those before it', () => {
    for (const [index, file] of GROUND.entries()) {
      const text = files[`../src/${file}`];
      expect(text, `${file} is missing`).toBeDefined();
      const used = importsOf(file, text ?? '').filter(({ isPackage }) => !isPackage);
      for (const { target } of used) {
        expect(GROUND.slice(0, index), file).toContain(target);
      }
    }
  });

  it('the Worker knows the schemas of its answers as types only', () => {
    const bundled = rooms.filter(({ room, part }) => room !== 'cli' && part !== 'web/reference');
    for (const { path, room, text } of bundled) {
      if (room === 'api') continue;
      const values = importsOf(path, text).filter(
        ({ target, isType, isPackage }) => !isPackage && !isType && roomOf(target) === 'api',
      );
      expect(values, `${path} would bring the whole of zod into the upload`).toEqual([]);
    }
  });

  it('every arrow is used: what a room no longer imports, it may no longer import', () => {
    const unused = Object.entries(ARROWS).flatMap(([room, allowed]) => {
      const goals = new Set(
        rooms
          .filter((file) => file.room === room)
          .flatMap(({ path, text }) => importsOf(path, text))
          .map(({ target, isPackage }) => (isPackage ? '' : goalOf(target))),
      );
      return allowed.filter((goal) => !goals.has(goal)).map((goal) => `${room} → ${goal}`);
    });
    expect(unused).toEqual([]);
  });

  it('no arrow leads back', () => {
    expect(circlesIn(ARROWS)).toEqual([]);
  });

  it('no file imports itself by way of others, types included', () => {
    const imports = Object.fromEntries(
      rooms.map(({ path, text }) => [
        path,
        importsOf(path, text).flatMap(({ target, isPackage }) => (isPackage ? [] : target)),
      ]),
    );
    expect(circlesIn(imports)).toEqual([]);
  });

  it('every SQL statement stands in the ledger', () => {
    const sql =
      /\.prepare\(|\b(SELECT|WITH|PRAGMA)\s[\s\S]*?\sFROM\s|\bINSERT\s+(OR\s+\w+\s+)?INTO\s|\bUPDATE\s+\w+\s+SET\s|\bDELETE\s+FROM\s|\b(CREATE|ALTER|DROP)\s+(TABLE|INDEX)\s/;
    const speaking = rooms.filter(({ room, text }) => room !== 'ledger' && sql.test(codeOf(text)));
    expect(speaking.map(({ path }) => path)).toEqual([]);
  });

  it.each(destinations)(
    '$name is named by nobody but its folder and the registry',
    (destination) => {
      const { name, label, settings } = destination;
      const ownWords = WORDS_OF_THE_FIELD.includes(name) ? [] : [name, label];
      const words = [...ownWords, ...settings.map((setting) => setting.name)];
      const isNamed = new RegExp(`(?<![A-Za-z_])(${words.join('|')})(?![A-Za-z])`);
      // An example in the API's reference may be of any destination, and a destination may also be what brought somebody.
      const isFree = (path: string) =>
        [`destinations/${name}/`, 'destinations/index.ts', 'cli/backfill/exports.ts'].some((free) =>
          path.startsWith(free),
        );
      const naming = rooms
        .filter(({ path, room }) => !isFree(path) && room !== 'attribution')
        .filter(({ room, text }) => {
          const code = codeOf(text);
          return isNamed.test(room === 'api' ? code.replace(/\bexample: '[^']*'/g, '') : code);
        });
      expect(naming.map(({ path }) => path)).toEqual([]);
    },
  );

  it('the pages of the browser and of the reference are opened by nobody in src', () => {
    for (const { path, part, text } of rooms) {
      for (const { target } of importsOf(path, text)) {
        for (const apart of APART) {
          if (part !== apart) expect(target.startsWith(`${apart}/`), path).toBe(false);
        }
      }
    }
  });

  it.each(
    rooms.filter(({ room, part }) => !['worker.ts', 'cli'].includes(room) && !APART.includes(part)),
  )('$path takes its clock, chance and network as arguments', ({ path, text }) => {
    expect(
      codeOf(text).match(
        /\bDate\.now\b|\bnew Date\(\)|\bMath\.random\b|(?<![.\w])fetch\(|\bprocess\.|\bBuffer\b|\bscheduler\./g,
      ) ?? [],
      `${path} reaches for the world itself; worker.ts passes it in`,
    ).toEqual([]);
  });

  it.each(rooms)('$path has a name that says what is inside', ({ path }) => {
    expect(path).not.toMatch(EMPTY_NAMES);
  });

  it('every file opens with what it is for', () => {
    const silent = Object.entries({ ...files, ...others })
      .filter(([, text]) => !text.replace(/^#!.*\n/, '').startsWith('// '))
      .map(([path]) => path);
    expect(silent).toEqual([]);
  });
});
