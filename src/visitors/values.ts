// The values in an answer of DataFast, whatever shape they come in: one text, a number, a list of them, or an object around
// one. What is read is the first that can be used. No value may cost the others, and none makes this throw.
import { isObject, type JsonObject } from '../json.ts';
import { momentFrom } from '../time.ts';

export const MAX_TEXT = 2_000;
/** Of a list so many are looked at, and lists in lists only so deep: a hostile answer may nest without end. */
const MAX_ITEMS = 20;
const MAX_DEPTH = 4;
/** The website's visitors choose the parameters, so that there may be any number. */
const MAX_ENTRIES = 100;

/** Where an object keeps the value that it is about. */
const VALUE_KEYS = ['value', 'id', 'text', 'name', 'first'];
/** Where an object keeps the name of what it holds a value of. */
const NAME_KEYS = ['name', 'key', 'type', 'param', 'parameter'];

/** The first usable text. */
export function textOf(value: unknown): string | undefined {
  return firstIn(value, MAX_DEPTH, (leaf) => {
    const text = typeof leaf === 'number' && Number.isFinite(leaf) ? String(leaf) : leaf;
    return typeof text === 'string' ? text.trim().slice(0, MAX_TEXT) || undefined : undefined;
  });
}

/** The first usable number. */
export function numberOf(value: unknown): number | undefined {
  return firstIn(value, MAX_DEPTH, (leaf) => {
    const isText = typeof leaf === 'string' && leaf.trim() !== '';
    const number = isText ? Number(leaf) : leaf;
    return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
  });
}

/** The first usable moment, as ISO 8601. */
export const momentOf = (value: unknown): string | undefined =>
  firstIn(value, MAX_DEPTH, momentFrom);

/** `{ name: 'Chrome', version: … }`, or the bare name of the list answers. */
export function nameOf(value: unknown, key: 'name' | 'type'): string | undefined {
  const record = recordOf(value);
  return (record && textOf(record[key])) ?? textOf(value);
}

/** An object, or the first of a list of objects. */
export function recordOf(value: unknown): JsonObject | undefined {
  const record = Array.isArray(value) ? value.slice(0, MAX_ITEMS).find(isObject) : value;
  return isObject(record) ? record : undefined;
}

/** Texts by name: of an object, of a list of objects, of `{ name, value }` pairs, or of a query string. */
export function textsOf(value: unknown): Record<string, string> {
  const texts = new Map<string, string>();
  for (const [name, item] of entriesOf(value).slice(0, MAX_ENTRIES)) {
    const text = textOf(item);
    if (text !== undefined && !texts.has(name)) texts.set(name, text);
  }
  return Object.fromEntries(texts);
}

function entriesOf(value: unknown): [string, unknown][] {
  if (typeof value === 'string') return entriesOfQuery(value);
  if (!Array.isArray(value)) return isObject(value) ? Object.entries(value) : [];
  return value.slice(0, MAX_ENTRIES).flatMap((item) => {
    if (typeof item === 'string') return entriesOfQuery(item);
    if (!isObject(item)) return [];
    const name = NAME_KEYS.map((key) => item[key]).find((named) => typeof named === 'string');
    const pair = VALUE_KEYS.map((key) => item[key]).find(
      (held) => held !== undefined && held !== name,
    );
    return name !== undefined && pair !== undefined ? [[name, pair]] : Object.entries(item);
  });
}

/** `utm_source=google&utm_medium=cpc`, with or without the question mark. A word without a value says nothing. */
function entriesOfQuery(text: string): [string, string][] {
  const query = text.slice(text.indexOf('?') + 1, MAX_TEXT);
  return query.includes('=') ? [...new URLSearchParams(query)] : [];
}

function firstIn<Value>(
  value: unknown,
  depth: number,
  read: (leaf: unknown) => Value | undefined,
): Value | undefined {
  if (depth === 0 || value === null) return undefined;
  if (Array.isArray(value)) {
    for (const item of value.slice(0, MAX_ITEMS)) {
      const found = firstIn(item, depth - 1, read);
      if (found !== undefined) return found;
    }
    return undefined;
  }
  if (!isObject(value)) return read(value);
  const key = VALUE_KEYS.find(
    (candidate) => firstIn(value[candidate], depth - 1, read) !== undefined,
  );
  return key === undefined ? undefined : firstIn(value[key], depth - 1, read);
}
