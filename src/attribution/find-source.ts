// From what a tag or a referrer says to the one name its source goes by.
import { comparable } from './clean.ts';
import { brandOf, looksLikeHost, withParents } from './host.ts';
import { KNOWN_SOURCES, type KnownSource, PAID_ALIASES } from './known-sources.ts';
import { parseLocation } from './location.ts';

export interface FoundSource {
  /** The canonical name, else the host, else the tag as it came. */
  name: string;
  known?: KnownSource;
  /** The host the text names, where it names one. */
  host?: string;
  /** The name itself says advertisement: `fb-ads`, `adwords`. */
  namesAnAd: boolean;
}

const byName = new Map<string, KnownSource>();
const byHost = new Map<string, KnownSource>();
const byBrand = new Map<string, KnownSource>();
for (const { category, rows } of KNOWN_SOURCES) {
  for (const [name, hosts, aliases = ''] of rows) {
    const places = hosts.split(' ').filter((host) => host !== '');
    const [main] = places;
    const source: KnownSource = {
      name,
      category,
      ...(main !== undefined && { host: main.replace('.*', '.com') }),
    };
    for (const place of places) {
      if (place.endsWith('.*')) byBrand.set(place.slice(0, -'.*'.length), source);
      else byHost.set(place, source);
    }
    for (const alias of [comparable(name), ...aliases.split(' ')]) {
      if (alias !== '') byName.set(alias, source);
    }
  }
}

/** The source a cleaned text names. */
export function findSource(text: string): FoundSource {
  const key = comparable(text);
  const name = stripAddress(key);
  const host = hostIn(text);
  const named = byName.get(name) ?? (host === undefined ? undefined : sourceAt(host));
  if (named !== undefined) {
    return {
      name: named.name,
      known: named,
      ...(host !== undefined && { host }),
      namesAnAd: false,
    };
  }
  const ad = host === undefined ? adName(name) : undefined;
  if (ad !== undefined) {
    return {
      name: ad.source?.name ?? text,
      ...(ad.source && { known: ad.source }),
      namesAnAd: true,
    };
  }
  return { name: host ?? text, ...(host !== undefined && { host }), namesAnAd: false };
}

/** The host a text names; most tags are plain words or plain hosts, which need no parser. */
function hostIn(text: string): string | undefined {
  if (!text.includes('.') || /\s/.test(text)) return undefined;
  const lower = text.toLowerCase();
  if (looksLikeHost(lower) && !lower.startsWith('www.')) return lower;
  const host = parseLocation(text)?.host;
  return host !== undefined && looksLikeHost(host) ? host : undefined;
}

/** The known source at a host, which may be any subdomain of its hosts. */
function sourceAt(host: string): KnownSource | undefined {
  for (const parent of withParents(host)) {
    const source = byHost.get(parent);
    if (source !== undefined) return source;
  }
  const brand = brandOf(host);
  return brand === undefined ? undefined : byBrand.get(brand);
}

/**
 * Plausible's rule, that a source ending in "ads" is paid whatever its medium says. Without a separator
 * only after a known name, for `downloads` and `leads` are no advertisements.
 */
function adName(name: string): { source?: KnownSource } | undefined {
  const source = byName.get(comparable(PAID_ALIASES.get(name) ?? ''));
  if (source !== undefined) return { source };
  for (const ending of ['-ads', '-ad', '-paid', '-cpc', '-ppc', 'ads', 'ad']) {
    if (!name.endsWith(ending)) continue;
    const before = byName.get(name.slice(0, -ending.length));
    if (before !== undefined) return { source: before };
    if (ending.startsWith('-') && name.length > ending.length) return {};
  }
  return undefined;
}

/** `https://www.facebook/…` and `google / cpc` are still about Facebook and Google. */
function stripAddress(key: string): string {
  const scheme = key.indexOf('://');
  const rest = scheme === -1 ? key : key.slice(scheme + '://'.length);
  const name = (rest.split('/', 1)[0] ?? '').replace(/-$/, '');
  return name.startsWith('www.') ? name.slice('www.'.length) : name;
}
