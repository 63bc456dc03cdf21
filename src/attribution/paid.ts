// Whether somebody paid for the click, and on what kind of place.

import type { FoundSource } from './find-source.ts';
import type { AdCategory } from './known-sources.ts';
import type { MediumFamily } from './mediums.ts';
import type { LinkId } from './read-link-ids.ts';
import type { Referrer } from './referrer.ts';
import type { TaggedSource } from './tagged-source.ts';
import type { Tag, Tags } from './tags.ts';

export interface Paid {
  /** Absent when no place with a channel of its own is known. */
  category?: AdCategory;
  /** What says paid, in the rule's words. */
  rule: string;
  /** What says paid, then what says where. */
  reasons: readonly string[];
}

interface Traces {
  tags: Tags;
  /** What kinds of medium the tag names. */
  families: ReadonlySet<MediumFamily>;
  source?: TaggedSource;
  referrer: Referrer;
  linkIds: readonly LinkId[];
}

/** A link in an email or from a partner may have been copied from an ad: what the marketer wrote wins. */
const OUTRANKS_CLICK_ID: readonly MediumFamily[] = ['email', 'affiliate', 'sms', 'push'];

/** The payment, or `undefined` when nothing indicates of one. */
export function findPaid(traces: Traces): Paid | undefined {
  const paid = whatSaysPaid(traces);
  if (paid === undefined) return undefined;
  const place = whereItWas(traces);
  const reasons = place === undefined ? [paid.reason] : [...new Set([paid.reason, place[1]])];
  return { category: place?.[0], rule: paid.rule, reasons };
}

function whatSaysPaid({ tags, families, source, linkIds }: Traces) {
  const medium = tags.utm_medium;
  if (medium && families.has('paid')) return { rule: 'paid medium', reason: medium.reason };
  if (OUTRANKS_CLICK_ID.some((family) => families.has(family))) return undefined;
  if (source?.namesAnAd) return { rule: 'source named after ads', reason: source.reason };
  const linkId = linkIds.find(({ info }) => info?.indicates === 'ad');
  return linkId && { rule: 'click ID of an ad', reason: linkId.name };
}

/** The tag's own place, else the medium's word for it, else the click ID's network, else the referrer's. */
function whereItWas(traces: Traces): [AdCategory, string] | undefined {
  const { tags, source, referrer, linkIds } = traces;
  const place = adCategory(source);
  if (isShopping(tags.utm_campaign) && (place === undefined || place === 'search')) {
    return ['shopping', tags.utm_campaign.reason];
  }
  if (source && place) return [place, source.reason];

  const medium = tags.utm_medium;
  const word = medium && adWord(medium.key);
  if (word) return [word, medium.reason];

  for (const { name, info } of linkIds) {
    if (info?.category) return [info.category, name];
  }
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
