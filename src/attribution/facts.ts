// Everything the rules may look at, read once and cleaned.
import type { Visitor } from '../model.ts';
import { type FoundSource, findSource } from './find-source.ts';
import { registrableDomain } from './host.ts';
import { landingPage } from './landing-page.ts';
import { type Location, parametersOf, parseLocation } from './location.ts';
import { familiesOf, type MediumFamily } from './mediums.ts';
import { findPaid, type Paid } from './paid.ts';
import { type Mark, readMarks } from './read-marks.ts';
import { type Referrer, readReferrer, whyNoReferrer } from './referrer.ts';
import { readTags, type Tags } from './tags.ts';

/** The source a tag on the link names. */
export interface TaggedSource extends FoundSource {
  tag: 'utm_source' | 'source' | 'ref';
  /** Absent where the tag holds an email address. */
  name?: string;
  reason: string;
}

export interface Facts {
  tags: Tags;
  /** What kinds of medium `utm_medium` names. */
  families: ReadonlySet<MediumFamily>;
  source?: TaggedSource;
  referrer: Referrer;
  /** Click IDs and what else was appended to the link; the most telling first. */
  marks: readonly Mark[];
  paid?: Paid;
  landing?: Location;
}

const NO_FAMILIES: ReadonlySet<MediumFamily> = new Set();

/** Reads the facts of a visitor, of a referrer, of both or of neither. */
export function readFacts(visitor: Visitor | undefined, toldReferrer: string | undefined): Facts {
  const landing = visitor && landingPage(visitor);
  const query = landing ? parametersOf(landing) : [];
  const current = parseLocation(visitor?.currentUrl ?? '');
  const ownDomains = [landing?.host, current?.host].flatMap((host) =>
    host === undefined ? [] : [registrableDomain(host)],
  );

  const tags = readTags(visitor?.params, query);
  const traces = {
    tags,
    families: tags.utm_medium ? familiesOf(tags.utm_medium.key) : NO_FAMILIES,
    source: taggedSource(tags, ownDomains),
    referrer: readReferrer(toldReferrer, ownDomains),
    marks: readMarks(visitor?.clickIds ?? {}, query),
  };
  return { ...traces, paid: findPaid(traces), landing };
}

/** `via` is not asked: it is a partner's code, not a place. */
function taggedSource(tags: Tags, ownDomains: readonly string[]): TaggedSource | undefined {
  for (const name of ['utm_source', 'source', 'ref'] as const) {
    const tag = tags[name];
    if (tag === undefined || tag.key === 'direct') continue;
    const { reason } = tag;
    if (tag.raw === undefined) return { namesAnAd: false, tag: name, reason };
    const { host, ...source } = findSource(tag.raw);
    const found = { ...source, tag: name, reason };
    if (host === undefined) return found;
    if (whyNoReferrer(host, ownDomains) === undefined) return { ...found, host };
    // Sites put their own name into `ref` on links among their pages; in `utm_source` it names a campaign.
    if (name === 'utm_source') return found;
  }
  return undefined;
}

/** The facts with another source, which an operator's rule has named. */
export function renamed(facts: Facts, name: string, reason: string): Facts {
  const { host, ...found } = findSource(name);
  const traces = { ...facts, source: { ...found, host, name, tag: 'utm_source' as const, reason } };
  return { ...traces, paid: findPaid(traces) };
}
