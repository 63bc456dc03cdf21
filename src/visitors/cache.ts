// The cache in KV: it saves requests, and nothing depends on it. One that cannot be read is empty; one that cannot be
// written costs a request later, never the signup.
import { parseJson } from '../json.ts';

export type VisitorCache = Pick<KVNamespace, 'get' | 'put'>;

/** KV reads a hundred keys at a time. https://developers.cloudflare.com/kv/api/read-key-value-pairs/ */
const KEYS_PER_READ = 100;

/**
 * The values that are there and that `accepts` takes, by key. `onFailure`: some could not be read. They are read as texts: one that
 * is no JSON would make KV refuse all of them.
 */
export async function readCached<Value>(
  cache: VisitorCache,
  keys: readonly string[],
  accepts: (value: unknown, key: string) => value is Value,
  onFailure: () => void = () => {},
): Promise<Map<string, Value>> {
  const values = new Map<string, Value>();
  for (let start = 0; start < keys.length; start += KEYS_PER_READ) {
    const slice = keys.slice(start, start + KEYS_PER_READ);
    const read = await cache.get(slice, 'text').catch(onFailure);
    for (const key of slice) {
      const value = parseJson(read?.get(key) ?? '');
      if (accepts(value, key)) values.set(key, value);
    }
  }
  return values;
}

/** `expirationTtl`: seconds; absent keeps the value for ever. */
export async function writeCached(
  cache: VisitorCache,
  key: string,
  value: unknown,
  expirationTtl?: number,
): Promise<void> {
  await cache
    .put(key, JSON.stringify(value), expirationTtl === undefined ? {} : { expirationTtl })
    .catch(() => undefined);
}
