// Reading a provider's JSON without trusting it: own properties only, strings only, lengths capped.

export type JsonObject = Readonly<Record<string, unknown>>;

/** A dotted path (`data.object.id`), or a function where a path cannot say it. */
export type Reader = string | ((payload: JsonObject) => unknown);

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The JSON object in a body; `undefined` when it is not one, or not UTF-8 throughout. */
export function parseObject(bytes: Uint8Array): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(utf8.decode(bytes));
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** What stands at a reader's place; inherited properties (`__proto__`, `constructor`) do not exist. */
export function at(payload: JsonObject, reader: Reader): unknown {
  if (typeof reader === 'function') return reader(payload);
  let value: unknown = payload;
  for (const key of reader.split('.')) {
    if (!isObject(value) || !Object.hasOwn(value, key)) return undefined;
    value = value[key];
  }
  return value;
}

/** The first place that holds a non-blank string of at most `maxLength` characters, trimmed. */
export function text(
  payload: JsonObject,
  readers: readonly Reader[],
  maxLength: number,
): string | undefined {
  for (const reader of readers) {
    const value = at(payload, reader);
    if (typeof value !== 'string') continue;
    const trimmed = value.trim();
    if (trimmed !== '' && trimmed.length <= maxLength) return trimmed;
  }
  return undefined;
}

/** Reads several places as one text: what is there, joined. Anything that is not a string is not there. */
export function joined(separator: string, ...readers: readonly Reader[]): Reader {
  return (payload) =>
    readers
      .map((reader) => at(payload, reader))
      .filter((part) => typeof part === 'string' && part.trim() !== '')
      .join(separator);
}

const EARLIEST_MS = Date.UTC(2000, 0, 1);
const LATEST_MS = Date.UTC(2100, 0, 1);

/**
 * A moment, as ISO 8601: Unix seconds, Unix milliseconds (told apart by size) or an ISO string.
 * Placeholders such as Supabase's `0001-01-01T00:00:00Z` are no moment.
 */
export function moment(value: unknown): string | undefined {
  const ms =
    typeof value === 'number'
      ? value < 100_000_000_000
        ? value * 1000
        : value
      : typeof value === 'string' && /^\d{4}-\d{2}-\d{2}T/.test(value)
        ? Date.parse(value)
        : Number.NaN;
  return ms >= EARLIEST_MS && ms < LATEST_MS ? new Date(ms).toISOString() : undefined;
}
