// A referrer as DataFast gives one: an address, or a friendly name such as `Google`.

const MAX_REFERRER = 500;

/**
 * The text without its query, which may hold a search, a token or an email address. `undefined` when there is none:
 * only DataFast's word `Direct/None` says that a visit had no referrer.
 */
export function referrerText(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined;
  return value.split(/[?#]/, 1)[0]?.trim().slice(0, MAX_REFERRER) || undefined;
}
