// The page that the person came from, when it is known, and the hosts that never count as one.
import { clean, comparable } from './clean.ts';
import { reason } from './evidence.ts';
import { type FoundSource, findSource, sourceAtHost } from './find-source.ts';
import { looksLikeHost, registrableDomain, withParents } from './host.ts';
import { pageText, parseLocation } from './location.ts';

export type Referrer =
  /** Nothing is known. */
  | { kind: 'unknown' }
  /** Known to be empty: the address was typed or bookmarked, or the page before withheld it. */
  | { kind: 'none' }
  /** Known, but it is the site itself, a payment page or a login, and says nothing about the first touch. */
  | { kind: 'ignored'; reason: string }
  | { kind: 'page'; page: string; source: FoundSource; reason: string };

/** What browsers and analytics write for an empty referrer. `Direct/None` is DataFast's. */
const EMPTY = new Set(['', 'direct', '(direct)', 'direct/none', '(direct)/(none)']);

/** Payment and login pages that people pass through. Their subdomains count, too. */
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

/** Reads the referrer of a visitor to a site with these domains. */
export function readReferrer(text: string | undefined, ownDomains: readonly string[]): Referrer {
  if (text === undefined) return { kind: 'unknown' };
  if (EMPTY.has(comparable(text))) return { kind: 'none' };
  const name = clean(text);
  if (name === undefined) return { kind: 'unknown' };
  // The whole text is parsed: an address that was cut could be another page.
  const location = parseLocation(text);
  const host = location?.host;
  if (location && host !== undefined && (looksLikeHost(host) || PASSED_THROUGH.has(host))) {
    const evidence = reason('referrer', host);
    const why = whyNoReferrer(host, ownDomains);
    return why === undefined
      ? { kind: 'page', page: pageText(location), source: sourceAtHost(host), reason: evidence }
      : { kind: 'ignored', reason: `${evidence} ignored: ${why}` };
  }
  // DataFast sends friendly names such as `Google` for hosts it knows. Addresses without a host say nothing.
  return /[:/?#@]/.test(name)
    ? { kind: 'unknown' }
    : { kind: 'page', page: name, source: findSource(name), reason: reason('referrer', name) };
}

/** In plain words why this host is no referrer; `undefined` when it can be one. */
export function whyNoReferrer(host: string, ownDomains: readonly string[]): string | undefined {
  if (ownDomains.includes(registrableDomain(host))) return 'the site itself';
  for (const parent of withParents(host)) {
    if (PASSED_THROUGH.has(parent)) return 'a payment or login page';
  }
  return undefined;
}
