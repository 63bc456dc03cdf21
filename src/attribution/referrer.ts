// The page that the person came from, when it is known.
import { clean, comparable } from './clean.ts';
import { reason } from './evidence.ts';
import { type FoundSource, findSource, sourceAtHost } from './find-source.ts';
import { looksLikeHost } from './host.ts';
import { isBrowserApp, isMailApp } from './known-sources/apps.ts';
import { pageText, parseLocation } from './location.ts';
import { originalHost, whyNoReferrer } from './plumbing.ts';
import { knownSourceAt, sourceOfApp } from './source-at-host.ts';

export type Referrer =
  /** Nothing is known. */
  | { kind: 'unknown' }
  /** Known to be empty: the address was typed or bookmarked, or the page before withheld it. */
  | { kind: 'none' }
  /** Known, but it is the site itself, a page that people pass through, or hidden: it says nothing of the first touch. */
  | { kind: 'ignored'; reason: string }
  | { kind: 'page'; page: string; source: FoundSource; reason: string };

/** What browsers and analytics write for an empty referrer. `Direct/None` is DataFast's. */
const EMPTY = new Set(['', 'direct', '(direct)', 'direct/none', '(direct)/(none)']);

/** Android's referrers: https://developer.android.com/reference/android/app/Activity#getReferrer(). */
const APP = /^android-app:\/{1,2}([a-z0-9_]+(?:\.[a-z0-9_]+)*)(?:[/?#:]|$)/i;
const MAX_APP_LENGTH = 200;
/** Longer than any host may be. */
const MAX_HOST_LENGTH = 253;

/** Reads the referrer of a visitor to a site with these domains. */
export function readReferrer(text: string | undefined, ownDomains: readonly string[]): Referrer {
  if (text === undefined) return { kind: 'unknown' };
  if (EMPTY.has(comparable(text))) return { kind: 'none' };
  const name = clean(text);
  if (name === undefined) return { kind: 'unknown' };
  const app = name.length <= MAX_APP_LENGTH ? APP.exec(name)?.[1]?.toLowerCase() : undefined;
  if (app !== undefined) return readApp(app);

  // The whole text is parsed: an address that was cut could be another page.
  const location = parseLocation(text);
  const host = location?.host === undefined ? undefined : originalHost(location.host);
  if (location && host !== undefined && host.length <= MAX_HOST_LENGTH) {
    const evidence = reason('referrer', location.host ?? host);
    const why = whyNoReferrer(host, ownDomains);
    if (why !== undefined) return { kind: 'ignored', reason: `${evidence} ignored: ${why}` };
    if (looksLikeHost(host)) {
      const page = pageText({ ...location, host });
      return { kind: 'page', page, source: sourceAtHost(host), reason: evidence };
    }
  }
  // DataFast sends friendly names such as `Google` for hosts it knows. Addresses without a host say nothing.
  return /[:/?#@]|^[\d.]+$/.test(name)
    ? { kind: 'unknown' }
    : { kind: 'page', page: name, source: findSource(name), reason: reason('referrer', name) };
}

/** An app is the place, unless it is a browser: then it says no more than no referrer. */
function readApp(app: string): Referrer {
  // Some apps put the host of their site there: `android-app://m.facebook.com/`.
  const known =
    sourceOfApp(app) ??
    (isMailApp(app) ? { name: app, category: 'email' as const } : knownSourceAt(app));
  if (known === undefined && isBrowserApp(app)) return { kind: 'unknown' };
  const source = { name: known?.name ?? app, known, host: app, namesAnAd: false };
  return { kind: 'page', page: app, source, reason: reason('referrer', app) };
}
