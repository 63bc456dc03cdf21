// A setting: one row of a table. Reading, messages, the table in docs/settings.md, the example file and setup's questions all come
// from the row.
import type { Problem } from '../model.ts';

/** Why a text cannot be a value of the setting; or the value in its one spelling. */
export type SettingReading = { value: string } | { problem: string };

export interface Setting {
  /** The name of the var or secret: `HUBSPOT_TOKEN`. */
  name: string;
  /** What it is, for docs/settings.md and the example file. One or two sentences. */
  doc: string;
  /** What to do when it is missing or wrong. One sentence. */
  fix: string;
  /** Whether it must not be seen. Secrets are asked for hidden and never shown. */
  isSecret: boolean;
  /** Whether its owner is off without it. */
  isNeeded?: true;
  /** While it is wrong its owner is off: without it, more would be done than the operator wants. */
  isBinding?: true;
  /** The operator chooses it, so that setup can make one up. */
  isMadeUp?: true;
  /** What needs this setting, where these values are set: `a dft_… token`. */
  neededBy?(values: SettingValues): string | undefined;
  /** Where to find the value, for setup's question. */
  where?: string;
  /** The value when it is not set. */
  default?: string;
  /** Reads a text that is trimmed and not empty. */
  read(text: string): SettingReading;
}

/** The setting that a problem is about: `CHANNEL_RULES[2].when` is about `CHANNEL_RULES`. */
export const settingOf = ({ key }: Pick<Problem, 'key'>): string => key.split(/[.[]/, 1)[0] ?? key;

/** Settings that are set and valid, and defaults. */
export type SettingValues = ReadonlyMap<string, string>;

/** The value that is set, or the default. Empty only for a setting that has none. */
export function settingValue(
  values: SettingValues,
  { name, default: fallback = '' }: Pick<Setting, 'name' | 'default'>,
): string {
  return values.get(name) ?? fallback;
}

/** The settings without which their owner is off. With `values`, also those that another setting needs. */
export function neededSettings(
  { settings }: { settings: readonly Setting[] },
  values?: SettingValues,
): readonly Setting[] {
  return settings.filter(
    ({ isNeeded, neededBy }) => isNeeded || (values && neededBy?.(values) !== undefined),
  );
}

const INVALID = { problem: 'is not valid' };

/** Any text of this form. `slips`: what people give instead, and what it is. */
export const matching =
  (pattern: RegExp, slips: readonly (readonly [RegExp, string])[] = []): Setting['read'] =>
  (text) => {
    const slip = slips.find(([form]) => form.test(text));
    if (slip) return { problem: slip[1] };
    return pattern.test(text) ? { value: text } : INVALID;
  };

export const oneOf =
  (...values: readonly string[]): Setting['read'] =>
  (text) =>
    values.includes(text) ? { value: text } : INVALID;

export const wholeNumber =
  (least: number, most: number): Setting['read'] =>
  (text) =>
    /^\d{1,6}$/.test(text) && Number(text) >= least && Number(text) <= most
      ? { value: String(Number(text)) }
      : INVALID;

/** Any text. The room that uses it checks what it holds. */
export const anyText: Setting['read'] = (text) => ({ value: text });

/** An address without a query, without the slash at its end. Keys travel there: in the clear only to this machine. */
export const address: Setting['read'] = (text) => {
  const url = URL.parse(text);
  const isSafe =
    url !== null &&
    (url.protocol === 'https:' || (url.protocol === 'http:' && isThisMachine(url))) &&
    url.search === '' &&
    url.hash === '';
  return isSafe ? { value: text.replace(/\/+$/, '') } : INVALID;
};

/** Whether the address is on this very machine, where plain HTTP is safe. */
export function isThisMachine({ hostname }: Pick<URL, 'hostname'>): boolean {
  return ['localhost', '127.0.0.1', '[::1]'].includes(hostname);
}
