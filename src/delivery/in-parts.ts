// Work that fails for many together is done in parts, so that in the end only what is at fault comes back.

interface Parts<Item> {
  /** Does it with all of these. Whether that went well. */
  work(items: readonly Item[]): Promise<boolean>;
  /** Whether there is room for another part, and the failure may be the fault of an item. */
  mayGoOn(): boolean;
  /** How often this was tried. The first part may use up what there is, so each attempt begins with the other part. */
  attempts: number;
  /** How many items the first part has; absent: half of them. */
  first?: number;
}

/** With all items together, and when that fails with each part without the other. Returns those for which it has failed. */
export async function inParts<Item>(
  items: readonly Item[],
  { first = 0, ...parts }: Parts<Item>,
): Promise<readonly Item[]> {
  if (await parts.work(items)) return [];
  if (items.length < 2) return items;
  const middle = first > 0 && first < items.length ? first : Math.ceil(items.length / 2);
  const both = [items.slice(0, middle), items.slice(middle)];
  const failed: Item[] = [];
  for (const part of parts.attempts % 2 === 0 ? both.reverse() : both) {
    failed.push(...(parts.mayGoOn() ? await inParts(part, parts) : part));
  }
  return failed;
}
