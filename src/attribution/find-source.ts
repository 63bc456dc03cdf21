// Finds the one name of the source that a tag or a referrer means.
import { comparable } from './clean.ts';
import { LISTED } from './data/listed-sources.ts';
import { brandOf, looksLikeHost, withParents } from './host.ts';
import type { KnownSource } from './known-sources/known-source.ts';
import { KNOWN_SOURCES, PAID_ALIASES } from './known-sources.ts';
import { parseLocation } from './location.ts';

export interface FoundSource {
  /** The known source's name. Without one the host; without a host the tag as it came. */
  name?: string;
  known?: KnownSource;
  /** The host in the text, when there is one. */
  host?: string;
  /** The name itself says advertisement: `fb-ads`, `adwords`. */
  namesAnAd: boolean;
}

const byName = new Map<string, KnownSource>();
const byHost = new Map<string, KnownSource>();
const byBrand = new Map<string, KnownSource>();
/** Matomo's lists. These hosts match exactly: a portal is no search engine because it has a search page. */
const byListedHost = new Map<string, KnownSource>();

for (const { category, rows } of KNOWN_SOURCES) {
  for (const [name, hosts, aliases = ''] of rows) {
    const source: KnownSource = { name, category };
    addHosts(byHost, source, hosts);
    for (const alias of [comparable(name), ...words(aliases)]) byName.set(alias, source);
  }
}
for (const category of ['ai', 'social', 'search'] as const) {
  for (const line of words(LISTED[category], '\n')) {
    const [name = '', hosts = ''] = line.split('|');
    const source: KnownSource = { name, category };
    addHosts(byListedHost, source, hosts);
    // The names of old search engines are ordinary words: `free`, `orange`, `crawler`.
    const key = comparable(name);
    if (category !== 'search' && !byName.has(key)) byName.set(key, source);
  }
}

function addHosts(hosts: Map<string, KnownSource>, source: KnownSource, places: string): void {
  for (const place of words(places)) {
    if (!place.endsWith('.*')) hosts.set(place, source);
    else if (!byBrand.has(place.slice(0, -2))) byBrand.set(place.slice(0, -2), source);
  }
}

function words(text: string, separator = ' '): string[] {
  return text === '' ? [] : text.split(separator);
}

/** The source that a cleaned text names. */
export function findSource(text: string): FoundSource & { name: string } {
  const name = stripAddress(comparable(text));
  const host = hostIn(text);
  const known = byName.get(name) ?? (host === undefined ? undefined : sourceAt(host));
  if (known !== undefined) return { name: known.name, known, host, namesAnAd: false };
  const ad = host === undefined ? adName(name) : undefined;
  if (ad !== undefined) return { name: ad.known?.name ?? text, known: ad.known, namesAnAd: true };
  return { name: host ?? text, host, namesAnAd: false };
}

/** The source at a text that is known to be a host. */
export function sourceAtHost(host: string): FoundSource & { name: string } {
  const known = sourceAt(host);
  return { name: known?.name ?? host, known, host, namesAnAd: false };
}

/** The host in a text. Most tags are plain words or plain hosts, which need no parser. */
function hostIn(text: string): string | undefined {
  if (!text.includes('.') || /\s/.test(text)) return undefined;
  const lower = text.toLowerCase();
  if (looksLikeHost(lower) && !lower.startsWith('www.')) return lower;
  const host = parseLocation(text)?.host;
  return host !== undefined && looksLikeHost(host) ? host : undefined;
}

/** The known source at a host or at one of its parents. */
function sourceAt(host: string): KnownSource | undefined {
  const exact = byHost.get(host) ?? byListedHost.get(host);
  if (exact !== undefined) return exact;
  for (const parent of withParents(host)) {
    const source = byHost.get(parent);
    if (source !== undefined) return source;
  }
  const brand = brandOf(host);
  return brand === undefined ? undefined : byBrand.get(brand);
}

/**
 * Plausible's rule: a source that ends in "ads" is paid, with any medium. Without a separator this counts only after a
 * known name, because `downloads` and `leads` are no advertisements.
 */
function adName(name: string): { known?: KnownSource } | undefined {
  const known = byName.get(comparable(PAID_ALIASES.get(name) ?? ''));
  if (known !== undefined) return { known };
  for (const ending of ['-ads', '-ad', '-paid', '-cpc', '-ppc', 'ads', 'ad']) {
    if (!name.endsWith(ending)) continue;
    const before = byName.get(name.slice(0, -ending.length));
    if (before !== undefined) return { known: before };
    if (ending.startsWith('-') && name.length > ending.length) return {};
  }
  return undefined;
}

/** The name in `https://www.facebook/…` is Facebook, and in `google / cpc` it is Google. */
function stripAddress(key: string): string {
  const scheme = key.indexOf('://');
  const rest = scheme === -1 ? key : key.slice(scheme + '://'.length);
  const name = (rest.split('/', 1)[0] ?? '').replace(/-$/, '');
  return name.startsWith('www.') ? name.slice('www.'.length) : name;
}
