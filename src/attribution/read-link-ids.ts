// Reads the link IDs of a visitor: keys in any case, values unchanged.
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
  /** The parameter in lower case. Evidence shows it alone, because its value identifies the click or the person. */
  name: string;
  /** The click ID, unchanged: click IDs are case-sensitive. Absent for a parameter whose value is no click ID. */
  value?: string;
  /** Absent for an unknown parameter. */
  info?: LinkIdInfo;
}

/** Says which Google product made the `gclid`. It is never an ID itself. */
const QUALIFIER = 'gclsrc';

/** What a click ID can look like. Nothing is cut off: half a click ID is worth nothing. */
const VALUE = /^[\x21-\x7e]{1,1000}$/;
const NAME = /^[a-z0-9_-]{1,40}$/;

const NONE: readonly LinkId[] = [];
const rank = new Map([...LINK_IDS.keys()].map((name, index) => [name, index]));

/** All link IDs, the most telling first: those that DataFast kept, and those in the landing page's query. */
export function readLinkIds(
  kept: Readonly<Record<string, string>>,
  landingQuery: Iterable<readonly [string, string]>,
): readonly LinkId[] {
  const found = new Map<string, string>();
  for (const [parameter, value] of Object.entries(kept)) add(found, parameter, value, true);
  // A plus sign in a query was decoded as a space, but no click ID has a space.
  for (const [parameter, value] of landingQuery)
    add(found, parameter, value.replaceAll(' ', '+'), false);
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

/** DataFast keeps click IDs only, so an unknown name counts there. In a query it may be anything. */
function add(
  found: Map<string, string>,
  parameter: string,
  text: string,
  isClickId: boolean,
): void {
  const name = parameter.trim().toLowerCase();
  const isKnown = LINK_IDS.has(name) || name === QUALIFIER;
  if (found.has(name) || !(isKnown || isClickId) || !NAME.test(name)) return;
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
