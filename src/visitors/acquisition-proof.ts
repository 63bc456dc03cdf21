// Whether the list's `acquisition` tells the first touch of a returning visitor, which DataFast does not document. It
// is compared with what Get visitor says of the first session, wherever both are known. One difference is enough to stop
// believing it.
import { isObject } from '../json.ts';
import type { Visitor } from '../model.ts';
import { DAY_MS, isoOf, timeOf, VISIT_MS } from '../time.ts';
import { readCached, type VisitorCache, writeCached } from './cache.ts';
import type { Acquisition } from './visitor-list.ts';

/** What the comparisons have shown so far. */
export interface AcquisitionProof {
  agreed: readonly Agreement[];
  isDisproved: boolean;
  /** Of the latest disproof, which may have ended; ISO 8601. */
  disprovedAt?: string | undefined;
  /** Comparisons of the latest day that showed nothing. */
  inconclusive: number;
  /** Of the latest comparison; ISO 8601. */
  at?: string | undefined;
}

/** A row that tells the first touch of a returning visitor. */
export interface Agreement {
  /** Tells visitors apart, and is no visitor ID, which an erasure would have to find. */
  witness: string;
  /** Whether a row about the last visit would have been another. Without that, chance can have made them equal. */
  isClear: boolean;
  /** ISO 8601. */
  at: string;
}

/** What the comparisons of one search have shown. */
export interface Comparisons {
  agreed: Agreement[];
  disagreements: number;
  inconclusive: number;
}

/** What the comparisons mean; `undefined` while they prove nothing. */
export interface AcquisitionMeaning {
  meaning: 'first touch' | 'last touch';
  /** ISO 8601. */
  at: string;
}

/** After so many agreements no request is spent on another comparison. */
const ENOUGH_AGREEMENTS = 3;
/** Of agreements that chance can have made. */
const ENOUGH_UNCLEAR = 2;
/** In a day. Rows without tags never show anything. */
const MAX_INCONCLUSIVE = 5;
/** DataFast can change its list, and a comparison can be wrong. */
const DISPROVED_MS = 30 * DAY_MS;
const KEY = 'acquisition:1';
/** Its own key, which is only ever set: another batch that writes an agreement at the same time does not undo it. */
const DISPROVED_KEY = 'acquisition:disproved';

export async function readProof(cache: VisitorCache, nowMs: number): Promise<AcquisitionProof> {
  const [kept, disproofs] = await Promise.all([
    readCached(cache, [KEY], isKept),
    readCached(cache, [DISPROVED_KEY], isDisproof),
  ]);
  const { agreed = [], inconclusive = 0, at } = kept.get(KEY) ?? {};
  const disproof = disproofs.get(DISPROVED_KEY);
  const disproofEndsMs = (timeOf(disproof?.at) ?? Number.NEGATIVE_INFINITY) + DISPROVED_MS;
  const isOfToday = nowMs - (timeOf(at) ?? 0) < DAY_MS;
  return {
    // What agreed before a disproof proves nothing after it.
    agreed: agreed.filter((agreement) => (timeOf(agreement.at) ?? 0) >= disproofEndsMs),
    isDisproved: nowMs < disproofEndsMs,
    disprovedAt: disproof?.at,
    inconclusive: isOfToday ? inconclusive : 0,
    at,
  };
}

/** A disproof that has ended is still the latest that is known, until rows agree again. */
export async function readMeaning(cache: VisitorCache): Promise<AcquisitionMeaning | undefined> {
  const proof = await readProof(cache, Number.POSITIVE_INFINITY);
  const { disprovedAt, at = 'an unknown time' } = proof;
  if (isProven(proof)) return { meaning: 'first touch', at };
  return disprovedAt === undefined ? undefined : { meaning: 'last touch', at: disprovedAt };
}

export const isProven = ({ agreed, isDisproved }: AcquisitionProof): boolean =>
  !isDisproved && (agreed.some(({ isClear }) => isClear) || agreed.length >= ENOUGH_UNCLEAR);

/** The next visitors to compare: those with a known first touch who have not agreed yet, as far as it is worth requests. */
export function nextWitnesses(
  { agreed, isDisproved, inconclusive }: AcquisitionProof,
  witnesses: readonly Visitor[],
): Visitor[] {
  if (isDisproved || agreed.length >= ENOUGH_AGREEMENTS) return [];
  const known = new Set(agreed.map(({ witness }) => witness));
  return witnesses
    .filter((visitor) => visitor.visits !== 1 && isTagged(visitor))
    .filter(({ visitorId }) => !known.has(witnessOf(visitorId)))
    .slice(0, Math.min(ENOUGH_AGREEMENTS, MAX_INCONCLUSIVE - inconclusive));
}

