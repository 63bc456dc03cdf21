// Finds the source among the tags of a link.
import { type FoundSource, findSource } from './find-source.ts';
import { whyNoReferrer } from './plumbing.ts';
import type { Tags } from './tags.ts';

/** The source that a tag on the link names. */
export interface TaggedSource extends FoundSource {
  tag: 'utm_source' | 'source' | 'ref';
  /** Absent when the tag holds an email address. */
  name?: string;
  reason: string;
}

/** The source of the first tag that names one. `via` never does: it is a partner's code, not a place. */
export function taggedSource(tags: Tags, ownDomains: readonly string[]): TaggedSource | undefined {
  for (const name of ['utm_source', 'source', 'ref'] as const) {
    const tag = tags[name];
    if (tag === undefined || tag.key === 'direct') continue;
    const { reason } = tag;
    if (tag.raw === undefined) return { namesAnAd: false, tag: name, reason };
    const { host, ...source } = findSource(tag.raw);
    const found = { ...source, tag: name, reason };
    if (host === undefined) return found;
    if (whyNoReferrer(host, ownDomains) === undefined) return { ...found, host };
    // Sites put their own name into `ref` on links between their pages. In `utm_source` it is the name of a campaign.
    if (name === 'utm_source') return found;
  }
  return undefined;
}
