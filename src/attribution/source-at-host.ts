// Finds the known source at a host. A plain host of the tables stands for its subdomains as well, but not for all of
// them: a brand has other houses beside its search engine, its shop or its network.
import { LISTED } from './data/listed-sources.ts';
import { brandOf, registrableDomain, withParents } from './host.ts';
import { AD_SERVERS } from './known-sources/ad-servers.ts';
import { APPS } from './known-sources/apps.ts';
import type { Category, KnownSource } from './known-sources/known-source.ts';
import { KNOWN_SOURCES } from './known-sources.ts';
import { isMailHost } from './mail-host.ts';

/** Which subdomains are the same source. `fronts`: only other entrances to the same thing. `houses`: all but other houses. */
type Reach = 'all' | 'fronts' | 'houses';
interface Place {
  source: KnownSource;
  reach: Reach;
}

const REACH: Partial<Record<Category, Reach>> = {
  search: 'fronts',
  shopping: 'fronts',
  site: 'all',
};

/** Other entrances to a search engine or a shop: for phones, for pictures, for a country. */
const FRONTS = new Set([
  ...['m', 'mobile', 'wap', 'www2', 'search', 'images', 'image'],
  ...[
    'ar',
    'at',
    'au',
    'be',
    'br',
    'ca',
    'ch',
    'cl',
    'cn',
    'de',
    'dk',
    'es',
    'eu',
    'fi',
    'fr',
    'gr',
  ],
  ...[
    'hk',
    'ie',
    'in',
    'it',
    'jp',
    'kr',
    'mx',
    'nl',
    'no',
    'nz',
    'pl',
    'pt',
    'ru',
    'se',
    'sg',
    'th',
  ],
  ...['tr', 'tw', 'uk', 'us', 'vn', 'za'],
]);

/** What brands have beside the place that made them known. */
const HOUSES = new Set([
  ...[
    'about',
    'academy',
    'ai',
    'api',
    'api-docs',
    'blog',
    'blogs',
    'business',
    'careers',
    'jobs',
    'cloud',
  ],
  ...['console', 'creators', 'dashboard', 'dev', 'developer', 'developers', 'docs', 'engineering'],
  ...['faq', 'forum', 'forums', 'help', 'helpcenter', 'investor', 'investors', 'ir', 'learn'],
  ...['learning', 'legal', 'marketing', 'news', 'newsroom', 'partner', 'partners'],
  ...['policies', 'policy', 'press', 'privacy', 'research', 'safety', 'shop', 'status', 'store'],
  ...['studio', 'support', 'transparency', 'university', 'workplace', 'core', 'labs', 'community'],
]);
const HOUSES_OF_AD_NETWORKS = new Set([
  ...['academy', 'app', 'blog', 'careers', 'community', 'developer', 'developers', 'docs', 'help'],
  ...['investors', 'ir', 'learn', 'my', 'portal', 'press', 'status', 'support'],
]);
const AD_HOUSES = new Set(['ad', 'ads', 'adsmanager', 'advertise', 'advertising', 'analytics']);
const HOUSE = /^(?:for-?)?business|^developers?-|^(?:help|support)-/;

const byHost = new Map<string, Place>();
const byBrand = new Map<string, Place>();
/** Matomo's lists. These hosts match exactly: a portal is no search engine because it has a search page. */
const byListedHost = new Map<string, KnownSource>();
const byApp = new Map<string, KnownSource>();

for (const { category, rows } of KNOWN_SOURCES) {
  for (const [name, hosts] of rows) {
    const reach = REACH[category] ?? 'houses';
    for (const host of words(hosts)) addHost(host, { source: { name, category }, reach });
  }
}
for (const { shows, rows } of AD_SERVERS) {
  for (const [name, hosts] of rows) {
    const source: KnownSource = { name, category: 'ads', shows };
    for (const host of words(hosts)) addHost(host, { source, reach: 'houses' });
  }
}
for (const { category, rows } of APPS) {
  for (const [name, packages] of rows) {
    for (const id of words(packages)) byApp.set(id, { name, category });
  }
}
for (const category of ['ai', 'social', 'search'] as const) {
  for (const line of words(LISTED[category], '\n')) {
    const [name = '', hosts = ''] = line.split('|');
    const source: KnownSource = { name, category };
    for (const host of words(hosts)) {
      if (host.endsWith('.*')) addHost(host, { source, reach: 'fronts' });
      else byListedHost.set(host, source);
    }
  }
}

function addHost(host: string, place: Place): void {
  const isBrand = host.endsWith('.*');
  if (!isBrand) {
    const isWild = host.startsWith('*.');
    byHost.set(isWild ? host.slice(2) : host, isWild ? { ...place, reach: 'all' } : place);
  } else if (!byBrand.has(host.slice(0, -2))) byBrand.set(host.slice(0, -2), place);
}

function words(text: string, separator = ' '): string[] {
  return text === '' ? [] : text.split(separator);
}

/** The source of an Android app, by its package in lower case. */
export function sourceOfApp(packageName: string): KnownSource | undefined {
  return byApp.get(packageName);
}

/** The known source at a host; `undefined` for a host that is nothing but itself. */
export function knownSourceAt(host: string): KnownSource | undefined {
  const exact = byHost.get(host)?.source ?? byListedHost.get(host) ?? byApp.get(host);
  if (exact !== undefined) return exact;
  const domain = registrableDomain(host);
  const under = host.slice(0, -domain.length - 1);
  const [place, rest] = placeAbove(host) ?? placeOfBrand(under, brandOf(domain)) ?? [];
  // Webmail that no row has, also of a portal: `email.t-online.de`, `mail.acme.com`.
  if (place?.source.category !== 'email' && isMailHost(host, rest ?? under)) {
    return { name: host, category: 'email' };
  }
  return place && rest !== undefined ? reaching(place, rest) : undefined;
}

type Found = readonly [place: Place, under: string];

/** The nearest parent that has a row, and the labels in front of it. */
function placeAbove(host: string): Found | undefined {
  for (const parent of withParents(host)) {
    const place = byHost.get(parent);
    if (place !== undefined) return [place, host.slice(0, -parent.length - 1)];
  }
  return undefined;
}

/** The same for brands with a host in every country: `images.google.*`, then `google.*`. */
function placeOfBrand(under: string, brand: string | undefined): Found | undefined {
  if (brand === undefined) return undefined;
  const whole = under === '' ? brand : `${under}.${brand}`;
  for (const name of withParents(whole)) {
    const place = byBrand.get(name);
    if (place !== undefined) return [place, whole.slice(0, -name.length - 1)];
  }
  return undefined;
}

/** The source of the place when the subdomain (`de.m`) still is that place. */
function reaching({ source, reach }: Place, under: string): KnownSource | undefined {
  if (reach === 'all' || under === '') return source;
  const labels = under.split('.');
  const isSame =
    reach === 'fronts'
      ? labels.every((label) => FRONTS.has(label))
      : !labels.some((label) => isOtherHouse(label, source.category));
  return isSame ? source : undefined;
}

function isOtherHouse(label: string, category: Category): boolean {
  // `partner.` and `ads.` are where an ad network serves from.
  if (category === 'ads') return HOUSES_OF_AD_NETWORKS.has(label);
  if (category === 'ai' && label === 'platform') return true;
  return HOUSES.has(label) || AD_HOUSES.has(label) || HOUSE.test(label);
}
