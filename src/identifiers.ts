// Addresses, visitor IDs and paths in their one spelling.

/** The source of signups of the past, beside those of `sources/`. */
export const BACKFILL = 'backfill';

/** A DataFast visitor ID. DataFast mints UUIDs; anything else never gets near a URL. */
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** The visitor ID in canonical (lower) case, or `undefined` when the text is not a UUID. */
export function visitorIdFrom(text: string): string | undefined {
  const trimmed = text.trim();
  return UUID.test(trimmed) ? trimmed.toLowerCase() : undefined;
}

/** Enough to tell an address from something else, and from one that only looks like it; the CRM judges the rest. */
const EMAIL = /^[^\s@\p{Cc}\p{Cf}<>,;]+@[^\s@\p{Cc}\p{Cf}<>,;]+$/u;

/**
 * Domains that no mail reaches: without a dot, with a port or a path, and the reserved ones of RFC 6761, RFC 6762 and
 * ICANN. Frameworks make such addresses for anonymous people: `k3f9@anonymous.invalid`, `temp-1@http://localhost:3000`.
 * `.example` and `.test` stay addresses, because people try Whence out with them.
 */
const NO_MAIL = /^[^.]*$|[:/\\]|(?:^|\.)(?:invalid|localhost|localdomain|local|internal)\.?$/;

/** The address in its one spelling, or `undefined` when the text is none. */
export function emailFrom(text: string | undefined): string | undefined {
  // ASCII only: other letters fold onto ASCII ones, and one person onto another.
  const email = text?.trim().replace(/[A-Z]/g, (letter) => letter.toLowerCase());
  const isEmail = email?.isWellFormed() && email.length <= 254 && EMAIL.test(email);
  const domain = email?.slice(email.indexOf('@') + 1) ?? '';
  return isEmail && !NO_MAIL.test(domain) ? email : undefined;
}

/** The person of setup's sample. Nobody has this address: its domain is reserved for examples. */
export const SAMPLE_EMAIL = 'whence.sample@example.com';

/** Where the Worker shows everything about a signup. */
export function storyPath(id: string): string {
  return `/signups/${encodeURIComponent(id)}`;
}
