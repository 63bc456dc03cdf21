// What partner programmes append: the ID of the click, or the code of the partner. Both are kept, because a partner is
// owed money. `via` and `ref` are tags: `tags.ts` reads them.
import { affiliate, type LinkIdRows } from './link-id.ts';

const NETWORKS: LinkIdRows = [
  ['irclickid', affiliate('impact.com')],
  ['irclid', affiliate('impact.com')],
  ['im_ref', affiliate('impact.com')],
  ['irgwc', affiliate('impact.com')],
  ['cjevent', affiliate('CJ')],
  ['cjdata', affiliate('CJ')],
  ['awc', affiliate('Awin')],
  ['zanpid', affiliate('Awin')],
  ['sscid', affiliate('ShareASale')],
  ['ransiteid', affiliate('Rakuten Advertising')],
  ['ranmid', affiliate('Rakuten Advertising')],
  ['raneaid', affiliate('Rakuten Advertising')],
  ['clickref', affiliate('Partnerize')],
  ['tduid', affiliate('Tradedoubler')],
  ['admitad_uid', affiliate('Admitad')],
  ['wgu', affiliate('Webgains')],
  ['avad', affiliate('AvantLink')],
  ['_ef_transaction_id', affiliate('Everflow')],
  ['hop', affiliate('ClickBank')],
];

/** Programmes that SaaS use. The click's own ID comes before the partner's code. */
const PROGRAMMES: LinkIdRows = [
  ['ps_xid', affiliate('PartnerStack')],
  ['gsxid', affiliate('PartnerStack')],
  ['dub_id', affiliate('Dub')],
  ['ps_partner_key', affiliate('PartnerStack')],
  ['gspk', affiliate('PartnerStack')],
  ['rewardful', affiliate('Rewardful')],
  ['rewardful_referral', affiliate('Rewardful')],
  ['tolt', affiliate('Tolt')],
  ['tolt_referral', affiliate('Tolt')],
  ['tap_a', affiliate('Tapfiliate')],
  ['tap_s', affiliate('Tapfiliate')],
  ['fpr', affiliate('FirstPromoter')],
  ['fp_ref', affiliate('FirstPromoter')],
  ['fp_sid', affiliate('FirstPromoter')],
  ['gr_pk', affiliate('GrowSurf')],
  ['grsf', affiliate('GrowSurf')],
  ['gr_id', affiliate('Reditus')],
  ['atp', affiliate('Affonso')],
  ['ucc', affiliate('Cello')],
  ['productucc', affiliate('Cello')],
  ['lmref', affiliate('Lemon Squeezy')],
  ['aff_ref', affiliate('Lemon Squeezy')],
  ['rfsn', affiliate('Refersion')],
  ['sca_ref', affiliate('UpPromote')],
  ['afmc', affiliate('LeadDyno')],
  ['a_aid', affiliate('Post Affiliate Pro')],
  ['idev_id', affiliate('iDevAffiliate')],
  ['ds24tr', affiliate('Digistore24')],
];

/** Names that many programmes and home-made ones use. */
const COMMON: LinkIdRows = [
  ...['aff_click_id', 'aff_id', 'affid', 'aff', 'affiliate', 'affiliate_id', 'affiliateid'],
  ...[
    'affiliate_code',
    'aff_code',
    'affcode',
    'aff_sub',
    'affiliate_ref',
    'aff_source',
    'affwp_ref',
  ],
  ...['partner', 'partner_id', 'partnerid', 'partner_key', 'partner_code', 'ref_partner'],
].map((name) => [name, affiliate()] as const);

export const PARTNER_IDS: LinkIdRows = [...NETWORKS, ...PROGRAMMES, ...COMMON];
