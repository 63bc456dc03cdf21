// The parameters of a link, repaired. Mail tools, editors and templates escape the ampersands between them, once or
// twice, and what was `a=1&b=2` arrives as `a=1&amp;b=2`, `a=1%26b%3D2` or `a=1\u0026b=2`.

export type Parameter = readonly [name: string, value: string];

/** What is left of an escaped ampersand in front of a name, when the link was split at the ampersand itself. */
const ESCAPED_START = /^(?:amp;|#0{0,5}38;|#x0{0,4}26;|\?|&)+/i;

/** An ampersand, escaped, before the name of the next parameter. `Tom &amp; Jerry` is one value. */
const ESCAPED =
  /(?:&(?:amp;|#0{0,5}38;|#x0{0,4}26;)+|\\u0026|%26(?:amp%3B)+|%26)(?=[\w.-]{1,40}(?:=|%3D))/i;

/** Another separator in a value. Only before a tag or a click ID it surely is one. */
const BEFORE_TAG =
  /(?:[&?;]|%3F)(?=(?:(?:utm|mtm|pk|hsa)_[a-z]{2,12}|[a-z_]{0,8}clk?id)(?:=|%3D))/i;

const MAYBE_DAMAGED = /[&;?=\\]|%26|%3F|%3D/i;

/** A link has a few parameters. A hostile one must not cost time. */
const MAX_PARAMETERS = 200;
const MAX_REPAIRED_LENGTH = 2_000;

/** The parameters of a query, decoded and repaired. */
export function parametersOf({ query }: { query: string }): readonly Parameter[] {
  if (query === '') return [];
  const parameters: readonly Parameter[] = /[%+]/.test(query)
    ? [...new URLSearchParams(query)]
    : query.split('&', MAX_PARAMETERS).map(pairOf);
  return repaired(parameters);
}

/** The parameters with those that had been swallowed by the value before them. */
export function repaired(parameters: readonly Parameter[]): readonly Parameter[] {
  const few = parameters.length > MAX_PARAMETERS ? parameters.slice(0, MAX_PARAMETERS) : parameters;
  // Nearly all links are whole.
  if (!few.some(isDamaged)) return few;
  return few.flatMap((parameter) => (isDamaged(parameter) ? repair(parameter) : [parameter]));
}

function isDamaged([name, value]: Parameter): boolean {
  return MAYBE_DAMAGED.test(name) || (MAYBE_DAMAGED.test(value) && value.length > 1);
}

function repair([name, value]: Parameter): readonly Parameter[] {
  if (name.length + value.length > MAX_REPAIRED_LENGTH) return [[name, value]];
  // In `utm_source%3Dacme%26utm_medium%3Demail` the whole query has become one name.
  const isSwallowed = /[&=]|%3D/i.test(name);
  const whole = isSwallowed
    ? decodeSeparators(value === '' ? name : `${name}=${value}`)
    : undefined;
  const [first = '', ...rest] = split(whole ?? value);
  const [ownName, ownValue] = whole === undefined ? [name, first] : pairOf(first);
  return [
    [ownName.replace(ESCAPED_START, ''), ownValue],
    ...rest.map((text): Parameter => {
      const [restName, restValue] = pairOf(decodeSeparators(text));
      return [restName.replace(ESCAPED_START, ''), restValue];
    }),
  ];
}

function split(text: string): string[] {
  return text.split(ESCAPED).flatMap((piece) => piece.split(BEFORE_TAG));
}

function decodeSeparators(text: string): string {
  return text.replace(/%3D/gi, '=');
}

function pairOf(text: string): Parameter {
  const equals = text.indexOf('=');
  return equals === -1 ? [text, ''] : [text.slice(0, equals), text.slice(equals + 1)];
}
