// What the shape of a host says by itself, without a list of all public suffixes.

/** Second levels under which names are registered in many countries: `co.uk`, `com.br`, `ne.jp`. */
const SECOND_LEVELS = new Set(['co', 'com', 'net', 'org', 'ac', 'edu', 'gov', 'ne', 'or']);

/** Domains whose subdomains belong to different people: another subdomain of `pages.dev` is another site. */
const SHARED = new Set([
  'azurewebsites.net',
  'beehiiv.com',
  'blogspot.com',
  'bolt.host',
  'carrd.co',
  'deno.dev',
  'fly.dev',
  'framer.app',
  'framer.website',
  'github.io',
  'gitbook.io',
  'herokuapp.com',
  'lovable.app',
  'myshopify.com',
  'netlify.app',
  'notion.site',
  'onrender.com',
  'pages.dev',
  'replit.app',
  'substack.com',
  'super.site',
  'surge.sh',
  'vercel.app',
  'web.app',
  'webflow.io',
  'wordpress.com',
  'workers.dev',
]);

const HOST = /^[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})*\.(?:[a-z]{2,63}|xn--[a-z0-9-]{1,59})$/;

/** Whether the text has the shape of a public host: labels, and an ending of letters. */
export function looksLikeHost(text: string): boolean {
  return text.length <= 253 && HOST.test(text);
}

/** The domain that somebody registered, as far as the shape shows it: `app.acme.co.uk` → `acme.co.uk`. */
export function registrableDomain(host: string): string {
  const dot = host.lastIndexOf('.');
  const second = host.lastIndexOf('.', dot - 1);
  if (second === -1 || !looksLikeHost(host)) return host;
  const lastTwo = host.slice(second + 1);
  const isCountry = host.length - dot === 3 && SECOND_LEVELS.has(host.slice(second + 1, dot));
  if (!isCountry && !SHARED.has(lastTwo)) return lastTwo;
  return host.slice(host.lastIndexOf('.', second - 1) + 1);
}

/** `google` for `www.google.co.uk`, `google.de` and `google.com`; not for `google.github.io`. */
export function brandOf(host: string): string | undefined {
  const domain = registrableDomain(host);
  const dot = domain.indexOf('.');
  const ending = domain.slice(dot + 1);
  const second = ending.split('.', 1)[0] ?? '';
  const isNational =
    ending.length === 2 || (ending.length === second.length + 3 && SECOND_LEVELS.has(second));
  return isNational || ending === 'com' ? domain.slice(0, dot) : undefined;
}

/** The host itself, then each parent: `l.facebook.com`, `facebook.com`, `com`. */
export function* withParents(host: string): Generator<string> {
  yield host;
  for (let dot = host.indexOf('.'); dot !== -1; dot = host.indexOf('.', dot + 1)) {
    yield host.slice(dot + 1);
  }
}
