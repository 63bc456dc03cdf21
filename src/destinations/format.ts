// Values as texts that a CRM can hold: safe to show, to export and to sort.
import { isoFrom, timeOf } from '../time.ts';
import type { Value } from './field.ts';

/** A number with one decimal point and no exponent; `undefined` when that cannot be written. */
export function decimalText(value: number): string | undefined {
  if (!Number.isFinite(value)) return undefined;
  const text = String(value);
  if (!text.includes('e')) return text;
  const digits = value.toFixed(10);
  // From 10²¹ on, `toFixed` also answers with an exponent.
  return digits.includes('e') ? undefined : digits.replace(/\.?0+$/, '');
}

/** ISO 8601 in UTC; `undefined` when the value is not a moment. */
export function momentText(value: Value): string | undefined {
  if (typeof value !== 'string') return undefined;
  const ms = timeOf(value);
  return ms === undefined ? undefined : isoFrom(value, ms);
}

/** Without control characters and those that turn the reading direction; `undefined` when nothing is left. */
export function plainText(value: Value, maxLength: number): string | undefined {
  const text = String(value)
    .toWellFormed()
    .replace(/[\p{Cc}\u2028-\u202e\u2066-\u2069]+/gu, ' ')
    .trim()
    .slice(0, maxLength)
    // The cut may leave the first half of a character.
    .replace(/[\ud800-\udbff]$/, '');
  return text === '' ? undefined : text;
}

/**
 * A plain text that no spreadsheet runs. Anybody can put a formula into a URL parameter, and a spreadsheet runs it when
 * the CRM's list is exported. An apostrophe makes it a text. Click IDs, handles and numbers stay as they are.
 * https://owasp.org/www-community/attacks/CSV_Injection
 */
export function safeText(value: Value, maxLength: number): string | undefined {
  const text = plainText(value, maxLength);
  if (text === undefined || !/^[=+\-@＝＋－＠]/.test(text)) return text;
  const isHarmless = /^[+\-@][\w.~-]*$/.test(text);
  return isHarmless ? text : `'${text.slice(0, maxLength - 1)}`;
}
