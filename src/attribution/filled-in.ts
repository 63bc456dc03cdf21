// Reads what an ad system itself wrote into the tags: it says that the click was an ad's, and where the ad was shown.
import {
  LETTERS_OF_GOOGLE_ALONE,
  type LetterNetwork,
  metaSite,
  placeOfLetter,
} from './ad-macros.ts';
import { findSource } from './find-source.ts';
import type { AdCategory, KnownSource } from './known-sources/known-source.ts';
import { META } from './link-ids/link-id.ts';
import type { MediumFamily } from './mediums.ts';
import type { LinkId } from './read-link-ids.ts';
import type { TaggedSource } from './tagged-source.ts';
import type { Tag, Tags } from './tags.ts';

export interface FilledIn {
  /** Where the ad was shown. */
  category: AdCategory;
  reason: string;
  /** What the tagged source means. Absent when the tag needs no explanation. */
  source?: { name: string; known: KnownSource };
}

interface Context {
  tags: Tags;
  families: ReadonlySet<MediumFamily>;
  source: TaggedSource | undefined;
  linkIds: readonly LinkId[];
}

/** What an ad system filled in; `undefined` when nothing shows that one did. */
export function readFilledIn(context: Context): FilledIn | undefined {
  const { tags, source } = context;
  const medium = tags.utm_medium;
  const tag = source && tags[source.tag];
  if (tag !== undefined && tag.key.length <= MAX_LENGTH) {
    const site = siteOfMeta(tag, context) ?? letterAsSource(tag, context);
    if (site !== undefined) return site;
  }
  if (medium === undefined || medium.key.length > MAX_LENGTH) return undefined;
  if (metaSite(medium.key) !== undefined && META.includes(source?.known?.name ?? '')) {
    return { category: 'social', reason: medium.reason };
  }
  for (const network of ['Google', 'Bing'] as const) {
    const category = placeOfLetter(network, medium.key);
    if (category !== undefined && isOf(network, context))
      return { category, reason: medium.reason };
  }
  return undefined;
}

/** `messenger` has nine letters, and no value that an ad system fills in has more. */
const MAX_LENGTH = 9;

/**
 * `an`, `msg` and `th` are Meta's names of its places when the link shows that it is Meta's ad: by a paid medium, by such
 * a name as the medium, or by Meta's own click ID.
 */
function siteOfMeta(tag: Tag, { tags, families, linkIds }: Context): FilledIn | undefined {
  const name = metaSite(tag.key);
  if (name === undefined) return undefined;
  const isAd =
    families.has('paid') ||
    metaSite(tags.utm_medium?.key ?? '') !== undefined ||
    linkIds.some(({ info }) => info?.sources.includes('Meta'));
  return isAd ? explained('social', tag, name) : undefined;
}

/** `utm_source={network}`: `g`, `d`, `ytv`. `x` and `yt` are also names of sites, so Google's click ID must be there. */
function letterAsSource(tag: Tag, context: Context): FilledIn | undefined {
  const category = placeOfLetter('Google', tag.key);
  if (category !== undefined) {
    const isAd = LETTERS_OF_GOOGLE_ALONE.has(tag.key) && context.families.has('paid');
    if (isAd || hasIdOf('Google', context)) {
      return explained(category, tag, category === 'video' ? 'YouTube' : 'Google');
    }
  }
  const other = placeOfLetter('Bing', tag.key);
  return other !== undefined && hasIdOf('Bing', context)
    ? explained(other, tag, 'Bing')
    : undefined;
}

function explained(category: AdCategory, tag: Tag, sourceName: string): FilledIn {
  const { name, known } = findSource(sourceName);
  return { category, reason: tag.reason, source: known && { name, known } };
}

function isOf(network: LetterNetwork, context: Context): boolean {
  const known = context.source?.known?.name;
  if (known !== undefined)
    return known === network || (network === 'Google' && known === 'YouTube');
  return hasIdOf(network, context) || (network === 'Google' && isYouTubeLetter(context));
}

function isYouTubeLetter({ tags }: Context): boolean {
  return tags.utm_medium?.key === 'ytv' || tags.utm_medium?.key === 'gtv';
}

function hasIdOf(network: LetterNetwork, { linkIds }: Context): boolean {
  return linkIds.some(({ info }) => info?.indicates === 'ad' && info.sources.includes(network));
}
