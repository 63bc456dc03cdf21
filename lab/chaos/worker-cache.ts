// KV on the clock of the stage: a value that the Worker keeps for a minute is gone after a minute of that clock. KV itself
// would keep it for a minute of real time, in which half an hour may pass on the stage.

interface Kept {
  untilMs: number;
}

/** Without a time, a value stays. */
const FOR_EVER_SECONDS = 100 * 365 * 24 * 3_600;

/** The namespace as the Worker sees it. It wraps the forms of `get` and `put` that the Worker uses. */
export function onClock(namespace: KVNamespace, now: () => number): KVNamespace {
  /** With several keys, an absent one is `null`, although the types say otherwise. */
  const alive = (one: { value: unknown; metadata: Kept | null } | null) =>
    one?.metadata && one.metadata.untilMs > now() ? one.value : null;

  async function get(key: string | string[], type: 'json' | 'text' = 'text'): Promise<unknown> {
    if (Array.isArray(key)) {
      const found =
        type === 'json'
          ? await namespace.getWithMetadata<unknown, Kept>(key, type)
          : await namespace.getWithMetadata<Kept>(key, type);
      return new Map([...found].map(([name, one]) => [name, alive(one)]));
    }
    return alive(
      type === 'json'
        ? await namespace.getWithMetadata<unknown, Kept>(key, type)
        : await namespace.getWithMetadata<Kept>(key, type),
    );
  }

  const put: KVNamespace['put'] = (key, value, options) => {
    const ttlMs = (options?.expirationTtl ?? FOR_EVER_SECONDS) * 1_000;
    const metadata: Kept = { untilMs: now() + ttlMs };
    return namespace.put(key, value, { ...options, metadata });
  };

  return new Proxy(namespace, {
    get(target, name) {
      if (name === 'get') return get;
      if (name === 'put') return put;
      const member: unknown = Reflect.get(target, name);
      return typeof member === 'function' ? member.bind(target) : member;
    },
  });
}
