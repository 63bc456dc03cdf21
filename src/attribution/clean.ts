// Removes the noise from URL parameters: the many spellings of an absent value, and placeholders that were not filled.

/** Longer than any honest tag. A hostile one must not fill the CRM. */
const MAX_LENGTH = 500;

/** Databases and CRMs refuse control characters or cut at them. */
const CONTROLS = /\p{Cc}+/gu;

/** Most values are like this. They need no normalizing. */
const PLAIN = /^[\x21-\x7e]*$/;

/** Spellings of "nothing" that analytics scripts and templates leave behind, in `comparable` form. */
const NOTHING = new Set([
  ...['', '-', 'null', '(null)', 'undefined', '(undefined)', 'nil', 'nan', 'n/a', 'none', '(none)'],
  ...['not-set', '(not-set)', 'not-provided', '(not-provided)', '(not-available)', '(empty)'],
  ...['(direct)', 'direct/none', '(direct)/(none)', '[object-object]'],
]);

/** How placeholders are written: Google and Meta use braces, TikTok underscores, mail tools per cent signs. */
const MACROS: readonly (readonly [open: string, close: string])[] = [
  ['{', '}'],
  ['${', '}'],
  ['__', '__'],
  ['%%', '%%'],
  ['[[', ']]'],
  ['*|', '|*'],
];

/** The value, trimmed and capped; `undefined` when it says nothing. */
export function clean(value: string | undefined): string | undefined {
  if (value === undefined) return undefined;
  const text = shorten(
    (PLAIN.test(value) ? value : value.replace(CONTROLS, ' ')).trim(),
    MAX_LENGTH,
  );
  return NOTHING.has(comparable(text)) || isMacro(text) ? undefined : text;
}

/**
 * The form in which values are compared: `Paid_Social`, `paid social`, `paid%20social` and `paid-social` are the same.
 * Values are decoded once more here, because links that pass through mail tools are encoded twice.
 */
export function comparable(text: string): string {
  // Cut first: normalizing a long run of combining marks takes time that grows with the square of its length.
  const short = text.trim().slice(0, MAX_LENGTH);
  const decoded = short.includes('%') ? decode(short) : short;
  const normal = PLAIN.test(decoded) ? decoded : decoded.normalize('NFKC').trim();
  return normal.toLowerCase().replace(/[\s_+-]+/g, '-');
}

/** At most `length` characters. The last one is an ellipsis when something was cut off. */
export function shorten(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1).toWellFormed()}…`;
}

/** An `@` in each of its widths. At the start of a text it is a handle, as in `@jane`. */
const INNER_AT = /.[@\uFF20\uFE6B]/su;

/** Whether a text holds an email address. Such a value is personal data, and never evidence or a source. */
export function holdsAddress(text: string): boolean {
  return INNER_AT.test(decode(text));
}

/** A text that cannot be decoded stays as it is: a per cent sign may be just that. */
function decode(text: string): string {
  if (!text.includes('%')) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return text.replace(/%40/g, '@').replace(/%20/g, ' ');
  }
}

function isMacro(text: string): boolean {
  if (/^[\w.~-]*$/.test(text) && !text.startsWith('__')) return false;
  const plain = decode(text).toLowerCase();
  return MACROS.some(
    ([open, close]) =>
      plain.length >= open.length + close.length && plain.startsWith(open) && plain.endsWith(close),
  );
}
