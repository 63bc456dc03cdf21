// What the cache has of a visitor: one record, with the referrer where it was found. It is written once and never again,
// since a plan has few writes a day, and a later answer may say less of the referrer. Whatever is missing in it costs a request.
import { isObject } from '../json.ts';
import type { Visitor } from '../model.ts';
import { DAY_SECONDS, timeOf } from '../time.ts';
import { readCached, type VisitorCache, writeCached } from './cache.ts';
import type { FirstReferrer, FoundVisitor } from './lookup.ts';

export const KEPT_SECONDS = 7 * DAY_SECONDS;

/** The records that are there, however old, by visitor ID. `onFailure`: some could not be read. */
export async function readKept(
  cache: VisitorCache,
  visitorIds: readonly string[],
  onFailure?: () => void,
): Promise<ReadonlyMap<string, FoundVisitor>> {
  const records = await readCached(cache, visitorIds.map(keyOf), isFound, onFailure);
  return new Map([...records.values()].map((record) => [record.visitor.visitorId, record]));
}

/** Writes the one record of a visitor. */
export function keepVisitor(
  cache: VisitorCache,
  found: FoundVisitor,
  { first, isOfReturning }: Partial<FirstReferrer> = {},
): Promise<void> {
  const record = first === undefined ? found : { ...found, referrer: { first, isOfReturning } };
  return writeCached(cache, keyOf(found.visitor.visitorId), record, KEPT_SECONDS);
}

/** What is cached of a visitor, however old. */
export async function keptVisitor(
  cache: VisitorCache,
  visitorId: string,
): Promise<Visitor | undefined> {
  return (await readKept(cache, [visitorId])).get(visitorId)?.visitor;
}

/** Erases what is cached of a visitor. */
export function forgetVisitor(
  cache: Pick<KVNamespace, 'delete'>,
  visitorId: string,
): Promise<void> {
  return cache.delete(keyOf(visitorId));
}

/** The shape of `FoundVisitor` is part of the key: a Worker of another version does not read it. */
const keyOf = (visitorId: string) => `visitor:1:${visitorId}`;

/** A record that is broken, or of another visitor, is none: what is missing costs a request. */
const isFound = (value: unknown, key: string): value is FoundVisitor =>
  isObject(value) &&
  value.kind === 'found' &&
  typeof value.fetchedAt === 'string' &&
  timeOf(value.fetchedAt) !== undefined &&
  (value.referrer === undefined || isObject(value.referrer)) &&
  isObject(value.visitor) &&
  key === keyOf(String(value.visitor.visitorId)) &&
  isObject(value.visitor.params) &&
  isObject(value.visitor.clickIds) &&
  [value.visitor.pages, value.visitor.goals].every(isListOfObjects);

const isListOfObjects = (value: unknown) => Array.isArray(value) && value.every(isObject);
