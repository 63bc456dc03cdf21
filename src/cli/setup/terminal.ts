// Setup's voice and ear: what it says, and what it asks for where somebody can answer.
import * as clack from '@clack/prompts';

export interface Say {
  /** Something begins that takes a while. */
  step(text: string): void;
  ok(text: string): void;
  warn(text: string, fix?: string): void;
  fail(problem: string, fix: string): void;
  /** Something to read, with a heading. */
  note(heading: string, text: string): void;
}

export interface Ask {
  /** Hidden while it is typed. `check` says what is wrong with it. An empty answer only where `optional`. */
  secret(
    message: string,
    check: (value: string) => string | undefined,
    optional?: boolean,
  ): Promise<string>;
  choose(message: string, options: readonly { value: string; label: string }[]): Promise<string>;
  chooseSeveral(message: string, options: readonly string[]): Promise<readonly string[]>;
  confirm(message: string): Promise<boolean>;
}

export const terminal: Say = {
  step: (text) => clack.log.step(text),
  ok: (text) => clack.log.success(text),
  warn: (text, fix) => clack.log.warn(fix === undefined ? text : `${text}\n→ ${fix}`),
  fail: (problem, fix) => clack.log.error(`${problem}\n→ ${fix}`),
  note: (heading, text) => clack.log.message(`${heading}\n${text}`),
};

export const prompts: Ask = {
  async secret(message, check, optional = false) {
    const validate = (value = '') => {
      const text = value.trim();
      if (text === '') return optional ? undefined : 'It is needed.';
      return check(text);
    };
    const answer = answerOf<string>(await clack.password({ message, validate }));
    // Nothing typed comes as undefined, whatever its type says.
    return typeof answer === 'string' ? answer.trim() : '';
  },
  async choose(message, options) {
    return answerOf(await clack.select({ message, options: [...options] }));
  },
  async chooseSeveral(message, names) {
    const options = names.map((value) => ({ value, label: value }));
    return answerOf(await clack.multiselect({ message, options, required: false }));
  },
  async confirm(message) {
    return answerOf(await clack.confirm({ message }));
  },
};

/** Ctrl-C at a question ends setup. */
function answerOf<Value>(answer: Value | typeof clack.CANCEL_SYMBOL): Value {
  if (answer !== clack.CANCEL_SYMBOL) return answer;
  clack.cancel('Stopped. The same command goes on from here.');
  process.exit(130);
}
