// Link IDs: the parameters that other people's systems append to links, who appends each one, and what it indicates.
// DECISIONS.md names the help pages and the code behind the rows.
import type { AdCategory } from './known-sources/known-source.ts';

/**
 * `ad`: appended to ad clicks only. `affiliate`: a partner is paid for the visit. `email`: appended by a mail tool.
 * `social`: appended to posts and ads alike, or to shared links. `search`: appended to unpaid search results.
 */
export type Indication = 'ad' | 'affiliate' | 'email' | 'social' | 'search';

/** What is known about one such parameter. */
export interface LinkIdInfo {
  indicates: Indication;
  /** Whether its value is the ID of a click, and kept. All other values say nothing, or who the person is. */
  isClickId: boolean;
  /** Where its ads are shown. Absent when that differs by campaign. */
  category?: AdCategory;
  /** The names of the sources it is seen with, the network itself first. */
  sources: readonly string[];
}

const GOOGLE = ['Google', 'YouTube', 'Gmail', 'Google Shopping'];
const MICROSOFT = ['Bing', 'Yahoo', 'DuckDuckGo', 'Ecosia', 'AOL', 'Qwant', 'Outlook'];
const META = ['Meta', 'Facebook', 'Instagram', 'Threads', 'WhatsApp'];

const ad = (category: AdCategory | undefined, sources: readonly string[]): LinkIdInfo => ({
  indicates: 'ad',
  isClickId: true,
  category,
  sources,
});
const affiliate = (...sources: readonly string[]): LinkIdInfo => ({
  indicates: 'affiliate',
  isClickId: true,
  sources,
});
const sign = (
  indicates: Indication,
  sources: readonly string[],
  category?: AdCategory,
): LinkIdInfo => ({
  indicates,
  isClickId: false,
  category,
  sources,
});

/**
 * In order of precedence when a link has several: Google's first, then those of other networks, then those of partners.
 * `fbclid` comes after them: Meta appends it to unpaid posts as well, so it must never hide another ID.
 */
export const LINK_IDS: ReadonlyMap<string, LinkIdInfo> = new Map([
  ['gclid', ad('search', GOOGLE)],
  ['gbraid', ad('search', GOOGLE)],
  ['wbraid', ad('search', GOOGLE)],
  ['msclkid', ad('search', MICROSOFT)],
  ['dclid', ad('display', ['Google Display'])],
  ['ttclid', ad('social', ['TikTok'])],
  ['twclid', ad('social', ['X'])],
  ['li_fat_id', ad('social', ['LinkedIn'])],
  ['rdt_cid', ad('social', ['Reddit'])],
  ['epik', ad('social', ['Pinterest'])],
  ['sccid', ad('social', ['Snapchat'])],
  ['qclid', ad('social', ['Quora'])],
  ['yclid', ad('search', ['Yandex', 'Yahoo'])],
  ['vmcid', ad('display', ['Yahoo DSP'])],
  ['ymclid', ad('display', ['Yahoo Native'])],
  ['dicbo', ad('display', ['Outbrain'])],
  ['obclid', ad('display', ['Outbrain'])],
  ['obclick_id', ad('display', ['Outbrain'])],
  ['ob_click_id', ad('display', ['Outbrain'])],
  ['tblci', ad('display', ['Taboola'])],
  ['ttd_uuid', ad('display', ['The Trade Desk'])],
  ['ko_click_id', ad(undefined, ['Kochava'])],
  ['wickedid', ad(undefined, [])],
  ['gad_source', sign('ad', GOOGLE)],
  ['gad_campaignid', sign('ad', GOOGLE, 'search')],
  // HubSpot's own tagging of ads.
  ['hsa_net', sign('ad', [])],
  ['hsa_cam', sign('ad', [])],
  ['hsa_acc', sign('ad', [])],
  ['irclickid', affiliate('impact.com')],
  ['irclid', affiliate('impact.com')],
  ['im_ref', affiliate('impact.com')],
  ['cjevent', affiliate('CJ')],
  ['awc', affiliate('Awin')],
  ['sscid', affiliate('ShareASale')],
  ['ransiteid', affiliate('Rakuten Advertising')],
  ['clickref', affiliate('Partnerize')],
  ['aff_id', affiliate()],
  ['tap_a', affiliate('Tapfiliate')],
  ['fpr', affiliate('FirstPromoter')],
  ['gr_pk', affiliate('GrowSurf')],
  ['fbclid', { indicates: 'social', isClickId: true, category: 'social', sources: META }],
  ['igshid', sign('social', ['Instagram'])],
  ['igsh', sign('social', ['Instagram'])],
  ['srsltid', sign('search', ['Google', 'Google Shopping'])],
  ['mc_cid', sign('email', ['Mailchimp'])],
  ['mc_eid', sign('email', ['Mailchimp'])],
  ['mc_tc', sign('email', ['Mailchimp'])],
  ['_kx', sign('email', ['Klaviyo'])],
  ['_hsenc', sign('email', ['HubSpot'])],
  ['_hsmi', sign('email', ['HubSpot'])],
  ['mkt_tok', sign('email', ['Marketo'])],
  ['vero_id', sign('email', ['Vero'])],
  ['__s', sign('email', ['Drip'])],
  ['ck_subscriber_id', sign('email', ['Kit'])],
  ['ml_subscriber', sign('email', ['MailerLite'])],
  ['ml_subscriber_hash', sign('email', ['MailerLite'])],
]);

/** The networks that `hsa_net` can name. */
export const HUBSPOT_NETWORKS: ReadonlyMap<string, LinkIdInfo> = new Map([
  ['adwords', sign('ad', GOOGLE, 'search')],
  ['facebook', sign('ad', META, 'social')],
  ['linkedin', sign('ad', ['LinkedIn'], 'social')],
]);

/** `gad_source=1` is a search ad (PostHog). Google documents none of its other values. */
export const SEARCH_AD: LinkIdInfo = sign('ad', GOOGLE, 'search');

/** `gclsrc=3p.ds` qualifies a `gclid` as a display ad. */
export const DISPLAY_AD: LinkIdInfo = ad('display', GOOGLE);

/** `gclsrc=ds` is Search Ads 360. It also makes a `gclid` for clicks on other engines, so the source stays open. */
export const OTHER_ENGINE_AD: LinkIdInfo = ad('search', []);
