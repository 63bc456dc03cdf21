// Reads a provider's JSON without trusting it: own properties only, texts only, lengths limited.
import { isObject, type JsonObject } from '../json.ts';
import { momentFrom, timeOf } from '../time.ts';

/** A dotted path (`data.object.id`), or a function when a path is not enough. */
export type Reader = string | ((payload: JsonObject) => unknown);

/** The parts of every dotted path, once per isolate: each webhook reads some thirty of them. */
const parts = new Map<string, readonly string[]>();

function partsOf(path: string): readonly string[] {
  const known = parts.get(path);
  if (known) return known;
  const made = path.split('.');
  parts.set(path, made);
  return made;
}

/** The value at a reader's place. Inherited properties (`__proto__`, `constructor`) do not exist. */
export function at(payload: JsonObject, reader: Reader): unknown {
  if (typeof reader === 'function') return reader(payload);
  let value: unknown = payload;
  for (const key of partsOf(reader)) {
    if (!isObject(value) || !Object.hasOwn(value, key)) return undefined;
    value = value[key];
  }
  return value;
}

/** The first text that is not blank and has at most `maxLength` characters, trimmed. */
export function text(
  payload: JsonObject,
  readers: readonly Reader[],
  maxLength: number,
): string | undefined {
  return texts(payload, readers, maxLength)[0];
}

/** Every such text, in the order of the places. */
export function texts(
  payload: JsonObject,
  readers: readonly Reader[],
  maxLength: number,
): readonly string[] {
  return readers.flatMap((reader) => {
    const value = at(payload, reader);
    const trimmed = typeof value === 'string' ? value.trim() : '';
    return trimmed !== '' && trimmed.length <= maxLength ? [trimmed] : [];
  });
}

/** The first place that says yes or no. */
export function flag(payload: JsonObject, readers: readonly Reader[]): boolean | undefined {
  for (const reader of readers) {
    const value = at(payload, reader);
    if (value === true || value === 'true') return true;
    if (value === false || value === 'false') return false;
  }
  return undefined;
}

/** Reads several places as one text. Only texts are joined. */
export function joined(separator: string, ...readers: readonly Reader[]): Reader {
  return (payload) =>
    readers
      .map((reader) => at(payload, reader))
      .filter((part) => typeof part === 'string' && part.trim() !== '')
      .join(separator);
}

/** From one moment to another; not a number when one of them is absent. So no comparison holds then. */
export function elapsedMs(payload: JsonObject, from: Reader, to: Reader): number {
  const [fromMs, toMs] = [from, to].map((reader) => timeOf(moment(at(payload, reader))));
  return Number(toMs) - Number(fromMs);
}

/** A text counts only with a date and a time: `Date.parse` also reads `2026` and other texts that are no moment. */
const ISO_WITH_TIME = /^\d{4}-\d{2}-\d{2}T/;

/** A moment as ISO 8601, from Unix seconds, Unix milliseconds or an ISO date with a time. */
export function moment(value: unknown): string | undefined {
  return typeof value === 'string' && !ISO_WITH_TIME.test(value) ? undefined : momentFrom(value);
}
