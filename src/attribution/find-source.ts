// Finds the one name of the source that a tag or a referrer means.
import { placementBrand } from './ad-macros.ts';
import { comparable } from './clean.ts';
import { LISTED } from './data/listed-sources.ts';
import { looksLikeHost } from './host.ts';
import type { KnownSource } from './known-sources/known-source.ts';
import { KNOWN_SOURCES, PAID_ALIASES } from './known-sources.ts';
import { parseLocation } from './location.ts';
import { knownSourceAt } from './source-at-host.ts';

export interface FoundSource {
  /** The known source's name. Without one the host; without a host the tag as it came. */
  name?: string;
  known?: KnownSource;
  /** The host in the text, when there is one. */
  host?: string;
  /** The name itself says advertisement: `fb-ads`, `adwords`, `Instagram_Stories`, an ad server's host. */
  namesAnAd: boolean;
}

const byName = new Map<string, KnownSource>();

for (const { category, rows } of KNOWN_SOURCES) {
  for (const [name, , aliases = ''] of rows) {
    const source: KnownSource = { name, category };
    byName.set(comparable(name), source);
    if (aliases !== '') for (const alias of aliases.split(' ')) byName.set(alias, source);
  }
}
// The names of old search engines are ordinary words: `free`, `orange`, `crawler`.
for (const category of ['ai', 'social'] as const) {
  for (const line of LISTED[category].split('\n')) {
    const [name = ''] = line.split('|');
    const key = comparable(name);
    if (!byName.has(key)) byName.set(key, { name, category });
  }
}

/** The source that a cleaned text names. */
export function findSource(text: string): FoundSource & { name: string } {
  const name = stripAddress(comparable(text));
  const host = hostIn(text);
  const known = byName.get(name) ?? (host === undefined ? undefined : knownSourceAt(host));
  if (known !== undefined) return found(known, host);
  const ad = host === undefined ? adName(name) : undefined;
  if (ad !== undefined) return { name: ad.known?.name ?? text, known: ad.known, namesAnAd: true };
  return { name: host ?? text, host, namesAnAd: false };
}

/** The source at a text that is known to be a host. */
export function sourceAtHost(host: string): FoundSource & { name: string } {
  const known = knownSourceAt(host);
  return known === undefined ? { name: host, host, namesAnAd: false } : found(known, host);
}

function found(known: KnownSource, host: string | undefined): FoundSource & { name: string } {
  return { name: known.name, known, host, namesAnAd: known.category === 'ads' };
}

/** The host in a text. Most tags are plain words or plain hosts, which need no parser. */
function hostIn(text: string): string | undefined {
  if (!text.includes('.') || /\s/.test(text)) return undefined;
  const lower = text.toLowerCase();
  if (looksLikeHost(lower) && !lower.startsWith('www.')) return lower;
  const host = parseLocation(text)?.host;
  return host !== undefined && looksLikeHost(host) ? host : undefined;
}

/**
 * A place within Meta's networks is a name that only Meta's ads fill in. And Plausible's rule: a source that ends in "ads" is paid, with any medium. Without a separator this counts only after a
 * known name, because `downloads` and `leads` are no advertisements.
 */
function adName(name: string): { known?: KnownSource } | undefined {
  const known = byName.get(comparable(PAID_ALIASES.get(name) ?? placementBrand(name) ?? ''));
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
