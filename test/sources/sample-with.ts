// What a source reads from the payload of its sample, with some places of it changed.
import { samples } from '../../samples/index.ts';
import { isObject, type JsonObject } from '../../src/json.ts';
import { sources } from '../../src/sources/index.ts';
import type { Parsed } from '../../src/sources/source.ts';

export const AT = '2026-11-23T09:00:00.000Z';
const ada = {
  eventId: 'evt_1',
  email: 'ada@example.com',
  name: 'Ada Lovelace',
  occurredAt: new Date(AT),
};

/** By dotted path. `undefined` removes what is there. */
export type Changes = Readonly<Record<string, unknown>>;

export function sampleWith(source: string, changes: Changes = {}): JsonObject {
  let payload: JsonObject = JSON.parse(samples.get(source)?.payload(ada) ?? '');
  for (const [place, value] of Object.entries(changes)) {
    payload = withValue(payload, place.split('.'), value);
  }
  return payload;
}

/** The object with another value at a place. */
export function withValue(
  object: JsonObject,
  [key = '', ...rest]: string[],
  value: unknown,
): JsonObject {
  const inner = object[key];
  const next = rest.length > 0 ? withValue(isObject(inner) ? inner : {}, rest, value) : value;
  const { [key]: _, ...others } = object;
  return next === undefined ? others : { ...others, [key]: next };
}

/** The signup in it; `undefined` when there is none. */
export function readSignup(source: string, changes: Changes = {}) {
  const signup = read(source, changes);
  return signup && 'id' in signup ? signup : undefined;
}

/** The signup in it, or why it is none. */
export function read(source: string, changes: Changes = {}) {
  const payload = sampleWith(source, changes);
  const parsed: Parsed | undefined = sources.get(source)?.parse(payload, { id: 'msg_1', at: AT });
  return parsed?.kind === 'signup' ? parsed.signup : parsed;
}
