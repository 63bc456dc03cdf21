// What setup says, and what it asks where somebody can answer.
import * as clack from '@clack/prompts';
import { withPages } from '../product.ts';

export interface Say {
  /** Something begins that takes a while. */
  step(text: string): void;
  ok(text: string): void;
  warn(text: string, fix?: string): void;
  fail(problem: string, fix: string): void;
  /** Something to read, with a heading. */
  note(heading: string, text: string): void;
}

export interface Option {
  value: string;
  label: string;
}

/** Says what is wrong with an answer. */
export type Check = (value: string) => string | undefined;

export interface Ask {
  /** Hidden while it is typed. Empty only where `optional`. */
  secret(message: string, check: Check, optional?: boolean): Promise<string>;
  text(message: string, check: Check): Promise<string>;
  choose(message: string, options: readonly Option[]): Promise<string>;
  /** Values. `required`: one at least. */
  chooseSeveral(
    message: string,
    options: readonly Option[],
    required: boolean,
  ): Promise<readonly string[]>;
}

export const terminal: Say = {
  step: (text) => clack.log.step(text),
  ok: (text) => clack.log.success(text),
  warn: (text, fix) => clack.log.warn(readable(fix === undefined ? text : `${text}\n→ ${fix}`)),
  fail: (problem, fix) => clack.log.error(readable(`${problem}\n→ ${fix}`)),
  note: (heading, text) => clack.log.message(readable(`${heading}\n${text}`)),
};

const readable = (text: string) => wrapped(withPages(text));

/** Beside the gutter. */
const MARGIN = 4;

/** Broken between words, so that the gutter stays. Lines that are indented are code, and stay whole. */
export function wrapped(text: string, columns = process.stdout.columns || 100): string {
  const width = Math.max(20, columns - MARGIN);
  return text
    .split('\n')
    .map((line) => (line.length <= width || /^\s/.test(line) ? line : wrapLine(line, width)))
    .join('\n');
}

function wrapLine(line: string, width: number): string {
  const lines = [''];
  for (const word of line.split(' ')) {
    const last = lines.at(-1) ?? '';
    if (last !== '' && last.length + 1 + word.length > width) lines.push(word);
    else lines[lines.length - 1] = last === '' ? word : `${last} ${word}`;
  }
  return lines.join('\n');
}

export const prompts: Ask = {
  async secret(message, check, optional = false) {
    return trimmed(await clack.password({ message, validate: validator(check, optional) }));
  },
  async text(message, check) {
    return trimmed(await clack.text({ message, validate: validator(check, false) }));
  },
  async choose(message, options) {
    return answerOf(await clack.select({ message, options: [...options] }));
  },
  async chooseSeveral(message, options, required) {
    return answerOf(await clack.multiselect({ message, options: [...options], required }));
  },
};

function validator(check: Check, optional: boolean) {
  return (value = '') => {
    const text = value.trim();
    if (text === '') return optional ? undefined : 'It is needed.';
    return check(text);
  };
}

/** Without anything typed the answer is `undefined`, whatever its type says. */
function trimmed(answer: string | typeof clack.CANCEL_SYMBOL): string {
  const text = answerOf<string>(answer);
  return typeof text === 'string' ? text.trim() : '';
}

/** Ctrl-C at a question ends setup. */
function answerOf<Value>(answer: Value | typeof clack.CANCEL_SYMBOL): Value {
  if (answer !== clack.CANCEL_SYMBOL) return answer;
  clack.cancel('Stopped. The same command continues from here.');
  process.exit(130);
}
