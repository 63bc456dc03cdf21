// Addresses of pages, with or without a scheme: DataFast gives `codefa.st/`, browsers give whole URLs.
import { holdsAddress, shorten } from './clean.ts';

export interface Location {
  /** Lower case, without `www.` and port; absent when only a path was given. */
  host?: string;
  path: string;
  /** As it stands behind the question mark; `parametersOf` reads it. */
  query: string;
}

const SCHEME = /^[a-z][a-z0-9+.-]*:\/\//i;
const MAX_PAGE_LENGTH = 500;

/**
 * Most addresses are plain, and taking those apart costs a tenth of what the platform's parser does: a host
 * that ends in letters, a path of characters nobody has to escape and without dots as segments.
 */
const ORDINARY =
  /^(?:[a-z][a-z0-9+.-]*:)?(?:\/\/)?([a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,})(\/[\w/%~!$&'()*+,;=:@-]*)?(?:\?([^#\s]*))?(?:#\S*)?$/i;

/** The parts of an address, or `undefined` when the text is none. */
export function parseLocation(text: string): Location | undefined {
  const trimmed = text.trim();
  const [whole, host, path = '/', query = ''] = ORDINARY.exec(trimmed) ?? [];
  if (whole !== undefined && host !== undefined) return { host: bare(host), path, query };
  if (trimmed.startsWith('/') && !trimmed.startsWith('//')) {
    const url = URL.parse(trimmed, 'https://unknown.invalid');
    return url === null ? undefined : { path: url.pathname, query: url.search.slice(1) };
  }
  const url = URL.parse(withScheme(trimmed));
  if (url === null || url.hostname === '') return undefined;
  return { host: bare(url.hostname), path: url.pathname || '/', query: url.search.slice(1) };
}

/** The parameters of a query, decoded. */
export function parametersOf({ query }: Pick<Location, 'query'>): readonly [string, string][] {
  if (query === '') return [];
  if (/[%+]/.test(query)) return [...new URLSearchParams(query)];
  return query.split('&').map((parameter): [string, string] => {
    const equals = parameter.indexOf('=');
    return equals === -1
      ? [parameter, '']
      : [parameter.slice(0, equals), parameter.slice(equals + 1)];
  });
}

/**
 * Host and path as one text, `codefa.st/pricing`. Query and fragment stay out, because they may carry
 * personal data; so does a path segment that looks like an email address. `www.` is dropped, so that
 * one page is one value in the CRM.
 */
export function pageText({ host = '', path }: Location): string {
  const segments = path.split('/').map((segment) => (holdsAddress(segment) ? '…' : segment));
  return shorten(host + segments.join('/'), MAX_PAGE_LENGTH);
}

function withScheme(text: string): string {
  if (SCHEME.test(text)) return text;
  if (text.startsWith('//')) return `https:${text}`;
  // Without a scheme, `jo@acme.com` is a person and not a host with a user name.
  const authority = text.split(/[/?#]/, 1)[0] ?? '';
  return authority.includes('@') ? '' : `https://${text}`;
}

function bare(hostname: string): string {
  const host = hostname.toLowerCase().replace(/\.$/, '');
  const rest = host.startsWith('www.') ? host.slice('www.'.length) : host;
  return rest.includes('.') ? rest : host;
}
