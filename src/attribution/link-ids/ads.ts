// What ad systems append to ad clicks, and what advertisers let them append for their analytics.
import { ad, GOOGLE, type LinkIdRows, META, MICROSOFT, sign } from './link-id.ts';

const YANDEX = ['Yandex', 'Yahoo'];

const CLICK_IDS: LinkIdRows = [
  ['gclid', ad('search', GOOGLE)],
  ['gbraid', ad('search', GOOGLE)],
  ['wbraid', ad('search', GOOGLE)],
  ['msclkid', ad('search', MICROSOFT)],
  ['dclid', ad('display', ['Google Display', ...GOOGLE])],
  ['ttclid', ad('social', ['TikTok'])],
  ['twclid', ad('social', ['X'])],
  ['li_fat_id', ad('social', ['LinkedIn'])],
  ['rdt_cid', ad('social', ['Reddit'])],
  ['epik', ad('social', ['Pinterest'])],
  ['sccid', ad('social', ['Snapchat'])],
  ['qclid', ad('social', ['Quora'])],
  // No place of its own: ads in an assistant have no channel, so they are Paid Other.
  ['oppref', ad(undefined, ['ChatGPT'])],
  ['ndclid', ad('social', ['Nextdoor'])],
  ['yclid', ad('search', YANDEX)],
  ['rb_clickid', ad('social', ['VK', 'Odnoklassniki', 'Mail.ru'])],
  ['bd_vid', ad('search', ['Baidu'])],
  ['qhclickid', ad('search', ['360search'])],
  ['gdt_vid', ad('social', ['WeChat', 'QQ'])],
  ['ldtag_cl', ad('social', ['Line'])],
  ['awclid', ad('shopping', ['Amazon', 'Amazon Ads'])],
  ['vmcid', ad('display', ['Yahoo DSP', 'Yahoo'])],
  ['ymclid', ad('display', ['Yahoo Native', 'Yahoo'])],
  ['dicbo', ad('display', ['Outbrain'])],
  ['obclid', ad('display', ['Outbrain'])],
  ['obclick_id', ad('display', ['Outbrain'])],
  ['ob_click_id', ad('display', ['Outbrain'])],
  ['tblci', ad('display', ['Taboola'])],
  ['rtid', ad('display', ['Rokt'])],
  ['cto_pld', ad('display', ['Criteo'])],
  ['auctid', ad('display', ['Teads'])],
  ['aleid', ad('display', ['AppLovin'])],
  ['mgclid', ad('display', ['MGID'])],
  ['ttd_uuid', ad('display', ['The Trade Desk'])],
  // Of the advertiser's own tools: the ad can be anybody's, so only a tag or its value says whose.
  ['ef_id', ad(undefined, [])],
  ['s_kwcid', ad(undefined, [])],
  ['ko_click_id', ad(undefined, ['Kochava'])],
  ['rtkcid', ad(undefined, [])],
  ['wickedid', ad(undefined, [])],
];

const ANY: readonly string[] = [];

/** Parameters of ads whose value is no click ID. */
const SIGNS: LinkIdRows = [
  ['gad_source', sign('ad', GOOGLE)],
  ['gad_campaignid', sign('ad', GOOGLE, 'search')],
  // HubSpot's own tagging of ads: https://knowledge.hubspot.com/ads/ad-tracking-in-hubspot.
  ['hsa_net', sign('ad', ANY)],
  ['hsa_src', sign('ad', ANY)],
  ...['cam', 'acc', 'grp', 'ad', 'tgt', 'kw', 'mt', 'la', 'ol', 'ver'].map(
    (ending) => [`hsa_${ending}`, sign('ad', ANY)] as const,
  ),
  // Triple Whale's.
  ['tw_source', sign('ad', ANY)],
  ['tw_adid', sign('ad', ANY)],
  ['tw_campaign', sign('ad', ANY)],
  // Wicked Reports', Hyros' and Marin's.
  ['wickedsource', sign('ad', ANY)],
  ['h_ad_id', sign('ad', ANY)],
  ['mkwid', sign('ad', ANY, 'search')],
  ['pcrid', sign('ad', ANY, 'search')],
  // Naver's tagging of search ads.
  ['n_ad', sign('ad', ['Naver'], 'search')],
  ['n_ad_group', sign('ad', ['Naver'], 'search')],
  ['n_campaign_type', sign('ad', ['Naver'], 'search')],
  ['n_keyword_id', sign('ad', ['Naver'], 'search')],
  ['maas', sign('ad', ['Amazon', 'Amazon Ads'], 'shopping')],
];

/** The networks whose name `hsa_net` and `tw_source` can hold. */
export const AD_NETWORKS: ReadonlyMap<string, LinkIdRows[number][1]> = new Map([
  ...['adwords', 'google', 'google-ads', 'googleads', 'google_ads'].map(
    (name) => [name, sign('ad', GOOGLE, 'search')] as const,
  ),
  ...['facebook', 'meta', 'fb', 'facebook-ads', 'facebook_ads', 'facebookads'].map(
    (name) => [name, sign('ad', META, 'social')] as const,
  ),
  ['instagram', sign('ad', ['Instagram', ...META], 'social')],
  ...['bing', 'microsoft', 'msads', 'microsoft-ads', 'bingads'].map(
    (name) => [name, sign('ad', MICROSOFT, 'search')] as const,
  ),
  ['youtube', sign('ad', ['YouTube', ...GOOGLE], 'video')],
  ['linkedin', sign('ad', ['LinkedIn'], 'social')],
  ...['tiktok', 'tiktok-ads'].map((name) => [name, sign('ad', ['TikTok'], 'social')] as const),
  ...['twitter', 'x'].map((name) => [name, sign('ad', ['X'], 'social')] as const),
  ['pinterest', sign('ad', ['Pinterest'], 'social')],
  ['snapchat', sign('ad', ['Snapchat'], 'social')],
  ['snapchat-ads', sign('ad', ['Snapchat'], 'social')],
  ['reddit', sign('ad', ['Reddit'], 'social')],
  ['nextdoor', sign('ad', ['Nextdoor'], 'social')],
  ['amazon', sign('ad', ['Amazon', 'Amazon Ads'], 'shopping')],
  ['taboola', sign('ad', ['Taboola'], 'display')],
  ['outbrain', sign('ad', ['Outbrain'], 'display')],
  ['criteo', sign('ad', ['Criteo'], 'display')],
  ['applovin', sign('ad', ['AppLovin'], 'display')],
]);

export const AD_IDS: LinkIdRows = [...CLICK_IDS, ...SIGNS];
