// `node scripts/refresh-attribution-data.ts <revision> [folder]`: makes src/attribution/data/listed-sources.ts from
// Matomo's lists of search engines, social networks and AI assistants (CC0), from a folder or from GitHub. It keeps names
// and hosts only, and only those that src/attribution/known-sources/ does not have.
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parse } from 'yaml';
import * as z from 'zod';

const TARGET = resolve(import.meta.dirname, '../src/attribution/data/listed-sources.ts');
const REPOSITORY = 'matomo-org/searchengine-and-social-list';

/**
 * The Worker must stay small, and most engines and networks of the lists do not exist any more. These still exist. All
 * assistants are kept.
 */
const EXISTING = {
  social: new Set([
    ...['Badoo', 'Douban', 'Dribbble', 'Flickr', 'Foursquare', 'Last.fm', 'LiveJournal', 'Mixi'],
    ...['MyHeritage', 'my.mail.ru', 'Myspace', 'Ozone', 'Renren', 'Sourceforge', 'V2EX', 'Viadeo'],
    ...['Weibo', 'Fetlife', 'Classmates.com'],
  ]),
  search: new Set([
    ...['360search', 'Arianna', 'auone', 'Avira SafeSearch', 'Biglobe', 'Bluewin', 'Centrum'],
    ...['Cốc Cốc', 'Daum', 'DisconnectSearch', 'Eniro', 'Entireweb', 'Excite', 'Free', 'Freenet'],
    ...['Gibiru', 'goo', 'Haosou', 'Jungle Key', 'Kvasir', 'Laban', 'Lilo', 'Lycos', 'Mailru'],
    ...['Metager', 'Meta.ua', 'Najdi.si', 'Nate', 'Neti', 'Nifty', 'Onet.pl', 'Orange', 'Rakuten'],
    ...['Rambler', 'Sapo', 'Search.ch', 'Search.com', 'SearchLock', 'sm.cn', 'Startsiden'],
    ...['T-Online', 'uol.com.br', 'Virgilio', 'Web.de', 'Wirtualna Polska', 'Zapmeta', 'Zoznam'],
  ]),
};

const Engines = z.record(z.string(), z.array(z.object({ urls: z.array(z.string()) })));
const Hosts = z.record(z.string(), z.array(z.string()));

const [revision, folder] = process.argv.slice(2);
if (revision === undefined) {
  console.error('usage: node scripts/refresh-attribution-data.ts <revision> [folder]');
  process.exit(1);
}

async function yaml(name: string): Promise<unknown> {
  if (folder !== undefined) return parse(readFileSync(join(folder, name), 'utf8'));
  const response = await fetch(
    `https://raw.githubusercontent.com/${REPOSITORY}/${revision}/${name}`,
  );
  if (!response.ok) throw new Error(`${name}: ${response.status}`);
  return parse(await response.text());
}

const engines = Object.entries(Engines.parse(await yaml('SearchEngines.yml'))).map(
  ([name, entries]) => [name, entries.flatMap(({ urls }) => urls)] as const,
);
const lists = {
  ai: Object.entries(Hosts.parse(await yaml('AIAssistants.yml'))),
  social: Object.entries(Hosts.parse(await yaml('Socials.yml'))),
  search: engines,
} as const;

// The old lists must not decide what is new.
writeFileSync(TARGET, moduleOf({ ai: [], social: [], search: [] }));
const { findSource } = await import('../src/attribution/find-source.ts');
const { KNOWN_SOURCES } = await import('../src/attribution/known-sources.ts');
const ownHosts = new Set(
  KNOWN_SOURCES.flatMap(({ rows }) => rows.flatMap(([, hosts]) => hosts.split(' '))),
);

/** The host without `www.`; `brand.*` for one of every country; `undefined` for paths, which referrers no longer show. */
function hostOf(url: string): string | undefined {
  const host = url
    .trim()
    .toLowerCase()
    .replace(/^www\./, '')
    .replace(/\.\{\}$/, '.*');
  const isHost = /^[a-z0-9.-]+\.[a-z]{2,}$|^[a-z0-9-]+\.\*$/.test(host);
  const isAndroid = host.startsWith('com.') || host.endsWith('.android');
  return isHost && !isAndroid ? host : undefined;
}

function isNews(host: string, category: keyof typeof lists): boolean {
  if (ownHosts.has(host)) return false;
  return findSource(host.replace(/\*$/, 'com')).known?.category !== category;
}

function linesOf(category: keyof typeof lists): string[] {
  return lists[category].flatMap(([name, urls]) => {
    if (category !== 'ai' && !EXISTING[category].has(name)) return [];
    const hosts = new Set(
      urls.flatMap((url) => hostOf(url) ?? []).filter((host) => isNews(host, category)),
    );
    const readable = decodeURIComponent(name).replaceAll('|', '/');
    return hosts.size === 0 ? [] : [`${readable}|${[...hosts].join(' ')}`];
  });
}

function moduleOf(lines: Record<keyof typeof lists, readonly string[]>): string {
  const literal = (category: keyof typeof lists) =>
    `  ${category}: \`${lines[category].join('\n').replace(/[\\`$]/g, '\\$&')}\`,`;
  return [
    `// Names and hosts from Matomo's lists (${REPOSITORY}, revision ${revision}), CC0 1.0: see LICENSE.txt.`,
    '// Made by scripts/refresh-attribution-data.ts; edit src/attribution/known-sources/ instead.',
    '',
    '/** One source a line: its name, a bar, its hosts. */',
    'export const LISTED = {',
    literal('ai'),
    literal('social'),
    literal('search'),
    '};',
    '',
  ].join('\n');
}

const lines = { ai: linesOf('ai'), social: linesOf('social'), search: linesOf('search') };
writeFileSync(TARGET, moduleOf(lines));
for (const [category, { length }] of Object.entries(lines))
  console.log(`${category}: ${length} sources`);
