// Names that are almost those of a setting: a slip that would otherwise switch something off in silence.
import type { Problem } from '../model.ts';

/** More slips in one name are another name. */
const MOST_SLIPS = 2;
/** In a shorter word two slips make another word. */
const LONG_WORD = 7;

/** A problem for each given name that is no setting and looks like one. */
export function lookAlikes(given: Iterable<string>, known: readonly string[]): Problem[] {
  const problems: Problem[] = [];
  for (const name of given) {
    const right = known.includes(name) ? undefined : known.find((other) => isLike(name, other));
    if (right === undefined) continue;
    problems.push({
      key: name,
      problem: `is not a setting of Whence; ${right} is`,
      fix: `Rename it to ${right}, or remove it.`,
    });
  }
  return problems;
}

/** The same but for `_`, for case, or for a letter or two of its words. */
function isLike(name: string, known: string): boolean {
  const words = name.toUpperCase().split('_');
  const knownWords = known.split('_');
  const joined = words.join('');
  const knownJoined = knownWords.join('');
  if (Math.abs(joined.length - knownJoined.length) > MOST_SLIPS) return false;
  if (joined === knownJoined) return true;
  if (words.length !== knownWords.length) return slips(joined, knownJoined) <= 1;
  let total = 0;
  for (const [index, knownWord] of knownWords.entries()) {
    const count = slips(words[index] ?? '', knownWord);
    if (count > (knownWord.length < LONG_WORD ? 1 : MOST_SLIPS)) return false;
    total += count;
  }
  return total <= MOST_SLIPS;
}

/**
 * How many letters were added, left out, changed, or swapped with their neighbour.
 * https://en.wikipedia.org/wiki/Damerau–Levenshtein_distance (optimal string alignment)
 */
function slips(a: string, b: string): number {
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
