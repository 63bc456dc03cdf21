// Reads a value once, for several batches.

/** Remembers the value, never a promise: an isolate must not wait for a request of another invocation. */
export function once<Value>(read: () => Promise<Value>): () => Promise<Value> {
  let known: { value: Value } | undefined;
  return async () => {
    known ??= { value: await read() };
    return known.value;
  };
}
