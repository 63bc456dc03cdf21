// WEBHOOK_WHEN: which signups make an event. Every key of a condition must hold; of a list of conditions, one must.
import { isObject, parseJson } from '../../json.ts';
import { placeOfMistake } from '../../json-mistake.ts';
import type { Prediction } from '../../model.ts';
import { CHANNELS, MATCHES, UNKNOWN_CHANNEL } from '../../model.ts';
import { nearest } from '../../nearest.ts';

/** What a condition is about. */
export interface Subject {
  match: string;
  channel: string | undefined;
  source: string | undefined;
  prediction: Prediction | undefined;
}

export type Condition = (subject: Subject) => boolean;

/** A condition, or what is wrong with it and where. */
type Read = { condition: Condition } | { problem: string };

type Key =
  | { numberOf(subject: Subject): number | undefined }
  | { textOf(subject: Subject): string | undefined; words?: readonly string[] };

const KEYS: Readonly<Record<string, Key>> = {
  score: { numberOf: ({ prediction }) => prediction?.score },
  confidence: { numberOf: ({ prediction }) => prediction?.confidence },
  expected_value: { numberOf: ({ prediction }) => prediction?.expectedValue },
  channel: { textOf: ({ channel }) => channel ?? UNKNOWN_CHANNEL, words: CHANNELS },
  match: { textOf: ({ match }) => match, words: MATCHES },
  source: { textOf: ({ source }) => source },
};

/** `undefined` lets every signup through. */
export function conditionsFrom(text: string | undefined): Read {
  if (text === undefined) return { condition: () => true };
  const given = parseJson(text);
  if (given === undefined) return { problem: `is not JSON: ${placeOfMistake(text)}` };
  const listed: readonly unknown[] = Array.isArray(given) ? given : [given];
  if (listed.length === 0) return { problem: 'is an empty list, so that no signup makes an event' };
  return joined(
    listed.map((one, index) => conditionFrom(one, Array.isArray(given) ? `[${index}]` : '')),
    (conditions, subject) => conditions.some((holds) => holds(subject)),
  );
}

function conditionFrom(given: unknown, place: string): Read {
  const at = place && ` at ${place}`;
  if (!isObject(given)) return { problem: `is no JSON object${at}` };
  const entries = Object.entries(given);
  if (entries.length === 0) return { problem: `has an empty condition${at}` };
  return joined(
    entries.map(([name, value]) => keyFrom(name, value, at)),
    (conditions, subject) => conditions.every((holds) => holds(subject)),
  );
}

function joined(
  all: readonly Read[],
  join: (conditions: readonly Condition[], subject: Subject) => boolean,
): Read {
  const conditions: Condition[] = [];
  for (const read of all) {
    if ('problem' in read) return read;
    conditions.push(read.condition);
  }
  return { condition: (subject) => join(conditions, subject) };
}

function keyFrom(name: string, value: unknown, at: string): Read {
  const key = Object.hasOwn(KEYS, name) ? KEYS[name] : undefined;
  if (!key) {
    const known = Object.keys(KEYS);
    const meant = nearest(name, known);
    const hint = meant ? `the nearest one is ${meant}` : `it may hold ${known.join(', ')}`;
    return { problem: `has “${name.slice(0, 50)}”${at}, which is no key; ${hint}` };
  }
  return 'numberOf' in key
    ? numberFrom(name, key.numberOf, value, at)
    : wordsFrom(name, key, value, at);
}

const COMPARISON = /^(>=|<=|>|<|=)\s*(-?\d+(?:\.\d+)?)$/;
const COMPARE: Readonly<Record<string, (one: number, other: number) => boolean>> = {
  '>=': (one, other) => one >= other,
  '<=': (one, other) => one <= other,
  '>': (one, other) => one > other,
  '<': (one, other) => one < other,
  '=': (one, other) => one === other,
};

/** A number alone is the least that counts. */
function numberFrom(
  name: string,
  numberOf: (subject: Subject) => number | undefined,
  value: unknown,
  at: string,
): Read {
  const told = typeof value === 'number' ? `>=${value}` : value;
  const [, sign = '', digits] = COMPARISON.exec(typeof told === 'string' ? told.trim() : '') ?? [];
  const compare = COMPARE[sign];
  if (!compare) return { problem: `has a ${name}${at} that is no comparison such as ">=70"` };
  const border = Number(digits);
  return {
    condition: (subject) => {
      const number = numberOf(subject);
      return number !== undefined && compare(number, border);
    },
  };
}

/** One word or several, of which one must fit. */
function wordsFrom(
  name: string,
  { textOf, words }: Extract<Key, { textOf: unknown }>,
  value: unknown,
  at: string,
): Read {
  const wanted: readonly unknown[] = Array.isArray(value) ? value : [value];
  const fitting = new Set<string>();
  for (const one of wanted) {
    if (typeof one !== 'string' || one.trim() === '') {
      return { problem: `has a ${name}${at} that is no text` };
    }
    const word = one.trim().toLowerCase();
    if (words && !words.some((known) => known.toLowerCase() === word)) {
      const meant = nearest(one, words);
      const hint = meant ? `; the nearest one is ${meant}` : '';
      return { problem: `has the ${name} “${one.slice(0, 50)}”${at}, which there is not${hint}` };
    }
    fitting.add(word);
  }
  if (fitting.size === 0) return { problem: `has no ${name}${at} in its list` };
  return { condition: (subject) => fitting.has(textOf(subject)?.toLowerCase() ?? '') };
}