/** With what a search has shown. A witness counts once. */
export function withComparisons(proof: AcquisitionProof, shown: Comparisons): AcquisitionProof {
  const agreed = new Map(
    [...proof.agreed, ...shown.agreed].map((agreement) => [agreement.witness, agreement]),
  );
  return {
    ...proof,
    agreed: [...agreed.values()].slice(0, ENOUGH_AGREEMENTS),
    isDisproved: proof.isDisproved || shown.disagreements > 0,
    inconclusive: proof.inconclusive + shown.inconclusive,
  };
}

export async function keepProof(
  cache: VisitorCache,
  proof: AcquisitionProof,
  shown: Comparisons,
  nowMs: number,
): Promise<void> {
  const at = isoOf(nowMs);
  if (shown.disagreements > 0) return writeCached(cache, DISPROVED_KEY, { at });
  if (shown.agreed.length + shown.inconclusive === 0) return;
  const { agreed, inconclusive } = withComparisons(proof, shown);
  return writeCached(cache, KEY, { agreed, inconclusive, at });
}

type Kept = Pick<AcquisitionProof, 'agreed' | 'inconclusive' | 'at'>;

const isKept = (value: unknown): value is Kept =>
  isObject(value) && Array.isArray(value.agreed) && typeof value.inconclusive === 'number';

const isDisproof = (value: unknown): value is { at: string } =>
  isObject(value) && typeof value.at === 'string';

/** The tags that both may have. */
const COMPARED = ['utm_source', 'utm_medium', 'utm_campaign', 'source', 'ref', 'via'];

/**
 * Whether a row can be about the first touch. `undefined`: there is nothing to compare. A tag that only the row has is of
 * another visit than the first. A tag that the row has no place for shows nothing.
 */
export function agrees({ params }: Pick<Visitor, 'params'>, row: Acquisition): boolean | undefined {
  const named = COMPARED.filter(
    (name) => row.tagKeys.has(name) && (params[name] ?? row.params[name]) !== undefined,
  );
  if (named.length === 0) return undefined;
  return named.every((name) => same(params[name], row.params[name]));
}

/** What an equal row of this visitor shows; `undefined` when a row about the last visit would be equal too. */
export function agreementOf(visitor: Visitor, nowMs: number): Agreement | undefined {
  const first = timeOf(visitor.firstSeenAt);
  const last = timeOf(visitor.lastSeenAt);
  if (visitor.visits === 1 || first === undefined || last === undefined) return undefined;
  if (last - first <= VISIT_MS) return undefined;
  const entry = lastEntry(visitor, first, last);
  const tags = entry === undefined ? [] : tagsIn(entry);
  if (tags.some(([name, value]) => same(visitor.params[name], value))) return undefined;
  // Where DataFast leaves queries out, a page without tags shows nothing.
  const [landing] = visitor.pages;
  const hasQueries = landing !== undefined && tagsIn(landing.url).length > 0;
  return {
    witness: witnessOf(visitor.visitorId),
    // A copy that may be old does not show the last visit.
    isClear: visitor.visits !== undefined && entry !== undefined && hasQueries,
    at: isoOf(nowMs),
  };
}

/** The address with which the last visit began, where the pages show it. */
function lastEntry({ pages }: Visitor, firstMs: number, lastMs: number): string | undefined {
  let entry: string | undefined;
  let beforeMs = firstMs;
  for (const { url, at } of pages) {
    const time = timeOf(at);
    if (time === undefined) continue;
    if (time - beforeMs > VISIT_MS) entry = url;
    beforeMs = time;
  }
  return beforeMs >= lastMs - VISIT_MS ? entry : undefined;
}

function tagsIn(url: string): [string, string][] {
  const query = new URLSearchParams(url.split('#', 1)[0]?.split('?').slice(1).join('?'));
  return [...query].filter(([name, value]) => COMPARED.includes(name) && value.trim() !== '');
}

const isTagged = ({ params }: Pick<Visitor, 'params'>): boolean =>
  COMPARED.some((name) => params[name] !== undefined);

const witnessOf = (visitorId: string): string => visitorId.slice(-8);

function same(ours: string | undefined, theirs: string | undefined): boolean {
  return ours?.trim().toLowerCase() === theirs?.trim().toLowerCase();
}
