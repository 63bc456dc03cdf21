// Whether somebody paid for the click, and on what kind of place.
import type { ClickId } from './click-ids.ts';
import type { FoundSource } from './find-source.ts';
import { isMedium, type MediumFamily } from './mediums.ts';
import type { Referrer } from './referrer.ts';
import type { Tag, Tags } from './tags.ts';

/** The kinds of place with a paid channel of their own. */
export type AdCategory = 'search' | 'social' | 'video' | 'shopping' | 'display';

export interface Paid {
  /** Absent when no place with a channel of its own is known. */
  category?: AdCategory;
  /** What says paid, then what says where. */
  reasons: readonly string[];
}

interface Traces {
  tags: Tags;
  source?: FoundSource & { reason: string };
  referrer: Referrer;
  clickIds: readonly ClickId[];
}

/** A link in an email or from a partner may have been copied from an ad: what the marketer wrote wins. */
const OUTRANKS_CLICK_ID: readonly MediumFamily[] = ['email', 'affiliate', 'sms', 'push'];

/** The payment, or `undefined` when nothing tells of one. */
export function findPaid(traces: Traces): Paid | undefined {
  const because = whatSaysPaid(traces);
  if (because === undefined) return undefined;
  const place = whereItWas(traces);
  return place === undefined
    ? { reasons: [because] }
    : { category: place[0], reasons: [...new Set([because, place[1]])] };
}

function whatSaysPaid({ tags, source, clickIds }: Traces): string | undefined {
  const medium = tags.utm_medium;
  if (medium && isMedium(medium.key, 'paid')) return medium.reason;
  if (medium && OUTRANKS_CLICK_ID.some((family) => isMedium(medium.key, family))) return undefined;
  if (source?.namesAnAd) return source.reason;
  return clickIds.find(({ network }) => network?.proof === 'strong')?.name;
}

/** The tag's own place, else the medium's word for it, else the click ID's network, else the referrer's. */
function whereItWas(traces: Traces): [AdCategory, string] | undefined {
  const { tags, source, referrer, clickIds } = traces;
  const place = adCategory(source);
  if (isShopping(tags.utm_campaign) && (place === undefined || place === 'search')) {
    return ['shopping', tags.utm_campaign.reason];
  }
  if (source && place) return [place, source.reason];

  const medium = tags.utm_medium;
  const word = medium && adWord(medium.key);
  if (word) return [word, medium.reason];

  const clickId = clickIds.find(({ network }) => network !== undefined);
  if (clickId?.network) return [clickId.network.category, clickId.name];

  if (referrer.kind === 'page') {
    const category = adCategory(referrer.source);
    if (category) return [category, referrer.reason];
  }
  // GA4 calls `cpm` Display.
  return medium?.key.split('-').includes('cpm') ? ['display', medium.reason] : undefined;
}

function adCategory(source: FoundSource | undefined): AdCategory | undefined {
  switch (source?.known?.category) {
    case 'search':
    case 'social':
    case 'video':
    case 'shopping':
      return source.known.category;
    default:
      return undefined;
  }
}

function adWord(key: string): AdCategory | undefined {
  if (key.includes('social')) return 'social';
  if (key.includes('search') || key.split('-').includes('sem')) return 'search';
  if (key.includes('video')) return 'video';
  return key.includes('shopping') ? 'shopping' : undefined;
}

/**
 * Whether a campaign is named after shopping. GA4 accepts `shop` at the start of any word; whole words here,
 * for a SaaS that serves Shopify stores names its campaigns after them.
 */
export function isShopping(campaign: Tag | undefined): campaign is Tag {
  const key = campaign?.key ?? '';
  return key.includes('shopping') || /(?:^|[^a-z])e?shops?(?:$|[^a-z])/.test(key);
}
