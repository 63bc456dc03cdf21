// What looks like a measured figure in prose. The tests hold it against what is generated and against what is a fact from
// elsewhere.
import { MARKED } from '../../scripts/figure-marks.ts';

const WORDS = 'one|two|three|four|five|six|seven|eight|nine|ten|twenty|thirty|forty|fifty';
const DIGITS = String.raw`\d(?:[\d.,]*\d)?`;
const NUMBER = String.raw`${DIGITS}(?:\s?[–-]\s?${DIGITS})?`;
const OF_MACHINES =
  'ms|µs|[KMG]i?B|bytes?|%|kilobytes?|megabytes?|milliseconds?|microseconds?|per ?cent';
/** What Whence and its services count. One word may stand before it: `60 DataFast requests`, `3.6 queue operations`. */
const COUNTED =
  'requests?|operations?|rows?|queries|statements?|writes?|reads?|signups?|webhooks?|messages?|packages?|tests?|cases|lookups?|people|visitors|contacts';
const TIMES = 's|min|h|seconds?|minutes?|hours?';

const LOOKS = [
  String.raw`${NUMBER}\s?(?:${OF_MACHINES})`,
  String.raw`${NUMBER}\s(?:[\p{L}-]+\s)?(?:${COUNTED})\b`,
  // How much more, and how much money.
  String.raw`${NUMBER}\s?×`,
  String.raw`${NUMBER}\stimes\s(?:as|faster|slower|more|fewer|less|larger|smaller)\b`,
  String.raw`[$€]\s?${NUMBER}`,
  // A rate: `86,400 a day`.
  String.raw`${NUMBER}\s(?:a|per|each)\s(?:second|minute|hour|day|week|month|signup|batch|visitor)\b`,
  // A time is mostly a rule, such as a wait. A broken one, and what something takes, is measured.
  String.raw`\d+\.\d+\s(?:${TIMES})\b`,
  String.raw`\b(?:in|within)\s${NUMBER}\s(?:s|min)\b`,
  String.raw`\b(?:takes?|took|needs?|lasts|finish(?:es)?|median|average|measured|about|roughly|faster|slower)\s(?:[\p{L}]+\s){0,3}?(?:${NUMBER}|${WORDS})(?:\s(?:to|or)\s(?:${NUMBER}|${WORDS}))?\s(?:${TIMES})\b`,
];
// Not in the middle of a word, a version or a date.
const MEASURED = new RegExp(
  String.raw`(?<![\p{L}\d.,_/-])(?:${LOOKS.join('|')})(?![\p{L}\d])`,
  'giu',
);

/** The prose of a page in one line: without code, and without what `npm run docs` writes. */
export const writtenByHand = (text: string): string =>
  text
    .replace(/^(`{3,}).*$[\s\S]*?^\1$/gm, ' ')
    .replace(/<!-- ([a-z]+) -->\n[\s\S]*?<!-- \/\1 -->/g, ' ')
    .replace(MARKED, 'N')
    .replace(/`[^`\n]*`/g, 'code')
    .replace(/\]\([^)\s]*\)/g, ']')
    .replace(/\s+/g, ' ');

/** Everything that looks measured, with the words around it. */
export const measuredIn = (prose: string): readonly string[] =>
  [...prose.matchAll(MEASURED)].map(({ 0: figure, index }) => {
    const from = Math.max(0, index - 40);
    return `${figure} in “…${prose.slice(from, index + figure.length + 40)}…”`;
  });
