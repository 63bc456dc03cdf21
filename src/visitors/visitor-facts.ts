// What live answers say about the open questions of DataFast's documentation that a list of keys does not answer. Facts
// about all visitors together, never a value of one.
import type { JsonObject } from '../json.ts';
import { isObject } from '../json.ts';
import { momentOf, recordOf, textOf, textsOf } from './values.ts';

export interface VisitorFacts {
  /** Whether the addresses of visited pages have their query. Without it no mark of the landing page arrives. */
  pageQueries?: 'kept' | 'lost';
  /** What stands in `country`. */
  country?: 'a code' | 'a name';
  pageOrder?: 'earliest first' | 'latest first' | 'no order';
  /** The longest journey that was seen. */
  mostPages: number;
  /** What stands in `adClickIds` of a visitor without an ad click. */
  noClickIds?: 'no such key' | 'null' | 'an empty object';
  /** What the header says when the minute ends. */
  limitReset?: 'seconds' | 'milliseconds' | 'no header';
  /** Whether Whence understands how DataFast refuses an ID that is none. */
  invalidId?: 'understood' | 'not understood';
}

export const newFacts = (): VisitorFacts => ({ mostPages: 0 });

/** Adds what one record of Get visitor shows. */
export function learnFacts(facts: VisitorFacts, record: JsonObject): void {
  const identity = recordOf(record.identity) ?? {};
  const pages = recordOf(record.activity)?.visitedPages;
  const country = textOf(identity.country);
  if (country) facts.country = /^[A-Z]{2}$/.test(country) ? 'a code' : 'a name';
  const { adClickIds } = identity;
  if (adClickIds === undefined) facts.noClickIds = 'no such key';
  else if (adClickIds === null) facts.noClickIds = 'null';
  else if (isObject(adClickIds) && Object.keys(adClickIds).length === 0) {
    facts.noClickIds = 'an empty object';
  }
  if (Array.isArray(pages)) learnPages(facts, pages.filter(isObject), isTagged(identity));
}

/** A tag or a click ID was in the link, so that the landing page had a query. */
const isTagged = ({ params, adClickIds }: JsonObject): boolean =>
  [params, adClickIds].some((value) => Object.keys(textsOf(value)).length > 0);

function learnPages(facts: VisitorFacts, pages: readonly JsonObject[], hadQuery: boolean): void {
  facts.mostPages = Math.max(facts.mostPages, pages.length);
  const urls = pages.flatMap(({ url }) => textOf(url) ?? []);
  if (urls.some((url) => url.includes('?'))) facts.pageQueries = 'kept';
  else if (hadQuery && urls.length > 0) facts.pageQueries ??= 'lost';
  const times = pages.flatMap(({ timestamp }) => momentOf(timestamp) ?? []);
  if (new Set(times).size < 2) return;
  const order = orderOf(times);
  facts.pageOrder = facts.pageOrder === undefined || facts.pageOrder === order ? order : 'no order';
}

function orderOf(times: readonly string[]): NonNullable<VisitorFacts['pageOrder']> {
  const sorted = times.toSorted().join();
  if (times.join() === sorted) return 'earliest first';
  return times.toReversed().join() === sorted ? 'latest first' : 'no order';
}

export function learnLimitHeaders(facts: VisitorFacts, headers: Headers, nowMs: number): void {
  const given = headers.get('x-ratelimit-reset');
  const reset = Number(given);
  if (given === null || Number.isNaN(reset)) facts.limitReset ??= 'no header';
  else facts.limitReset = reset > nowMs / 10 ? 'milliseconds' : 'seconds';
}
