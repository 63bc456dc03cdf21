// The IDs ad systems append to links: which there are, whose they are, and how much each one proves.
import { clean } from './clean.ts';
import type { AdCategory } from './paid.ts';

interface Network {
  /** `strong`: appended on ad clicks only. `weak`: on ordinary links as well. */
  proof: 'strong' | 'weak';
  category: AdCategory;
  /** Names of the sources it is seen with, the network's own first. */
  sources: readonly string[];
}

/**
 * In order of precedence when several are present: Google's first, `fbclid` last, since Meta appends it to
 * unpaid posts as well, and it must never hide another. These are the IDs DataFast's script collects.
 */
const NETWORKS: ReadonlyMap<string, Network> = new Map([
  ['gclid', { proof: 'strong', category: 'search', sources: ['Google', 'YouTube', 'Gmail'] }],
  ['gbraid', { proof: 'strong', category: 'search', sources: ['Google', 'YouTube', 'Gmail'] }],
  ['wbraid', { proof: 'strong', category: 'search', sources: ['Google', 'YouTube', 'Gmail'] }],
  [
    'msclkid',
    {
      proof: 'strong',
      category: 'search',
      sources: ['Bing', 'Yahoo', 'DuckDuckGo', 'Ecosia', 'AOL'],
    },
  ],
  ['ttclid', { proof: 'strong', category: 'social', sources: ['TikTok'] }],
  ['twclid', { proof: 'strong', category: 'social', sources: ['X'] }],
  ['li_fat_id', { proof: 'strong', category: 'social', sources: ['LinkedIn'] }],
  [
    'fbclid',
    {
      proof: 'weak',
      category: 'social',
      sources: ['Meta', 'Facebook', 'Instagram', 'Threads', 'WhatsApp'],
    },
  ],
]);

/** Says which Google product minted the `gclid`; never an ID itself. */
const QUALIFIER = 'gclsrc';

export interface ClickId {
  /** The parameter, in lower case; as evidence it stands alone, for the value identifies the click. */
  name: string;
  /** Untouched: click IDs are case-sensitive. */
  value: string;
  /** Absent for a parameter we do not know. */
  network?: Network;
}

/** What a click ID may be made of; anything else is no click ID, and half of one is worth nothing. */
const VALUE = /^[\x21-\x7e]{1,1000}$/;
const NAME = /^[a-z0-9_-]{1,40}$/;

/** All click IDs, the most telling first: those DataFast kept, then those in the landing page's query. */
export function readClickIds(
  kept: Readonly<Record<string, string>>,
  landingQuery: Iterable<readonly [string, string]>,
): readonly ClickId[] {
  const found = new Map<string, string>();
  const qualifiers: string[] = [];
  const take = (parameter: string, text: string, known: boolean) => {
    const name = parameter.trim().toLowerCase();
    const value = text.trim();
    if (!VALUE.test(value) || clean(value) === undefined) return;
    if (name === QUALIFIER) qualifiers.push(value.toLowerCase());
    else if (!found.has(name) && (known || NETWORKS.has(name)) && NAME.test(name)) {
      found.set(name, value);
    }
  };
  for (const [parameter, value] of Object.entries(kept)) take(parameter, value, true);
  // In a query a plus sign reads as a space, yet no click ID has one.
  for (const [parameter, value] of landingQuery) take(parameter, value.replaceAll(' ', '+'), false);

  const order = [...NETWORKS.keys(), ...found.keys()];
  return [...new Set(order)].flatMap((name) => {
    const value = found.get(name);
    if (value === undefined) return [];
    const network = networkOf(name, qualifiers[0]);
    return [{ name, value, ...(network && { network }) }];
  });
}

/**
 * The qualifier `3p.ds` is a display ad. `ds` is Search Ads 360, which mints a `gclid` for clicks on other
 * engines too: still a paid search, but not said to be Google's.
 */
function networkOf(name: string, qualifier: string | undefined): Network | undefined {
  const network = NETWORKS.get(name);
  if (network === undefined || name !== 'gclid') return network;
  if (qualifier === '3p.ds') return { ...network, category: 'display' };
  return qualifier === 'ds' ? { ...network, sources: [] } : network;
}
