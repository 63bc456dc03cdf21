// Everything the rules may look at, read once and cleaned.
import type { Visitor } from '../model.ts';
import { findSource } from './find-source.ts';
import { registrableDomain } from './host.ts';
import { landingPage } from './landing-page.ts';
import { type Location, parametersOf, parseLocation } from './location.ts';
import { familiesOf, type MediumFamily } from './mediums.ts';
import { findPaid, type Paid } from './paid.ts';
import { type LinkId, readLinkIds } from './read-link-ids.ts';
import { type Referrer, readReferrer } from './referrer.ts';
import { type TaggedSource, taggedSource } from './tagged-source.ts';
import { readTags, type Tags } from './tags.ts';

export interface Signals {
  tags: Tags;
  /** What kinds of medium `utm_medium` names. */
  families: ReadonlySet<MediumFamily>;
  source?: TaggedSource;
  referrer: Referrer;
  /** Click IDs and what else was appended to the link; the most telling first. */
  linkIds: readonly LinkId[];
  paid?: Paid;
  landing?: Location;
}

const NO_FAMILIES: ReadonlySet<MediumFamily> = new Set();

/** Reads the signals of a visitor, of a referrer, of both or of neither. */
export function readSignals(
  visitor: Visitor | undefined,
  toldReferrer: string | undefined,
): Signals {
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
    linkIds: readLinkIds(visitor?.clickIds ?? {}, query),
  };
  return { ...traces, paid: findPaid(traces), landing };
}

/** The signals with another source, which an operator's rule has named. */
export function renamed(signals: Signals, name: string, reason: string): Signals {
  const { host, ...found } = findSource(name);
  const traces = {
    ...signals,
    source: { ...found, host, name, tag: 'utm_source' as const, reason },
  };
  return { ...traces, paid: findPaid(traces) };
}
