// Names that are almost those of a setting: a slip that would otherwise switch something off in silence.
import type { Problem } from '../model.ts';
import { slips } from '../nearest.ts';

/** More slips in one name are another name. */
const MOST_SLIPS = 2;
/** In a shorter word two slips make another word. */
const LONG_WORD = 7;

/** A problem for each given name that is no setting and looks like one. */
export function lookAlikes(given: Iterable<string>, known: readonly string[]): Problem[] {
  const problems: Problem[] = [];
  for (const name of given) {
    if (known.includes(name)) continue;
    const right =
      known.find((other) => isLike(name, other)) ?? known.find((other) => sharesWord(name, other));
    if (right === undefined) continue;
    problems.push({
      key: name,
      problem: `is not a setting of Whence; ${right} is`,
      fix: `Rename it to ${right}, or remove it.`,
    });
  }
  return problems;
}

/** Words that nobody else puts into a name. */
const OUR_WORDS = ['DATAFAST', 'REFERRER', 'LEDGER'];

/** One of our words, or almost, in a name that is not ours. */
function sharesWord(name: string, known: string): boolean {
  const words = name.toUpperCase().split('_');
  return OUR_WORDS.some(
    (own) =>
      known.split('_').includes(own) &&
      words.some((word) => word === own || (own.length >= LONG_WORD && slips(word, own) <= 1)),
  );
}

/** The same apart from `_`, case, or a letter or two of its words. */
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
