// What can be told from the shape of a host alone, without a list of all public suffixes.

/** Second levels under which names are registered in many countries: `co.uk`, `com.br`, `ne.jp`. */
const SECOND_LEVELS = new Set(['co', 'com', 'net', 'org', 'ac', 'edu', 'gov', 'ne', 'or']);

/** Domains whose subdomains belong to different people: a neighbour on `pages.dev` is not the site itself. */
const SHARED = new Set([
  'beehiiv.com',
  'blogspot.com',
  'carrd.co',
  'framer.app',
  'framer.website',
  'github.io',
  'gitbook.io',
  'herokuapp.com',
  'myshopify.com',
  'netlify.app',
  'notion.site',
  'onrender.com',
  'pages.dev',
  'substack.com',
  'super.site',
  'vercel.app',
  'web.app',
  'webflow.io',
  'wordpress.com',
  'workers.dev',
]);

/** Whether the text has the shape of a public host: labels, and an ending made of letters. */
export function looksLikeHost(text: string): boolean {
  const labels = text.split('.');
  const ending = labels.at(-1) ?? '';
  return (
    text.length <= 253 &&
    labels.length >= 2 &&
    labels.every((label) => /^[a-z0-9_-]{1,63}$/.test(label)) &&
    (/^[a-z]{2,}$/.test(ending) || ending.startsWith('xn--'))
  );
}

/** The part somebody registered, as far as the shape shows: `app.acme.co.uk` → `acme.co.uk`. */
export function registrableDomain(host: string): string {
  const labels = host.split('.');
  if (!looksLikeHost(host) || labels.length <= 2) return host;
  const lastTwo = labels.slice(-2).join('.');
  return hasCountryEnding(labels) || SHARED.has(lastTwo) ? labels.slice(-3).join('.') : lastTwo;
}

/** `google` for `www.google.co.uk`, `google.de` and `google.com`; not for `google.github.io`. */
export function brandOf(host: string): string | undefined {
  const [brand, ...ending] = registrableDomain(host).split('.');
  const [second = '', country = second] = ending;
  const isNational = country.length === 2 && (ending.length === 1 || SECOND_LEVELS.has(second));
  return isNational || ending.join('.') === 'com' ? brand : undefined;
}

/** The host itself, then each parent: `l.facebook.com`, `facebook.com`, `com`. */
export function* withParents(host: string): Generator<string> {
  yield host;
  for (let dot = host.indexOf('.'); dot !== -1; dot = host.indexOf('.', dot + 1)) {
    yield host.slice(dot + 1);
  }
}

function hasCountryEnding(labels: readonly string[]): boolean {
  return labels.at(-1)?.length === 2 && SECOND_LEVELS.has(labels.at(-2) ?? '');
}
