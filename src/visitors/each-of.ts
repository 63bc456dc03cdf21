// Several requests at a time, and never too many.

/** A Worker may have six connections open at once. */
const CONCURRENCY = 6;

/** Runs `work` for every item, at most six at a time. */
export async function eachOf<Item>(
  items: readonly Item[],
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const queue = items.values();
  const workers = Array.from({ length: Math.min(CONCURRENCY, items.length) }, async () => {
    for (const item of queue) await work(item);
  });
  await Promise.all(workers);
}
