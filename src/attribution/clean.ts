// Removes the noise from URL parameters: the many spellings of an absent value, placeholders that were not filled, and
// what happens to values on the way.

/** Longer than any honest tag. A hostile one must not fill the CRM. */
const MAX_LENGTH = 500;
/** What is looked at of a value before it is cut: an encoded character takes up to nine. */
const MAX_READ = 3 * MAX_LENGTH;
/** Links that pass through several tools are encoded by each. */
const MAX_DECODING = 3;

/** Databases and CRMs refuse control characters or cut at them. */
const CONTROLS = /\p{Cc}+/gu;

/** Most values are like this. They need no normalizing. */
const PLAIN = /^[\x21-\x7e]*$/;
/** Nothing in it can be damage. */
const UNDAMAGED = /^[^%,&[]*$/;

/** Spellings of "nothing" that analytics scripts and templates leave behind, in `comparable` form. */
const NOTHING = new Set([
  ...['', '-', 'null', '(null)', 'undefined', '(undefined)', 'nil', 'nan', 'n/a', 'none', '(none)'],
  ...['not-set', '(not-set)', 'not-provided', '(not-provided)', '(not-available)', '(empty)'],
  ...['(direct)', 'direct/none', '(direct)/(none)', '[object-object]'],
]);

/** The longest of them, with the characters that `comparable` makes one of. */
const MAX_NOTHING_LENGTH = 60;

/** How placeholders are written: Google and Meta use braces, TikTok underscores, mail tools per cent signs. */
const MACROS: readonly (readonly [open: string, close: string])[] = [
  ['{', '}'],
  ['${', '}'],
  ['__', '__'],
  ['%%', '%%'],
  ['[[', ']]'],
  ['*|', '|*'],
];

/** The value, readable, trimmed and capped; `undefined` when it says nothing. */
export function clean(value: string | undefined): string | undefined {
  if (value === undefined) return undefined;
  const short = value.length > MAX_READ ? value.trimStart().slice(0, MAX_READ) : value;
  if (isMacro(short.trim())) return undefined;
  const readable = UNDAMAGED.test(short) ? short : firstValue(decodeAll(short));
  const text = shorten(
    (PLAIN.test(readable) ? readable : readable.replace(CONTROLS, ' ')).trim(),
    MAX_LENGTH,
  );
  const isNothing = text.length <= MAX_NOTHING_LENGTH && NOTHING.has(comparable(text));
  return isNothing || (readable !== short && isMacro(text)) ? undefined : text;
}

/**
 * The form in which values are compared: `Paid_Social`, `paid social`, `paid%20social` and `paid-social` are the same.
 */
export function comparable(text: string): string {
  // Cut first: normalizing a long run of combining marks takes time that grows with the square of its length.
  const short = text.trim().slice(0, MAX_LENGTH);
  const decoded = decode(short);
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
  return INNER_AT.test(decodeAll(text));
}

/**
 * The first of several values in one text. A parameter that a link has twice becomes a list, and tools write lists as
 * `google,google` or `["google","google"]`. A comma between different values is part of the value.
 */
export function firstValue(text: string): string {
  const trimmed = text.trim();
  if (trimmed.startsWith('[') && trimmed.endsWith(']')) return firstItem(trimmed) ?? text;
  const comma = trimmed.indexOf(',');
  if (comma === -1) return text;
  const first = trimmed.slice(0, comma).trim();
  const key = first.toLowerCase();
  const isRepeated = trimmed.split(',').every((part) => part.trim().toLowerCase() === key);
  return isRepeated ? first : text;
}

/** The first item of `["google","google"]`, also with other quotes or none; `undefined` when it is no list. */
function firstItem(list: string): string | undefined {
  const items = list.slice(1, -1).trim();
  const [quote = ''] = items;
  if (quote !== '"' && quote !== "'") {
    const comma = items.indexOf(',');
    return comma > 0 && !items.includes('[') ? items.slice(0, comma).trim() : undefined;
  }
  const end = items.indexOf(quote, 1);
  const after = items.slice(end + 1).trimStart();
  return end > 0 && (after === '' || after.startsWith(',')) ? items.slice(1, end) : undefined;
}

/** Decoded until nothing is encoded any more, and `&amp;` is an ampersand again. */
function decodeAll(text: string): string {
  let decoded = text;
  for (let round = 0; round < MAX_DECODING && decoded.includes('%'); round += 1) {
    const next = decode(decoded);
    if (next === decoded) break;
    decoded = next;
  }
  return decoded.includes('&') ? decoded.replace(/&(?:amp;|#0{0,4}38;)+/gi, '&') : decoded;
}

/** What cannot be decoded stays as it is: a per cent sign may be just that. */
function decode(text: string): string {
  if (!text.includes('%')) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return text.replace(/(?:%[0-9a-f]{2})+/gi, decodePiece);
  }
}

function decodePiece(piece: string): string {
  try {
    return decodeURIComponent(piece);
  } catch {
    return piece;
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
