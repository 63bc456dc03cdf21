// Work that nobody waits for longer than so many seconds.

/** The result of the work, or `undefined` when it takes longer. It is not ended then: what it does later is ignored. */
export async function within<Result>(
  seconds: number,
  work: Promise<Result>,
): Promise<Result | undefined> {
  const timer = new AbortController();
  const end = () => undefined;
  const late = scheduler.wait(seconds * 1000, { signal: timer.signal }).then(end, end);
  try {
    return await Promise.race([work, late]);
  } finally {
    timer.abort();
  }
}
