// Whether the list's `acquisition` tells the first touch of a returning visitor, which DataFast does not document. It
// is compared with what Get visitor says of the first session, wherever both are known. One difference is enough to stop
// believing it.
import { isObject } from '../json.ts';
import type { Visitor } from '../model.ts';
import { readCached, type VisitorCache, writeCached } from './cache.ts';
import type { Acquisition } from './visitor-list.ts';

/** What the comparisons have shown so far. */
export interface AcquisitionProof {
  agreements: number;
  disagreements: number;
  /** Of the latest comparison; ISO 8601. */
  at?: string | undefined;
}

/** What the comparisons mean; `undefined` while there was none. */
export interface AcquisitionMeaning {
  meaning: 'first touch' | 'last touch';
  /** ISO 8601. */
  at: string;
}

/** After so many agreements no request is spent on another comparison. */
export const ENOUGH_AGREEMENTS = 3;
const KEY = 'acquisition:1';
const NONE: AcquisitionProof = { agreements: 0, disagreements: 0 };

export async function readProof(cache: VisitorCache): Promise<AcquisitionProof> {
  return (await readCached(cache, [KEY], isProof)).get(KEY) ?? NONE;
}

export async function readMeaning(cache: VisitorCache): Promise<AcquisitionMeaning | undefined> {
  const { agreements, disagreements, at = 'an unknown time' } = await readProof(cache);
  if (agreements + disagreements === 0) return undefined;
  return { meaning: disagreements > 0 ? 'last touch' : 'first touch', at };
}

export const isProven = ({ agreements, disagreements }: AcquisitionProof): boolean =>
  agreements > 0 && disagreements === 0;

/** Whether one more comparison is worth a request. */
export const isOpen = ({ agreements, disagreements }: AcquisitionProof): boolean =>
  disagreements === 0 && agreements < ENOUGH_AGREEMENTS;

export function keepProof(cache: VisitorCache, proof: AcquisitionProof): Promise<void> {
  return writeCached(cache, KEY, proof);
}

function isProof(value: unknown): value is AcquisitionProof {
  return (
    isObject(value) &&
    typeof value.agreements === 'number' &&
    typeof value.disagreements === 'number'
  );
}

/** The tags that both may have. */
const COMPARED = ['utm_source', 'utm_medium', 'utm_campaign', 'source', 'ref', 'via'];

/**
 * Whether a row can be about the first touch. `undefined`: there is nothing to compare. A tag that only the row has is of
 * another visit than the first.
 */
export function agrees({ params }: Pick<Visitor, 'params'>, row: Acquisition): boolean | undefined {
  const named = COMPARED.filter(
    (name) => params[name] !== undefined || row.params[name] !== undefined,
  );
  if (named.length === 0) return undefined;
  // A row without a place for tags shows nothing.
  if (!row.hasTagKeys) return undefined;
  return named.every((name) => same(params[name], row.params[name]));
}

export const isTagged = ({ params }: Pick<Visitor, 'params'>): boolean =>
  COMPARED.some((name) => params[name] !== undefined);

function same(ours: string | undefined, theirs: string | undefined): boolean {
  return ours?.trim().toLowerCase() === theirs?.trim().toLowerCase();
}
