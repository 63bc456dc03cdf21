// Names the parameters that look like click IDs and that nobody knows here, so that operators can report them. Never
// their values: a click ID may identify a person.
import type { Parameter } from './parameters.ts';
import { isLinkIdName } from './read-link-ids.ts';
import { isTagName } from './tags.ts';

const MAX_NAMES = 10;
const NAME = /^[a-z0-9_.-]{1,40}$/;

const NAMED_LIKE_ONE = /clk?ids?$|click[_-]?(?:id|ref)$|[_-]c?cid$|[_-]fat_id$|^clk$/;

/** A site's own parameters, which may hold long random values as well. */
const SITES_OWN =
  /token|session|code|state|key|sign|hash|auth|nonce|jwt|otp|pass|user|mail|redirect|return|next|callback|url|invite|payment|checkout|order|customer|account|coupon|promo|search|query|page|lang|uuid|visitor|client/;
/** Known, and no click IDs: Google's linker and cookies, GA4's and others' further campaign tags. */
const NO_IDS =
  /^(?:utm_|mtm_|matomo_|pk_|piwik_|_gl$|_ga|_hs|__hs|x-|ad_?set|ad_?group|campaign|placement|device)/;

const UUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;
const MAX_LOOKED_AT = 200;

/** The names among these parameters, in lower case, each once. */
export function unknownIds(...parameters: readonly (readonly Parameter[])[]): string[] | undefined {
  const found = new Set<string>();
  for (const list of parameters) {
    for (const [parameter, value] of list) {
      if (found.size === MAX_NAMES) break;
      const name = parameter.trim().toLowerCase();
      if (!isUnknown(name)) continue;
      if (NAMED_LIKE_ONE.test(name) || looksRandom(name, value)) found.add(name);
    }
  }
  return found.size === 0 ? undefined : [...found];
}

function isUnknown(name: string): boolean {
  return !isTagName(name) && !isLinkIdName(name) && NAME.test(name) && !NO_IDS.test(name);
}

/** A long run of letters and digits that is no word: `Cj0KCQiA7aPyBRChARIsAJfWCgI`. */
function looksRandom(name: string, text: string): boolean {
  const value = text.trim().slice(0, MAX_LOOKED_AT);
  if (value.length < 16 || SITES_OWN.test(name)) return false;
  if (UUID.test(value)) return true;
  if (!/^[\w.~-]+$/.test(value)) return false;
  const [longest = ''] = value.split(/[_.~-]+/).sort((one, other) => other.length - one.length);
  const digits = longest.replace(/\D/g, '').length;
  return longest.length >= 14 && digits >= 2 && longest.length - digits >= 2;
}
