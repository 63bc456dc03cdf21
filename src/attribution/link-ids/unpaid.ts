// What networks and tools append to links that nobody paid for.
import { type LinkIdRows, META, sign } from './link-id.ts';

const email = (tool: string, ...names: readonly string[]): LinkIdRows =>
  names.map((name) => [name, sign('email', [tool])] as const);

export const UNPAID_IDS: LinkIdRows = [
  ['fbclid', { indicates: 'social', isClickId: true, category: 'social', sources: META }],
  ['igshid', sign('social', ['Instagram'])],
  ['igsh', sign('social', ['Instagram'])],
  ['hss_channel', sign('social', [])],
  ['fb_action_ids', sign('social', ['Facebook'])],
  ['fb_action_types', sign('social', ['Facebook'])],
  ['fb_source', sign('social', ['Facebook'])],
  ['srsltid', sign('search', ['Google', 'Google Shopping'])],
  ['ysclid', sign('search', ['Yandex'])],
  ...email('Mailchimp', 'mc_cid', 'mc_eid', 'mc_tc'),
  ...email('Klaviyo', '_kx', '_ke'),
  ...email('HubSpot', '_hsenc', '_hsmi'),
  ...email('Marketo', 'mkt_tok'),
  ...email('Dotdigital', 'dm_i', 'dm_t'),
  ...email('Vero', 'vero_id', 'vero_conv'),
  ...email('Drip', '__s'),
  ...email('Kit', 'ck_subscriber_id'),
  ...email('MailerLite', 'ml_subscriber', 'ml_subscriber_hash'),
  ...email('Listrak', 'trk_contact', 'trk_msg', 'trk_module', 'trk_sid'),
  ...email('Bronto', '_bta_tid', '_bta_c'),
  ...email('Salesforce Marketing Cloud', 'et_rid', 'sfmc_id', 'j_jobid'),
  ...email('Iterable', 'iterable_campaign', 'iterable_template'),
  ...email('Omeda', 'oly_enc_id', 'oly_anon_id'),
  ...email('Springbot', 'redirect_log_mongo_id', 'redirect_mongo_id'),
];

/** Wunderkind's parameters of text messages: `sms_click`, `sms_source`, `sms_uph`. */
export const SMS_PREFIX = 'sms_';
export const SMS_TOOL = sign('sms', ['Wunderkind']);
