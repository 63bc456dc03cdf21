// The value of a cookie as languages and frameworks hand it on: quoted, percent-encoded, as an object, in a list.
import { isObject } from '../json.ts';

/** What `String(cookie)` leaves when there was no cookie. */
const NO_COOKIE = ['', 'undefined', 'null'];
/** A wrapper in a wrapper in a wrapper. More is no cookie. */
const MAX_DEPTH = 4;
/** A wrapped UUID is far shorter. */
const MAX_LENGTH = 1_000;
/** What stands for a value that can be no text. */
const NO_TEXT = '?';

/**
 * The texts in a cookie's value, without their wrappers: quotes (RFC 6265), percent-encoding, the `{ name, value }` of
 * Next.js, a list, and any of these as JSON. None when there was no cookie.
 */
export function cookieValues(value: unknown, depth = 0): readonly string[] {
  if (value === undefined || value === null) return [];
  if (depth > MAX_DEPTH) return [NO_TEXT];
  if (Array.isArray(value)) {
    return value.slice(0, 2 * MAX_DEPTH).flatMap((item) => cookieValues(item, depth + 1));
  }
  if (isObject(value)) {
    return Object.hasOwn(value, 'value') ? cookieValues(value.value, depth + 1) : [NO_TEXT];
  }
  if (typeof value !== 'string' || value.length > MAX_LENGTH) return [NO_TEXT];
  const text = value.trim();
  if (NO_COOKIE.includes(text)) return [];
  const inner = unwrapped(text);
  return inner === undefined ? [text] : cookieValues(inner, depth + 1);
}

/** One wrapper less; `undefined` when there is none. */
function unwrapped(text: string): unknown {
  try {
    if (text.includes('%')) return decodeURIComponent(text);
    return /^["{[]/.test(text) ? JSON.parse(text) : /^'(.*)'$/.exec(text)?.[1];
  } catch {
    return undefined;
  }
}
