// Addresses of pages, with or without a scheme: DataFast sends `codefa.st/`, browsers send whole URLs.
import { holdsAddress, shorten } from './clean.ts';

export interface Location {
  /** Lower case, without `www.` and port. Absent when the text is only a path. */
  host?: string;
  path: string;
  /** The text after the question mark. `parametersOf` reads it. */
  query: string;
}

/** In `?a=1&#038;b=2` the escaped ampersand begins a fragment: what follows is still the query. */
const ESCAPED_AMPERSAND = /^#(?:0{0,5}38|x0{0,4}26);/i;

const SCHEME = /^[a-z][a-z0-9+.-]*:\/\//i;
const MAX_PAGE_LENGTH = 500;

/**
 * Most addresses are plain: a host that ends in letters, and a path of characters that need no escaping, without dots
 * as segments. To take these apart here costs a tenth of what the platform's parser costs.
 */
const ORDINARY =
  /^(?:[a-z][a-z0-9+.-]*:)?(?:\/\/)?([a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,})(\/[\w/%~!$&'()*+,;=:@-]*)?(?:\?([^#\s]*))?(#\S*)?$/i;

/** The parts of an address; `undefined` when the text is no address. */
export function parseLocation(text: string): Location | undefined {
  const trimmed = text.trim();
  const [whole, host, path = '/', query = '', fragment = ''] = ORDINARY.exec(trimmed) ?? [];
  if (whole !== undefined && host !== undefined) {
    return { host: bare(host), path, query: queryOf(query, fragment) };
  }
  if (trimmed.startsWith('/') && !trimmed.startsWith('//')) {
    const url = URL.parse(trimmed, 'https://unknown.invalid');
    return url === null
      ? undefined
      : { path: url.pathname, query: queryOf(url.search.slice(1), url.hash) };
  }
  const url = URL.parse(withScheme(trimmed));
  if (url === null || url.hostname === '') return undefined;
  return {
    host: bare(url.hostname),
    path: url.pathname || '/',
    query: queryOf(url.search.slice(1), url.hash),
  };
}

function queryOf(query: string, fragment: string): string {
  if (!fragment.includes(';')) return query;
  const rest = fragment.replace(ESCAPED_AMPERSAND, '');
  return rest === fragment ? query : `${query}&${rest}`;
}

/**
 * Host and path as one text: `codefa.st/pricing`. Query and fragment are left out, because they may hold personal data.
 * A path segment that looks like an email address is left out for the same reason. `www.` is dropped, so that one page
 * is one value in the CRM.
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
