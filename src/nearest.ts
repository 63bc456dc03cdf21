// The known word that a mistyped one is most like, for messages that name it.

/** More slips than this are another word. */
const MOST_SLIPS = 3;

/** `undefined` when no known word is near. A word that contains the other one is near as well. */
export function nearest(text: string, known: readonly string[]): string | undefined {
  const word = text.toLowerCase();
  if (word === '') return undefined;
  const most = Math.min(MOST_SLIPS, Math.floor(word.length / 2));
  let best: string | undefined;
  let fewest = most + 1;
  for (const candidate of known) {
    const count = slips(word, candidate.toLowerCase());
    if (count < fewest) [best, fewest] = [candidate, count];
  }
  return best ?? known.find((candidate) => word.length > 3 && candidate.includes(word));
}

/**
 * How many letters were added, left out, changed, or swapped with their neighbour.
 * https://en.wikipedia.org/wiki/Damerau–Levenshtein_distance (optimal string alignment)
 */
export function slips(a: string, b: string): number {
  let beforeLast: readonly number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const changed = a[i - 1] === b[j - 1] ? 0 : 1;
      const isSwapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      row.push(
        Math.min(
          (last[j] ?? 0) + 1,
          (row[j - 1] ?? 0) + 1,
          (last[j - 1] ?? 0) + changed,
          isSwapped ? (beforeLast[j - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY,
        ),
      );
    }
    beforeLast = last;
    last = row;
  }
  return last[b.length] ?? 0;
}
