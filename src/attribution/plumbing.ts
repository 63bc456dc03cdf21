// Why a host is no place that a person came from: the site itself, also behind a translator, a cache or a preview, and
// pages that people only pass through.
import { brandOf, registrableDomain, withParents } from './host.ts';
import {
  PASSED_THROUGH,
  PREVIEW_PLATFORMS,
  SIGN_IN_LABEL,
} from './known-sources/passed-through.ts';

/** Words that platforms and people put into the names of previews. */
const PREVIEW = /--|-git-|(?:^|-)(?:previews?|staging|stage|branch|uat|pr-?\d+)(?:-|\.|$)/;

/** In plain words why this host is no referrer; `undefined` when it can be one. */
export function whyNoReferrer(host: string, ownDomains: readonly string[]): string | undefined {
  const domain = registrableDomain(host);
  if (ownDomains.includes(domain)) return 'the site itself';
  if (isPrivateAddress(host)) return 'a local or preview host';
  for (const parent of withParents(host)) {
    const why = PASSED_THROUGH.get(parent);
    if (why !== undefined) return why;
    if (PREVIEW_PLATFORMS.has(parent)) {
      const project = host.slice(0, -parent.length - 1);
      return isPreview(project, parent, ownDomains) ? 'a local or preview host' : undefined;
    }
  }
  const [label = ''] = host.split('.', 1);
  if (host.length > domain.length && SIGN_IN_LABEL.test(label)) return 'a payment or login page';
  const brand = brandOf(domain);
  const under = host.slice(0, -domain.length - 1);
  return brand === undefined ? undefined : PASSED_THROUGH.get(`${under}.${brand}.*`);
}

/**
 * The host whose page a translator or a cache shows: `www.acme.com` for `www-acme-com.translate.goog`. There a dash
 * stands for a dot, and two dashes for one (https://developers.google.com/amp/cache/amp-cache-urls).
 */
export function originalHost(host: string): string {
  const suffix = ['.translate.goog', '.cdn.ampproject.org'].find((end) => host.endsWith(end));
  if (suffix === undefined) return host;
  const copied = host.slice(0, -suffix.length);
  const original = copied.replaceAll('--', '\0').replaceAll('-', '.').replaceAll('\0', '-');
  const isHost = !copied.includes('.') && /\.[a-z]{2,}$/.test(original);
  if (!isHost) return host;
  return original.startsWith('www.') ? original.slice('www.'.length) : original;
}

/** Addresses of a local network, which only people who work on a site have. */
function isPrivateAddress(host: string): boolean {
  if (host.startsWith('[')) return /^\[(?:::1?\]|f[cd]|fe[89ab])/.test(host);
  if (!/^\d+\.\d+\.\d+\.\d+$/.test(host)) return false;
  return /^(?:0|10|127|169\.254|192\.168|172\.(?:1[6-9]|2\d|3[01])|100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7]))\./.test(
    host,
  );
}

/**
 * Whether a project on a platform is a preview, or named after the site itself. Previews are called after a branch or a
 * build: `acme-git-main-team.vercel.app`, `deploy-preview-7--acme.netlify.app`, `4f2a91bc.acme.pages.dev`.
 */
function isPreview(project: string, platform: string, ownDomains: readonly string[]): boolean {
  if (project === '') return false;
  if (PREVIEW.test(project) || (platform === 'pages.dev' && project.includes('.'))) return true;
  const words = project.split(/[.-]+/);
  if (words.some(isBuild)) return true;
  const joined = words.join('');
  return ownDomains.some((domain) => {
    const [name = ''] = domain.split('.', 1);
    const plain = name.replaceAll('-', '');
    return plain.length >= 3 && joined.includes(plain);
  });
}

function isBuild(word: string): boolean {
  const digits = word.replace(/\D/g, '').length;
  return word.length >= 6 && digits >= 2 && word.length - digits >= 2;
}
