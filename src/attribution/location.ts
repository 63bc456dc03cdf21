// Addresses of pages, with or without a scheme: DataFast gives `codefa.st/`, browsers give whole URLs.
import { shorten } from './clean.ts';

export interface Location {
  /** Lower case, without `www.` and port; absent when only a path was given. */
  host?: string;
  path: string;
  query: URLSearchParams;
}

const SCHEME = /^[a-z][a-z0-9+.-]*:\/\//i;
const MAX_PAGE_LENGTH = 500;

/** The parts of an address, or `undefined` when the text is none. */
export function parseLocation(text: string): Location | undefined {
  const trimmed = text.trim();
  if (trimmed.startsWith('/') && !trimmed.startsWith('//')) {
    const url = URL.parse(trimmed, 'https://unknown.invalid');
    return url === null ? undefined : { path: url.pathname, query: url.searchParams };
  }
  const url = URL.parse(withScheme(trimmed));
  if (url === null || url.hostname === '') return undefined;
  return { host: bare(url.hostname), path: url.pathname || '/', query: url.searchParams };
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

/** An `@` at the start is a handle, as in `/@whence`, and stays. */
function holdsAddress(segment: string): boolean {
  return segment.indexOf('@') > 0 || segment.toLowerCase().indexOf('%40') > 0;
}
