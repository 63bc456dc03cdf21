// The page the person came from, where anybody told us; and the hosts nobody comes from.
import { clean, comparable } from './clean.ts';
import { reason } from './evidence.ts';
import { type FoundSource, findSource, sourceAtHost } from './find-source.ts';
import { looksLikeHost, registrableDomain, withParents } from './host.ts';
import { pageText, parseLocation } from './location.ts';

export type Referrer =
  /** Nobody told us. */
  | { kind: 'unknown' }
  /** Told to be empty: typed, bookmarked, or withheld by the page before. */
  | { kind: 'none' }
  /** Told, but it is the site itself, a payment page or a login, and so says nothing of the first touch. */
  | { kind: 'ignored'; reason: string }
  | { kind: 'page'; page: string; source: FoundSource; reason: string };

/** What browsers and analytics write for an empty referrer; `Direct/None` is DataFast's. */
const EMPTY = new Set(['', 'direct', '(direct)', 'direct/none', '(direct)/(none)']);

/** Stops on the way through a payment or a login; their subdomains too. */
const PASSED_THROUGH = new Set([
  ...['checkout.stripe.com', 'buy.stripe.com', 'billing.stripe.com', 'invoice.stripe.com'],
  ...['connect.stripe.com', 'hooks.stripe.com', 'pay.stripe.com', 'checkout.link.com', 'link.com'],
  ...['paypal.com', 'pay.google.com', 'payments.google.com', 'pay.amazon.com', 'klarna.com'],
  ...['checkout.paddle.com', 'buy.paddle.com', 'sandbox-buy.paddle.com', 'lemonsqueezy.com'],
  ...['buy.polar.sh', 'checkout.dodopayments.com', 'checkout.creem.io', 'checkout.shopify.com'],
  ...['accounts.google.com', 'appleid.apple.com', 'idmsa.apple.com', 'login.microsoftonline.com'],
  ...['login.microsoft.com', 'login.live.com', 'account.live.com', 'login.yahoo.com'],
  ...[
    'login.salesforce.com',
    'accounts.dev',
    'clerk.com',
    'auth0.com',
    'okta.com',
    'oktapreview.com',
  ],
  ...['onelogin.com', 'authkit.app', 'api.workos.com', 'kinde.com', 'stytch.com', 'descope.com'],
  ...['amazoncognito.com', 'b2clogin.com', 'ciamlogin.com', 'firebaseapp.com', 'supabase.co'],
  ...['localhost', '127.0.0.1', '[::1]'],
]);

/** Reads the referrer of a signup whose site has the domains. */
export function readReferrer(told: string | undefined, ownDomains: readonly string[]): Referrer {
  if (told === undefined) return { kind: 'unknown' };
  if (EMPTY.has(comparable(told))) return { kind: 'none' };
  const name = clean(told);
  if (name === undefined) return { kind: 'unknown' };
  // All of it is parsed, for a cut address could be another page.
  const location = parseLocation(told);
  const host = location?.host;
  if (location && host !== undefined && (looksLikeHost(host) || PASSED_THROUGH.has(host))) {
    const said = reason('referrer', host);
    const why = whyNoReferrer(host, ownDomains);
    return why === undefined
      ? { kind: 'page', page: pageText(location), source: sourceAtHost(host), reason: said }
      : { kind: 'ignored', reason: `${said} ignored: ${why}` };
  }
  // DataFast gives friendly names, such as `Google`, for hosts it knows; addresses without a host say nothing.
  return /[:/?#@]/.test(name)
    ? { kind: 'unknown' }
    : { kind: 'page', page: name, source: findSource(name), reason: reason('referrer', name) };
}

/** In plain words why nobody comes from this host; `undefined` when somebody may. */
export function whyNoReferrer(host: string, ownDomains: readonly string[]): string | undefined {
  if (ownDomains.includes(registrableDomain(host))) return 'the site itself';
  for (const parent of withParents(host)) {
    if (PASSED_THROUGH.has(parent)) return 'a payment or login page';
  }
  return undefined;
}
