// Reads the click IDs and other appended parameters of a visitor: keys without case, values untouched.
import { clean, holdsAddress } from './clean.ts';
import {
  DISPLAY_AD,
  HUBSPOT_NETWORKS,
  LINK_IDS,
  type LinkIdInfo,
  OTHER_ENGINE_AD,
  SEARCH_AD,
} from './link-ids.ts';

export interface LinkId {
  /** The parameter, in lower case; as evidence it stands alone, for its value identifies the click or the person. */
  name: string;
  /** The click ID, untouched, for they are case-sensitive; absent for a parameter whose value is none. */
  value?: string;
  /** Absent for a parameter we do not know. */
  info?: LinkIdInfo;
}

/** Says which Google product minted the `gclid`; never an ID itself. */
const QUALIFIER = 'gclsrc';

/** What a click ID may be made of; anything else is no click ID, and half of one is worth nothing. */
const VALUE = /^[\x21-\x7e]{1,1000}$/;
const NAME = /^[a-z0-9_-]{1,40}$/;

const NONE: readonly LinkId[] = [];
const rank = new Map([...LINK_IDS.keys()].map((name, index) => [name, index]));

/** All of them, the most telling first: those DataFast kept, then those in the landing page's query. */
export function readLinkIds(
  kept: Readonly<Record<string, string>>,
  landingQuery: Iterable<readonly [string, string]>,
): readonly LinkId[] {
  const found = new Map<string, string>();
  for (const [parameter, value] of Object.entries(kept)) take(found, parameter, value, true);
  // In a query a plus sign reads as a space, yet no click ID has one.
  for (const [parameter, value] of landingQuery)
    take(found, parameter, value.replaceAll(' ', '+'), false);
  if (found.size === 0) return NONE;

  const qualifier = found.get(QUALIFIER)?.toLowerCase();
  found.delete(QUALIFIER);
  const rankOf = (name: string) => rank.get(name) ?? rank.size;
  return [...found]
    .sort(([one], [other]) => rankOf(one) - rankOf(other))
    .map(([name, value]): LinkId => {
      const info = infoOf(name, value, qualifier);
      return { name, value: info?.isClickId === false ? undefined : value, info };
    });
}

function take(found: Map<string, string>, parameter: string, text: string, known: boolean): void {
  const name = parameter.trim().toLowerCase();
  const isOurs = LINK_IDS.has(name) || name === QUALIFIER;
  if (found.has(name) || !(known || isOurs) || !NAME.test(name)) return;
  const value = text.trim();
  if (!VALUE.test(value) || clean(value) === undefined || holdsAddress(value)) return;
  found.set(name, value);
}

function infoOf(
  name: string,
  value: string,
  qualifier: string | undefined,
): LinkIdInfo | undefined {
  if (name === 'gclid' && qualifier === '3p.ds') return DISPLAY_AD;
  if (name === 'gclid' && qualifier === 'ds') return OTHER_ENGINE_AD;
  if (name === 'gad_source' && value === '1') return SEARCH_AD;
  if (name === 'hsa_net') return HUBSPOT_NETWORKS.get(value.toLowerCase()) ?? LINK_IDS.get(name);
  return LINK_IDS.get(name);
}
