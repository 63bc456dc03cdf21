// Link IDs: the parameters that other people's systems append to links, who appends each one, and what it indicates.
// DECISIONS.md names the help pages and the code behind the rows.
import { AD_IDS } from './link-ids/ads.ts';
import type { LinkIdInfo } from './link-ids/link-id.ts';
import { PARTNER_IDS } from './link-ids/partners.ts';
import { UNPAID_IDS } from './link-ids/unpaid.ts';

/**
 * In order of precedence when a link has several: Google's first, then those of other networks, then those of partners.
 * `fbclid` comes after them: Meta appends it to unpaid posts as well, so it must never hide another ID.
 */
export const LINK_IDS: ReadonlyMap<string, LinkIdInfo> = new Map([
  ...AD_IDS,
  ...PARTNER_IDS,
  ...UNPAID_IDS,
]);
