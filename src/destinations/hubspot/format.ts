// Values as HubSpot wants them: always strings. Its published specification refuses a number or a date.
import type { Value } from '../field.ts';

/** HubSpot's limit for a text property. */
const MAX_LENGTH = 65_536;

/** What a value is written to: a property of HubSpot's. */
export interface Target {
  type: string;
  /** `checkbox` takes several values. */
  fieldType?: string;
}

/** `undefined` when the value cannot be said in this type, which writes nothing. */
export function formatValue({ type, fieldType }: Target, value: Value): string | undefined {
  switch (type) {
    case 'number':
      return typeof value === 'number' ? plainDecimal(value) : undefined;
    case 'datetime':
      return moment(value);
    case 'date':
      // A day, as HubSpot keeps it: at midnight UTC.
      return moment(value)?.slice(0, 10);
    case 'bool':
      return /^(true|false)$/.test(String(value)) ? String(value) : undefined;
    case 'enumeration':
      return fieldType === 'checkbox' ? choices(String(value)) : plainText(value);
    default:
      return typeof value === 'number' ? plainDecimal(value) : withoutFormula(plainText(value));
  }
}

/** HubSpot takes one decimal point and no exponent. */
function plainDecimal(value: number): string | undefined {
  if (!Number.isFinite(value)) return undefined;
  const text = String(value);
  if (!text.includes('e')) return text;
  const digits = value.toFixed(10);
  // From 10²¹ on even `toFixed` answers with an exponent.
  return digits.includes('e') ? undefined : digits.replace(/\.?0+$/, '');
}

function moment(value: Value): string | undefined {
  const time = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  return Number.isNaN(time) ? undefined : new Date(time).toISOString();
}

/** HubSpot separates by semicolons, and a leading one would add to what is chosen already. */
function choices(value: string): string | undefined {
  const chosen = value.split(';').flatMap((choice) => plainText(choice) ?? []);
  return chosen.length === 0 ? undefined : [...new Set(chosen)].join(';');
}

/** Control characters, and those that turn the reading direction, have no business in a CRM. */
function plainText(value: Value): string | undefined {
  const text = String(value)
    .toWellFormed()
    .replace(/[\p{Cc}\u2028-\u202e\u2066-\u2069]+/gu, ' ')
    .trim()
    .slice(0, MAX_LENGTH)
    .replace(/[\ud800-\udbff]$/, '');
  return text === '' ? undefined : text;
}

/**
 * Anybody can put a formula into a URL parameter, and a spreadsheet runs it when the CRM's list is exported.
 * An apostrophe makes it a text; click IDs, handles and numbers are left as they are.
 * https://owasp.org/www-community/attacks/CSV_Injection
 */
function withoutFormula(text: string | undefined): string | undefined {
  if (text === undefined || !/^[=+\-@＝＋－＠]/.test(text)) return text;
  const isHarmless = /^[+\-@][\w.~-]*$/.test(text);
  return isHarmless ? text : `'${text.slice(0, MAX_LENGTH - 1)}`;
}
