// Hosts that people pass through on their way. As a referrer they say nothing about where a person came from. Their
// subdomains count, too.

/** Payment and login pages. `brand.*` means the hosts of every country. */
const PAYMENT_OR_LOGIN = [
  'checkout.stripe.com buy.stripe.com billing.stripe.com invoice.stripe.com connect.stripe.com hooks.stripe.com pay.stripe.com',
  'checkout.link.com link.com paypal.com pay.google.com payments.google.com pay.amazon.* payments.amazon.* klarna.com',
  'checkout.paddle.com buy.paddle.com sandbox-buy.paddle.com lemonsqueezy.com buy.polar.sh checkout.dodopayments.com',
  'checkout.creem.io checkout.shopify.com accounts.google.* accounts.youtube.com appleid.apple.com idmsa.apple.com',
  'login.microsoftonline.com login.microsoft.com login.live.com account.live.com login.yahoo.com login.salesforce.com',
  'passport.yandex.* nid.naver.com accounts.dev clerk.com auth0.com okta.com oktapreview.com onelogin.com authkit.app',
  'api.workos.com kinde.com stytch.com descope.com amazoncognito.com b2clogin.com ciamlogin.com firebaseapp.com',
  'supabase.co cloudflareaccess.com duosecurity.com pingone.com jumpcloud.com',
];

/** What a site asks before it shows itself: consent, or a proof that somebody is a person. */
const GATES = [
  'consent.google.* consent.youtube.com consent.yahoo.com guce.yahoo.com challenges.cloudflare.com',
];

/** Pages and filters that hide where a link stood. */
const WRAPPERS = [
  'href.li anonym.to anonym.es anon.to anonymz.com dereferer.me dereferer.org dereferrer.info nullrefer.com nullreferer.com',
  'blankrefer.com blank.org hiderefer.com hiderefer.org hidereferrer.com hidelink.org norefs.com refhide.com',
  'zscaler.net zscaler.com zscalerone.net zscalertwo.net zscalerthree.net zscloud.net menlosecurity.com',
  'webdefence.global.blackspider.com iboss.com block.opendns.com goskope.com',
];

/** Copies of pages, which do not say whose page it is. */
const COPIES = [
  'webcache.googleusercontent.com translate.googleusercontent.com googleweblight.com cc.bingj.com yandexwebcache.net',
  'cdn.ampproject.org cdn.ampproject.net bing-amp.com turbopages.org web.archive.org cachedview.nl',
  'translatetheweb.com microsofttranslator.com translatoruser-int.com translatoruser.net papago.naver.net translate.goog',
];

/** Tunnels, workspaces and names of a local network: somebody works on a site there. */
const DEVELOPMENT = [
  'localhost local localdomain lan home internal intranet corp private test invalid home.arpa fritz.box',
  'ngrok.io ngrok.app ngrok.dev ngrok-free.app ngrok-free.dev trycloudflare.com loca.lt localtunnel.me localhost.run',
  'lhr.life serveo.net pinggy.link pinggy.online tunnelmole.net tunnelto.dev expose.dev sharedwithexpose.com bore.pub',
  'devtunnels.ms app.github.dev github.dev githubpreview.dev gitpod.io gitpod.dev cloudworkstations.dev webcontainer.io',
  'csb.app replit.dev repl.run vusercontent.net lovableproject.com localtest.me lvh.me nip.io sslip.io xip.io vcap.me',
  'traefik.me ddev.site lndo.site ts.net idx.google.com usercontent.goog',
];

const LISTS: readonly (readonly [why: string, lists: readonly string[]])[] = [
  ['a payment or login page', PAYMENT_OR_LOGIN],
  ['a page in between', GATES],
  ['a page that hides where the link stood', WRAPPERS],
  ['a copy of a page', COPIES],
  ['a local or preview host', DEVELOPMENT],
];

/** Why a host, or `brand.*`, is only passed through, in plain words. */
export const PASSED_THROUGH: ReadonlyMap<string, string> = new Map(
  LISTS.flatMap(([why, lists]) =>
    lists.flatMap((list) => list.split(' ').map((host) => [host, why] as const)),
  ),
);

/** The first label of hosts that only sign people in: `login.acme.com`, `accounts.acme.com`. */
export const SIGN_IN_LABEL =
  /^(?:accounts|log-?in|sign-?in|sso|oauth2?|auth|idp|passport|adfs)\d*$/;

/** Where sites stand before they have their domain, or beside it. */
export const PREVIEW_PLATFORMS: ReadonlySet<string> = new Set([
  ...['vercel.app', 'now.sh', 'netlify.app', 'pages.dev', 'workers.dev', 'web.app', 'onrender.com'],
  ...['fly.dev', 'railway.app', 'herokuapp.com', 'azurewebsites.net', 'azurestaticapps.net'],
  ...['amplifyapp.com', 'webflow.io', 'framer.app', 'framer.website', 'wpengine.com', 'surge.sh'],
  ...['wpcomstaging.com', 'kinsta.cloud', 'pantheonsite.io', 'myshopify.com', 'lovable.app'],
  ...['bolt.host', 'replit.app', 'deno.dev', 'run.app', 'appspot.com', 'base44.app'],
]);
