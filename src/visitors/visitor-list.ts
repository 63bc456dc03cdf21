// List visitors: the only place that names the referrer of a visitor who is not on the site now. It cannot be asked for
// one visitor, so it is asked for a narrow window of time, and only the row with the visitor's own ID counts.
// https://datafa.st/docs/api/website/visitors
import { visitorIdFrom } from '../identifiers.ts';
import { isObject, type JsonObject } from '../json.ts';
import type { Visitor } from '../model.ts';
import { isoOf, MINUTE_MS, timeOf } from '../time.ts';
import type { Meaning } from '../upstream/status.ts';
import { type Answered, newUpstreamState } from '../upstream/upstream.ts';
import { askDatafast, type DatafastOptions, meaningOfStatus } from './datafast.ts';
import { referrerText } from './referrer-text.ts';

/** What a row says about how the visitor came. */
export interface Acquisition {
  referrer?: string;
  /** Its tags, by the names of `Visitor.params`. */
  params: Readonly<Record<string, string>>;
  /** The tags that the row has places for, filled or empty. Of others it says nothing. */
  tagKeys: ReadonlySet<string>;
  /** The latest page view, as DataFast says it. */
  lastSeenAt?: string | undefined;
}

export interface Page {
  /** By visitor ID. */
  rows: ReadonlyMap<string, Acquisition>;
  hasMore: boolean;
}

/** A window of time, and what else narrows it. */
export interface ListQuery {
  fromMs: number;
  toMs: number;
  offset?: number;
  filters?: Readonly<Record<string, string | undefined>>;
}

/** Clocks and roundings differ by less. */
export const MARGIN_MS = MINUTE_MS;
export const PAGE_SIZE = 250;
const TIMEOUT_MS = 8_000;

/** What passes by itself. */
const PASSING: readonly Meaning[] = ['transient', 'rate_limit'];
/** Without an answer, the network or a limit of ours was in the way. */
const meaningOfAnswer = ({ answered }: { answered?: Answered }): Meaning =>
  answered ? meaningOfStatus(answered.status) : 'transient';

/** One page. `not_now`: DataFast may give it later. `undefined`: it gives none. */
export async function readPage(
  options: DatafastOptions,
  { fromMs, toMs, offset = 0, filters = {} }: ListQuery,
): Promise<Page | 'not_now' | undefined> {
  const query = new URLSearchParams({
    startAt: isoOf(fromMs),
    endAt: isoOf(toMs),
    limit: String(PAGE_SIZE),
    ...(offset > 0 && { offset: String(offset) }),
  });
  for (const [name, value] of Object.entries(filters)) if (value) query.set(name, value);
  // Failures of the list say nothing about visitors, so they have a circuit breaker of their own.
  const answer = await askDatafast(options, `visitors?${query}`, TIMEOUT_MS, newUpstreamState());
  if (answer.kind === 'ok') return pageIn(answer.json);
  const meaning = answer.kind === 'unavailable' ? meaningOfAnswer(answer) : 'record';
  return PASSING.includes(meaning) ? 'not_now' : undefined;
}

/**
 * The filters that are safe: browser, system, device and country are those of the latest page view, so they hold only
 * for a visitor with one visit. The city can change within a visit. The landing page holds for everybody.
 */
export function safeFilters(visitor: Visitor): ListQuery['filters'] {
  if (visitor.visits !== 1) return { visitedPage: landingPath(visitor) };
  const { country, browser, os, device } = visitor;
  return { country, browser, os, device };
}

function landingPath({ pages, firstSeenAt }: Visitor): string | undefined {
  const [page] = pages;
  const isFirst =
    page && page.at !== undefined && page.at.slice(0, 16) === firstSeenAt?.slice(0, 16);
  if (!isFirst) return undefined;
  const path = page.url
    .replace(/^(https?:)?\/\//i, '')
    .replace(/^[^/?#]*/, '')
    .split(/[?#]/, 1)[0];
  // A comma separates values here.
  return path && !path.includes(',') ? path : undefined;
}

/** Around the first visit; for a visitor with one visit, to the end of it: the list may go by the last page view. */
export function firstWindow({ firstSeenAt, lastSeenAt, visits }: Visitor): ListQuery | undefined {
  const first = timeOf(firstSeenAt);
  if (first === undefined) return undefined;
  const last = visits === 1 ? Math.max(first, timeOf(lastSeenAt) ?? first) : first;
  return { fromMs: first - MARGIN_MS, toMs: last + MARGIN_MS };
}

/** Around the latest page view. */
export function lastWindow({ lastSeenAt }: Visitor): ListQuery | undefined {
  const last = timeOf(lastSeenAt);
  return last === undefined ? undefined : { fromMs: last - MARGIN_MS, toMs: last + MARGIN_MS };
}

// Read by hand: most rows are of other visitors, and nothing of them is kept.

function pageIn(json: unknown): Page | undefined {
  if (!isObject(json) || !Array.isArray(json.data)) return undefined;
  const rows = new Map<string, Acquisition>();
  for (const row of json.data.slice(0, PAGE_SIZE)) {
    if (!isObject(row) || typeof row.visitorId !== 'string') continue;
    const id = visitorIdFrom(row.visitorId);
    if (id === undefined || !isObject(row.acquisition)) continue;
    const lastSeenAt = typeof row.lastSeenAt === 'string' ? row.lastSeenAt : undefined;
    rows.set(id, { ...acquisitionIn(row.acquisition), lastSeenAt });
  }
  const { pagination } = json;
  return { rows, hasMore: isObject(pagination) && pagination.hasMore === true };
}

function acquisitionIn({ referrer, ...others }: JsonObject): Acquisition {
  const params: Record<string, string> = {};
  const tagKeys = new Set<string>();
  for (const [key, value] of Object.entries(others)) {
    const name = paramName(key);
    if (name === undefined) continue;
    tagKeys.add(name);
    if (typeof value === 'string' && value.trim() !== '') params[name] = value.trim();
  }
  return { referrer: referrerText(referrer), params, tagKeys };
}

const PARAMS = [
  'ref',
  'source',
  'via',
  'utm_source',
  'utm_medium',
  'utm_campaign',
  'utm_term',
  'utm_content',
];

/** Its key names are not documented: `utm_source` and `utmSource` are read alike. */
function paramName(key: string): string | undefined {
  const name = key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  return PARAMS.includes(name) ? name : undefined;
}
