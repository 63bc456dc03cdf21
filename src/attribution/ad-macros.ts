// Values that ad systems fill into tags by themselves, where an advertiser pasted a placeholder: Meta's placements and
// names of sites, the letters that Google and Microsoft use for their networks. They occur in ads only.
import type { AdCategory } from './known-sources/known-source.ts';

/** `{{site_source_name}}`, and how people and Meta begin the names of placements. */
const META_NAMES: ReadonlyMap<string, string> = new Map([
  ['fb', 'Facebook'],
  ['facebook', 'Facebook'],
  ['ig', 'Instagram'],
  ['instagram', 'Instagram'],
  ['an', 'Audience Network'],
  ['audience', 'Audience Network'],
  ['msg', 'Facebook'],
  ['messenger', 'Facebook'],
  ['th', 'Threads'],
  ['threads', 'Threads'],
  ['wa', 'WhatsApp'],
  ['whatsapp', 'WhatsApp'],
]);

/** Of these names only an ad system writes; `fb` and `ig` are written by hand as well. */
const META_ONLY: ReadonlySet<string> = new Set(['an', 'msg', 'th']);

/** Words of `{{placement}}`, and those of them that nobody writes for a post of their own. */
const PLACEMENT_WORDS = new Set([
  ...['feed', 'feeds', 'stories', 'reels', 'explore', 'marketplace', 'column', 'instream', 'inbox'],
  ...[
    'network',
    'classic',
    'search',
    'overlay',
    'rewarded',
    'notification',
    'sponsored',
    'message',
  ],
  ...[
    'mobile',
    'desktop',
    'right',
    'hand',
    'video',
    'videos',
    'profile',
    'grid',
    'home',
    'results',
  ],
  ...['messages', 'biz', 'disco', 'in', 'stream', 'groups', 'group', 'native', 'banner', 'status'],
  ...['interstitial', 'ads', 'on', 'business', 'instant', 'article', 'articles', 'shop', 'tab'],
]);
const DECISIVE_WORDS = new Set([
  ...['feed', 'feeds', 'stories', 'reels', 'explore', 'marketplace', 'column', 'instream', 'inbox'],
  ...['network', 'classic', 'search', 'overlay', 'rewarded', 'interstitial', 'sponsored', 'stream'],
  ...['notification', 'article', 'articles', 'disco'],
]);

/** The network whose placement a text in comparable form names: Instagram for `instagram-explore-grid-home`. */
export function placementBrand(key: string): string | undefined {
  const dash = key.indexOf('-');
  const brand = dash === -1 ? undefined : META_NAMES.get(key.slice(0, dash));
  if (brand === undefined || key.length > 60) return undefined;
  const words = key.slice(dash + 1).split('-');
  const isPlacement =
    words.every((word) => PLACEMENT_WORDS.has(word)) &&
    words.some((word) => DECISIVE_WORDS.has(word));
  return isPlacement ? brand : undefined;
}

/** The network that one of the names means which only Meta's ads fill in. */
export function metaSite(key: string): string | undefined {
  return META_ONLY.has(key) ? META_NAMES.get(key) : undefined;
}

/** `{{site_source_name}}` where it is known that Meta filled it in. */
export function metaSiteFilledIn(value: string): string | undefined {
  return META_NAMES.get(value.toLowerCase());
}

/** https://support.google.com/google-ads/answer/6305348: `{network}`. `u` and `x` are campaigns across the networks. */
const GOOGLE_NETWORKS: ReadonlyMap<string, AdCategory> = new Map([
  ['g', 'search'],
  ['s', 'search'],
  ['d', 'display'],
  ['ytv', 'video'],
  ['yt', 'video'],
  ['vp', 'video'],
  ['gtv', 'video'],
  ['u', 'cross-network'],
  ['x', 'cross-network'],
]);

/** https://help.ads.microsoft.com: `{network}`. Bing itself, its search partners, the audience network. */
const MICROSOFT_NETWORKS: ReadonlyMap<string, AdCategory> = new Map([
  ['o', 'search'],
  ['s', 'search'],
  ['a', 'display'],
]);

export type LetterNetwork = 'Google' | 'Bing';

/** Where an ad was shown, by the letter that its network filled in. */
export function placeOfLetter(network: LetterNetwork, value: string): AdCategory | undefined {
  return (network === 'Google' ? GOOGLE_NETWORKS : MICROSOFT_NETWORKS).get(value.toLowerCase());
}

/** Letters that are no word and no name of anything else, so that a paid medium beside them is proof enough. */
export const LETTERS_OF_GOOGLE_ALONE: ReadonlySet<string> = new Set([
  'g',
  's',
  'd',
  'u',
  'ytv',
  'vp',
  'gtv',
]);
