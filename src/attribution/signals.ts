// The signals: everything that the rules judge by, read once and cleaned.
import type { Visitor } from '../model.ts';
import { readFilledIn } from './filled-in.ts';
import { findSource } from './find-source.ts';
import { registrableDomain } from './host.ts';
import { landingPage } from './landing-page.ts';
import { type Location, parseLocation } from './location.ts';
import { familiesOf, type MediumFamily } from './mediums.ts';
import { type DirectSignals, findPaid, type Paid } from './paid.ts';
import { parametersOf, repaired } from './parameters.ts';
import { readLinkIds } from './read-link-ids.ts';
import { readReferrer } from './referrer.ts';
import { taggedSource } from './tagged-source.ts';
import { readTags } from './tags.ts';
import { unknownIds } from './unknown-ids.ts';

export interface Signals extends DirectSignals {
  paid?: Paid;
  landing?: Location;
  /** Names of parameters that look like click IDs and that no table has. */
  unknownIds?: readonly string[];
}

const NO_FAMILIES: ReadonlySet<MediumFamily> = new Set();

/** Reads the signals of a visitor, of a referrer, of both or of neither. */
export function readSignals(visitor: Visitor | undefined, referrer: string | undefined): Signals {
  const landing = visitor && landingPage(visitor);
  const query = landing ? parametersOf(landing) : [];
  const current = parseLocation(visitor?.currentUrl ?? '');
  const ownDomains = [landing?.host, current?.host].flatMap((host) =>
    host === undefined ? [] : [registrableDomain(host)],
  );

  // Of a damaged link a tag may be among the click IDs, and a click ID within a tag.
  const params = repaired(Object.entries(visitor?.params ?? {}));
  const clickIds = repaired(Object.entries(visitor?.clickIds ?? {}));
  const tags = readTags(clickIds.length > 0 ? [...params, ...clickIds] : params, query);
  const families = tags.utm_medium ? familiesOf(tags.utm_medium.key) : NO_FAMILIES;
  const linkIds = readLinkIds(clickIds, params.length > 0 ? [...params, ...query] : query);
  const tagged = taggedSource(tags, ownDomains);
  const filledIn = readFilledIn({ tags, families, source: tagged, linkIds });
  const signals = {
    tags,
    families,
    source: tagged && filledIn?.source ? { ...tagged, ...filledIn.source } : tagged,
    referrer: readReferrer(referrer, ownDomains),
    linkIds,
    filledIn,
  };
  const unknown = unknownIds(clickIds, query);
  return { ...signals, paid: findPaid(signals), landing, unknownIds: unknown };
}

/** The signals with another source: the one that an operator's rule names. */
export function renamed(signals: Signals, name: string, reason: string): Signals {
  const { host, ...found } = findSource(name);
  const changed = {
    ...signals,
    source: { ...found, host, name, tag: 'utm_source' as const, reason },
  };
  return { ...changed, paid: findPaid(changed) };
}
