// Where the visitor ID is in a payload: in its own place, or as a guess where people also put their own IDs.
import { visitorIdFrom } from '../identifiers.ts';
import type { JsonObject } from '../json.ts';
import type { Signup } from '../model.ts';
import { cookieValues } from './cookie-value.ts';
import { at, type Reader } from './payload.ts';

/** The names that apps give the value of the cookie, in the order in which they count. */
export const VISITOR_ID_NAMES = ['datafast_visitor_id', 'datafastVisitorId', 'visitor_id'] as const;

/** The places of the visitor ID in these objects, the first object first. */
export function placesIn(objects: readonly string[]): readonly Reader[] {
  return objects.flatMap((path) => VISITOR_ID_NAMES.map((name) => `${path}.${name}`));
}

type FoundVisitorId = Pick<Signup, 'visitorId' | 'visitorIdGuessed' | 'visitorIdInvalid'>;

/** A visitor ID in its own place counts before a guess. Two different IDs in one place are none. */
export function visitorIdOf(
  payload: JsonObject,
  places: readonly Reader[],
  guesses: readonly Reader[],
): FoundVisitorId {
  let isInvalid = false;
  for (const reader of places) {
    const texts = cookieValues(at(payload, reader));
    const visitorId = onlyId(texts);
    if (visitorId !== undefined) return { visitorId };
    isInvalid ||= texts.length > 0;
  }
  const invalid: FoundVisitorId = isInvalid ? { visitorIdInvalid: true } : {};
  for (const reader of guesses) {
    const visitorId = uuidAt(payload, reader);
    if (visitorId !== undefined) return { visitorId, visitorIdGuessed: true, ...invalid };
  }
  return invalid;
}

/** The UUID at a place; `undefined` when something else is there. */
export function uuidAt(payload: JsonObject, reader: Reader): string | undefined {
  return onlyId(cookieValues(at(payload, reader)));
}

/** Nobody knows which one of two is meant. */
function onlyId(texts: readonly string[]): string | undefined {
  const ids = new Set(texts.map(visitorIdFrom));
  return ids.size === 1 ? [...ids][0] : undefined;
}
