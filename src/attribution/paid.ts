// Whether somebody paid for the click, and on what kind of place.
import { placementBrand } from './ad-macros.ts';
import type { FilledIn } from './filled-in.ts';
import type { FoundSource } from './find-source.ts';
import type { AdCategory } from './known-sources/known-source.ts';
import type { LinkIdInfo } from './link-ids/link-id.ts';
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
  /** What an ad system wrote into the tags by itself. */
  filledIn?: FilledIn;
}

/** A link in an email or from a partner may be copied from an ad. What the marketer wrote wins then. */
export const OUTRANKS_CLICK_ID: readonly MediumFamily[] = ['email', 'affiliate', 'sms', 'push'];

/** What says paid, and where the ad was; `undefined` when nothing says paid. */
export function findPaid(signals: DirectSignals): Paid | undefined {
  const paid = whatSaysPaid(signals);
  if (paid === undefined) return undefined;
  const place = whereItWas(signals);
  const reasons = place === undefined ? [paid.reason] : [...new Set([paid.reason, place[1]])];
  return { category: place?.[0], rule: paid.rule, reasons };
}

/**
 * Whether the link ID can be of a click at the tagged source. A click ID of Google beside a tag that names Facebook is no
 * sign of an ad on Facebook: the link was copied, or the ID was left over from another visit.
 */
export function isOwnId({ sources }: LinkIdInfo, source: FoundSource | undefined): boolean {
  return sources.length === 0 || !source?.known || sources.includes(source.known.name);
}

function whatSaysPaid(signals: DirectSignals) {
  const { tags, families, source, linkIds, filledIn } = signals;
  const medium = tags.utm_medium;
  if (medium && families.has('paid')) return { rule: 'paid medium', reason: medium.reason };
  if (OUTRANKS_CLICK_ID.some((family) => families.has(family))) return undefined;
  if (filledIn) return { rule: 'value that an ad system fills in', reason: filledIn.reason };
  if (source?.namesAnAd) return { rule: 'source named after ads', reason: source.reason };
  const linkId = linkIds.find(({ info }) => info?.indicates === 'ad' && isOwnId(info, source));
  if (linkId) return { rule: 'click ID of an ad', reason: linkId.name };
  const server = adServer(signals);
  return server && { rule: 'ad server as referrer', reason: server[1] };
}

/** The first of these that names a place: the ad system, the tagged source, the medium, the click ID, the referrer. */
function whereItWas(signals: DirectSignals): [AdCategory, string] | undefined {
  const { tags, source, referrer, linkIds } = signals;
  const exact = whereTheAdSystemSays(signals);
  const place = exact?.[0] ?? adCategory(source);
  if (isShopping(tags.utm_campaign) && (place === undefined || place === 'search')) {
    return ['shopping', tags.utm_campaign.reason];
  }
  if (exact) return exact;
  if (source && place) return [place, source.reason];

  const medium = tags.utm_medium;
  const word = medium && adWord(medium.key);
  if (word) return [word, medium.reason];

  for (const { name, info } of linkIds) {
    if (info?.category && isOwnId(info, source)) return [info.category, name];
  }
  if (referrer.kind === 'page') {
    const category = adCategory(referrer.source);
    if (category) return [category, referrer.reason];
  }
  // GA4 calls `cpm` Display.
  return medium?.key.split('-').includes('cpm') ? ['display', medium.reason] : undefined;
}

function whereTheAdSystemSays(signals: DirectSignals): [AdCategory, string] | undefined {
  const { source, linkIds, filledIn } = signals;
  if (filledIn) return [filledIn.category, filledIn.reason];
  const exact = linkIds.find(({ info }) => info?.isExact && isOwnId(info, source));
  return exact?.info?.category ? [exact.info.category, exact.name] : adServer(signals);
}

/** The ad server that the person came from, unless a tag names a place of another network. */
function adServer({ source, referrer }: DirectSignals): [AdCategory, string] | undefined {
  const known = referrer.kind === 'page' ? referrer.source.known : undefined;
  if (known?.shows === undefined || referrer.kind !== 'page') return undefined;
  const isOwn = !source?.known || source.known.name === known.name;
  return isOwn ? [known.shows, referrer.reason] : undefined;
}

function adCategory(source: FoundSource | undefined): AdCategory | undefined {
  switch (source?.known?.category) {
    case 'search':
    case 'social':
    case 'video':
    case 'shopping':
      return source.known.category;
    case 'ads':
      return source.known.shows;
    default:
      return undefined;
  }
}

function adWord(key: string): AdCategory | undefined {
  if (key.includes('social') || placementBrand(key) !== undefined) return 'social';
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
