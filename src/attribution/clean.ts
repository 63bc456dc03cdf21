// What a URL parameter says once noise is taken away: absent in its many spellings, macros nobody expanded.

/** Longer than any honest tag; keeps a hostile one from filling the CRM. */
const MAX_LENGTH = 500;

/** Databases and CRMs refuse control characters or cut at them. */
const CONTROLS = /\p{Cc}+/gu;

/** Spellings of "nothing", as `comparable` writes them; analytics scripts and templates leave them behind. */
const NOTHING = new Set([
  '',
  '-',
  'null',
  '(null)',
  'undefined',
  '(undefined)',
  'nil',
  'nan',
  'n/a',
  'none',
  '(none)',
  'not-set',
  '(not-set)',
  'not-provided',
  '(not-provided)',
  '(direct)',
  'direct/none',
  '(direct)/(none)',
  '[object-object]',
]);

/** How ad systems write a placeholder: Google and Meta braces, TikTok underscores, mail tools per cent signs. */
const MACROS: readonly (readonly [open: string, close: string])[] = [
  ['{', '}'],
  ['${', '}'],
  ['%7b', '%7d'],
  ['__', '__'],
  ['%%', '%%'],
  ['[[', ']]'],
  ['*|', '|*'],
];

/** The value as it came but trimmed and capped, or `undefined` when it says nothing. */
export function clean(value: string | undefined): string | undefined {
  if (value === undefined) return undefined;
  const text = shorten(value.replace(CONTROLS, ' ').trim(), MAX_LENGTH);
  return NOTHING.has(comparable(text)) || isMacro(text) ? undefined : text;
}

/** The form in which values are compared: `Paid_Social`, `paid social` and `paid-social` are one. */
export function comparable(text: string): string {
  // Cut first: putting a long run of combining marks in order takes time that grows with its square.
  return text
    .trim()
    .slice(0, MAX_LENGTH)
    .normalize('NFKC')
    .trim()
    .toLowerCase()
    .replace(/[\s_+-]+/g, '-');
}

/** At most `length` characters, the last one an ellipsis when something is missing. */
export function shorten(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1).toWellFormed()}…`;
}

function isMacro(text: string): boolean {
  const lower = text.toLowerCase();
  return MACROS.some(
    ([open, close]) =>
      lower.length >= open.length + close.length && lower.startsWith(open) && lower.endsWith(close),
  );
}
