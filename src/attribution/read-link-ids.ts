// Reads the link IDs of a visitor: keys in any case, values unchanged.
import { clean, firstValue, holdsAddress } from './clean.ts';
import { infoByValue, NETWORK_PARAMETER, QUALIFIER } from './link-ids/by-value.ts';
import type { LinkIdInfo } from './link-ids/link-id.ts';
import { SMS_PREFIX, SMS_TOOL } from './link-ids/unpaid.ts';
import { LINK_IDS } from './link-ids.ts';
import type { Parameter } from './parameters.ts';
import { isTagName } from './tags.ts';

export interface LinkId {
  /** The parameter in lower case. Evidence shows it alone, because its value identifies the click or the person. */
  name: string;
  /** The click ID, unchanged: click IDs are case-sensitive. Absent for a parameter whose value is no click ID. */
  value?: string;
  /** Absent for an unknown parameter. */
  info?: LinkIdInfo;
}

/** What a click ID can look like. Nothing is cut off: half a click ID is worth nothing. */
const VALUE = /^[\x21-\x7e]{1,1000}$/;
const NAME = /^[a-z0-9_-]{1,40}$/;
/** Room for an ID that the link had twice. */
const MAX_TEXT_LENGTH = 3_000;

const NONE: readonly LinkId[] = [];
const rank = new Map([...LINK_IDS.keys()].map((name, index) => [name, index]));

/** Whether a parameter's name, in lower case, is that of a link ID or qualifies one. */
export function isLinkIdName(name: string): boolean {
  if (LINK_IDS.has(name) || isQualifier(name)) return true;
  return name.startsWith(SMS_PREFIX) && NAME.test(name);
}

function isQualifier(name: string): boolean {
  return name === QUALIFIER || name === NETWORK_PARAMETER;
}

/** All link IDs, the most telling first: those that DataFast kept as such, and those among other parameters. */
export function readLinkIds(
  keptIds: readonly Parameter[],
  otherParameters: readonly Parameter[],
): readonly LinkId[] {
  const found = new Map<string, string>();
  for (const [parameter, value] of keptIds) add(found, parameter, value, true);
  for (const [parameter, value] of otherParameters) add(found, parameter, value, false);
  if (found.size === 0) return NONE;

  const rankOf = (name: string) => rank.get(name) ?? rank.size;
  return [...found]
    .filter(([name]) => !isQualifier(name))
    .sort(([one], [other]) => rankOf(one) - rankOf(other))
    .map(([name, value]): LinkId => {
      const info = infoOf(name, found);
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
  const mayBeOne = isLinkIdName(name) || (isClickId && !isTagName(name) && NAME.test(name));
  if (!mayBeOne || found.has(name) || text.length > MAX_TEXT_LENGTH) return;
  const trimmed = firstValue(text).trim();
  // A plus sign in a query was decoded as a space, but no click ID has a space.
  const value = isClickId ? trimmed : trimmed.replaceAll(' ', '+');
  if (!VALUE.test(value) || clean(value) === undefined || holdsAddress(value)) return;
  found.set(name, value);
}

function infoOf(name: string, found: ReadonlyMap<string, string>): LinkIdInfo | undefined {
  const info = LINK_IDS.get(name);
  if (info !== undefined) return infoByValue(name, info, found);
  return name.startsWith(SMS_PREFIX) ? SMS_TOOL : undefined;
}
