// Whether somebody paid for the click, and on what kind of place.
import type { FoundSource } from './find-source.ts';
import type { AdCategory } from './known-sources/known-source.ts';
import type { MediumFamily } from './mediums.ts';
import type { LinkId } from './read-link-ids.ts';
import type { Referrer } from './referrer.ts';
import type { TaggedSource } from './tagged-source.ts';
import type { Tag, Tags } from './tags.ts';

export interface Paid {
  /** Absent when no place that has a paid channel is known. */
  category?: AdCategory;
  /** What says paid, in the rule's words. */
  rule: string;
  /** What says paid, then what says where. */
  reasons: readonly string[];
}

/** The signals that are read directly. Whether somebody paid follows from them. */
export interface DirectSignals {
  tags: Tags;
  /** What kinds of medium `utm_medium` names. */
  families: ReadonlySet<MediumFamily>;
  source?: TaggedSource;
  referrer: Referrer;
  /** Click IDs and what else was appended to the link, the most telling first. */
  linkIds: readonly LinkId[];
}

/** A link in an email or from a partner may be copied from an ad. What the marketer wrote wins then. */
const OUTRANKS_CLICK_ID: readonly MediumFamily[] = ['email', 'affiliate', 'sms', 'push'];

/** What says paid, and where the ad was; `undefined` when nothing says paid. */
export function findPaid(signals: DirectSignals): Paid | undefined {
  const paid = whatSaysPaid(signals);
  if (paid === undefined) return undefined;
  const place = whereItWas(signals);
  const reasons = place === undefined ? [paid.reason] : [...new Set([paid.reason, place[1]])];
  return { category: place?.[0], rule: paid.rule, reasons };
}

function whatSaysPaid({ tags, families, source, linkIds }: DirectSignals) {
  const medium = tags.utm_medium;
  if (medium && families.has('paid')) return { rule: 'paid medium', reason: medium.reason };
  if (OUTRANKS_CLICK_ID.some((family) => families.has(family))) return undefined;
  if (source?.namesAnAd) return { rule: 'source named after ads', reason: source.reason };
  const linkId = linkIds.find(({ info }) => info?.indicates === 'ad');
  return linkId && { rule: 'click ID of an ad', reason: linkId.name };
}

/** The first of these that names a place: the tagged source, the medium, the click ID's network, the referrer. */
function whereItWas(signals: DirectSignals): [AdCategory, string] | undefined {
  const { tags, source, referrer, linkIds } = signals;
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
 * Whether a campaign is named after shopping. GA4 accepts `shop` at the start of any word. Here it must be a whole
 * word, because a SaaS that serves Shopify stores names its campaigns after them.
 */
export function isShopping(campaign: Tag | undefined): campaign is Tag {
  const key = campaign?.key ?? '';
  return key.includes('shopping') || /(?:^|[^a-z])e?shops?(?:$|[^a-z])/.test(key);
}
