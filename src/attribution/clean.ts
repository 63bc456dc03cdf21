// What a URL parameter says once noise is taken away: absent in its many spellings, macros nobody expanded.

/** Longer than any honest tag; keeps a hostile one from filling the CRM. */
const MAX_LENGTH = 500;

/** Databases and CRMs refuse control characters or cut at them. */
const CONTROLS = /\p{Cc}+/gu;

/** Most values: nothing to put in order, nothing to leave out. */
const PLAIN = /^[\x21-\x7e]*$/;

/** Spellings of "nothing", as `comparable` writes them; analytics scripts and templates leave them behind. */
const NOTHING = new Set([
  ...['', '-', 'null', '(null)', 'undefined', '(undefined)', 'nil', 'nan', 'n/a', 'none', '(none)'],
  ...['not-set', '(not-set)', 'not-provided', '(not-provided)', '(not-available)', '(empty)'],
  ...['(direct)', 'direct/none', '(direct)/(none)', '[object-object]'],
]);

/** How ad systems write a placeholder: Google and Meta braces, TikTok underscores, mail tools per cent signs. */
const MACROS: readonly (readonly [open: string, close: string])[] = [
  ['{', '}'],
  ['${', '}'],
  ['__', '__'],
  ['%%', '%%'],
  ['[[', ']]'],
  ['*|', '|*'],
];

/** The value as it came but trimmed and capped, or `undefined` when it says nothing. */
export function clean(value: string | undefined): string | undefined {
  if (value === undefined) return undefined;
  const text = shorten(
    (PLAIN.test(value) ? value : value.replace(CONTROLS, ' ')).trim(),
    MAX_LENGTH,
  );
  return NOTHING.has(comparable(text)) || isMacro(text) ? undefined : text;
}

/**
 * The form in which values are compared: `Paid_Social`, `paid social`, `paid%20social` and `paid-social`
 * are one. Links that pass through mail tools are encoded twice.
 */
export function comparable(text: string): string {
  // Cut first: putting a long run of combining linkIds in order takes time that grows with its square.
  const short = text.trim().slice(0, MAX_LENGTH);
  const decoded = short.includes('%') ? decode(short) : short;
  const normal = PLAIN.test(decoded) ? decoded : decoded.normalize('NFKC').trim();
  return normal.toLowerCase().replace(/[\s_+-]+/g, '-');
}

/** At most `length` characters, the last one an ellipsis when something is missing. */
export function shorten(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1).toWellFormed()}…`;
}

/** An `@` in each of its widths; at the start it is a handle, as in `@whence`. */
const INNER_AT = /.[@\uFF20\uFE6B]/su;

/** Whether a text holds an email address: such a value is somebody's, and never evidence nor a source. */
export function holdsAddress(text: string): boolean {
  return INNER_AT.test(decode(text));
}

/** What cannot be decoded stays as it is: a per cent sign may be meant. */
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
