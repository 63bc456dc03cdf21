// Everything the rules may look at, read once and cleaned.
import type { Visitor } from '../model.ts';
import { type ClickId, readClickIds } from './click-ids.ts';
import { type FoundSource, findSource } from './find-source.ts';
import { landingPage } from './landing-page.ts';
import { type Location, parseLocation } from './location.ts';
import { findPaid, type Paid } from './paid.ts';
import { type Referrer, readReferrer, whyNoReferrer } from './referrer.ts';
import { readTags, type Tags } from './tags.ts';

/** The source a tag on the link names. */
export interface TaggedSource extends FoundSource {
  tag: 'utm_source' | 'source' | 'ref';
  reason: string;
}

export interface Facts {
  tags: Tags;
  source?: TaggedSource;
  referrer: Referrer;
  /** The most telling first. */
  clickIds: readonly ClickId[];
  paid?: Paid;
  landing?: Location;
}

/** Reads the facts of a visitor, of a referrer, of both or of neither. */
export function readFacts(visitor: Visitor | undefined, toldReferrer: string | undefined): Facts {
  const landing = landingPage(visitor?.pages ?? []);
  const query = landing?.query ?? [];
  const current = parseLocation(visitor?.currentUrl ?? '');
  const ownHosts = [landing?.host, current?.host].filter((host) => host !== undefined);

  const tags = readTags(visitor?.params, query);
  const source = taggedSource(tags, ownHosts);
  const traces = {
    tags,
    ...(source && { source }),
    referrer: readReferrer(toldReferrer, ownHosts),
    clickIds: readClickIds(visitor?.clickIds ?? {}, query),
  };
  const paid = findPaid(traces);
  return { ...traces, ...(paid && { paid }), ...(landing && { landing }) };
}

/** `via` is not asked: it is a partner's code, not a place. */
function taggedSource(tags: Tags, ownHosts: readonly string[]): TaggedSource | undefined {
  for (const name of ['utm_source', 'source', 'ref'] as const) {
    const tag = tags[name];
    if (tag === undefined || tag.key === 'direct') continue;
    const { host, ...source } = findSource(tag.raw);
    const found = { ...source, tag: name, reason: tag.reason };
    if (host === undefined) return found;
    if (whyNoReferrer(host, ownHosts) === undefined) return { ...found, host };
    // Sites put their own name into `ref` on links among their pages; in `utm_source` it names a campaign.
    if (name === 'utm_source') return found;
  }
  return undefined;
}
