// What the value of a link ID says beyond its name: whose ad it was, and where it was shown.
import { metaSiteFilledIn, placeOfLetter } from '../ad-macros.ts';
import { AD_NETWORKS } from './ads.ts';
import { GOOGLE, type LinkIdInfo, META, MICROSOFT, shownAt, sign } from './link-id.ts';

/** Says which Google product made the `gclid`. It is never an ID itself. */
export const QUALIFIER = 'gclsrc';
/** What advertisers name the parameter into which Google or Microsoft fill the letter of their network. */
export const NETWORK_PARAMETER = 'network';

const GOOGLE_IDS = new Set(['gclid', 'gbraid', 'wbraid', 'gad_source', 'gad_campaignid']);

/** What is known about a link ID when the others of the link are known, too. */
export function infoByValue(
  name: string,
  info: LinkIdInfo,
  found: ReadonlyMap<string, string>,
): LinkIdInfo {
  const value = found.get(name) ?? '';
  switch (name) {
    case 'hsa_net':
      return hubspotAd(value, found.get('hsa_src')) ?? info;
    case 'hsa_src':
      return hubspotAd(found.get('hsa_net'), value) ?? info;
    case 'tw_source':
      return metaAd(value) ?? AD_NETWORKS.get(value.toLowerCase()) ?? info;
    case 'hss_channel':
      return sign('social', socialChannel(value));
    case 's_kwcid':
    case 'ef_id':
      return adobeAd(value, info);
    case 'msclkid':
      return letterOf('Bing', info, found);
    default:
      return GOOGLE_IDS.has(name) ? googleAd(name, value, info, found) : info;
  }
}

function googleAd(
  name: string,
  value: string,
  info: LinkIdInfo,
  found: ReadonlyMap<string, string>,
): LinkIdInfo {
  const product = name === 'gclid' ? found.get(QUALIFIER)?.toLowerCase() : undefined;
  if (product === '3p.ds') return shownAt(info, 'display');
  // Search Ads 360 also makes a `gclid` for clicks on other engines, so the source stays open.
  if (product === 'ds') return { ...info, sources: [] };
  // `gad_source=1` is a search ad (PostHog). Google documents none of its other values.
  const known =
    name === 'gad_source' && value === '1' ? { ...info, category: 'search' as const } : info;
  return letterOf('Google', known, found);
}

function letterOf(
  network: 'Google' | 'Bing',
  info: LinkIdInfo,
  found: ReadonlyMap<string, string>,
): LinkIdInfo {
  const letter =
    found.get(NETWORK_PARAMETER) ?? (network === 'Google' ? found.get('hsa_src') : undefined);
  const place = letter === undefined ? undefined : placeOfLetter(network, letter);
  return place === undefined ? info : shownAt(info, place);
}

/** HubSpot's template fills `hsa_src` with Google's letter of the network or with Meta's name of the site. */
function hubspotAd(network: string | undefined, place: string | undefined): LinkIdInfo | undefined {
  const known = AD_NETWORKS.get(network?.toLowerCase() ?? '');
  const isGoogle = known === undefined ? network === undefined : known.sources[0] === 'Google';
  const letter = isGoogle && place !== undefined ? placeOfLetter('Google', place) : undefined;
  if (letter !== undefined) {
    const sources = letter === 'video' ? ['YouTube', ...GOOGLE] : GOOGLE;
    return shownAt(sign('ad', sources), letter);
  }
  const isMeta = known === undefined ? network === undefined : known.sources.includes('Meta');
  return (isMeta && place !== undefined ? metaAd(place) : undefined) ?? known;
}

function metaAd(site: string): LinkIdInfo | undefined {
  const name = metaSiteFilledIn(site);
  // `facebook` is what `hsa_net` holds as well: the network, not the place.
  if (name === undefined || site.toLowerCase() === 'facebook') return undefined;
  return sign('ad', [name, ...META], 'social');
}

/** HubSpot's posts: `tw-…`, `fbp-…` (a page), `lcp-…` (a company), `lis-…` (a person). */
const SOCIAL_CHANNELS: readonly (readonly [start: string, network: string])[] = [
  ['tw', 'X'],
  ['fb', 'Facebook'],
  ['lcp', 'LinkedIn'],
  ['lis', 'LinkedIn'],
  ['li', 'LinkedIn'],
  ['ig', 'Instagram'],
];

function socialChannel(value: string): readonly string[] {
  const channel = value.toLowerCase();
  if (channel.startsWith('fbig')) return ['Instagram'];
  const [, network] = SOCIAL_CHANNELS.find(([start]) => channel.startsWith(start)) ?? [];
  return network === undefined ? [] : [network];
}

/** `AL!<account>!3!…!g!…`: Adobe numbers the engines, 3 is Google and 10 Microsoft. `…:G:s` says the same in `ef_id`. */
function adobeAd(value: string, info: LinkIdInfo): LinkIdInfo {
  const [, , engine] = value.split('!', 4);
  const [, letter, kind] = /:([A-Z]):([a-z])$/.exec(value) ?? [];
  if (engine === '3') return { ...info, sources: GOOGLE, category: 'search' };
  if (engine === '10') return { ...info, sources: MICROSOFT, category: 'search' };
  if (letter !== 'G') return info;
  const place = placeOfLetter('Google', kind ?? '');
  return { ...info, sources: GOOGLE, category: place };
}
