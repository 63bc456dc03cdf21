// The channels, in the order in which they are tried. The first rule that finds its reasons decides. DECISIONS.md says
// which tool we follow where others disagree, and why.
import type { Channel } from '../model.ts';
import type { AdCategory, Category } from './known-sources/known-source.ts';
import type { Indication } from './link-ids/link-id.ts';
import type { MediumFamily } from './mediums.ts';
import { isShopping } from './paid.ts';
import type { Signals } from './signals.ts';

/** Part of every attribution. It shows whether an answer changed because of the rules or because of the visitor. */
export const RULES_VERSION = '2026-11-26.1';

/** What decided, most decisive first; `undefined` when the rule does not apply. */
type Reasons = readonly string[] | undefined;

export interface Rule {
  /** In plain words, for the evidence. */
  name: string | ((signals: Signals) => string);
  channel: Channel;
  when: (signals: Signals) => Reasons;
}

/** The channels that count as paid. */
export const PAID_CHANNELS: ReadonlySet<Channel> = new Set([
  'Paid Search',
  'Paid Social',
  'Paid Video',
  'Paid Shopping',
  'Paid Other',
  'Display',
  'Cross-network',
]);

export const RULES: readonly Rule[] = [
  // The marketer says it: a campaign across Google's networks, or a display medium (GA4).
  rule('Cross-network', 'campaign across networks', campaignSaying('cross-network')),
  rule('Display', 'display medium', medium('display')),

  // Paid: a paid medium, an `…-ads` source, a value or a click ID that only ads carry, an ad server as the referrer.
  rule('Cross-network', sayingPaid, paid('cross-network')),
  rule('Paid Shopping', sayingPaid, paid('shopping')),
  rule('Paid Search', sayingPaid, paid('search')),
  rule('Paid Social', sayingPaid, paid('social')),
  rule('Paid Video', sayingPaid, paid('video')),
  rule('Display', sayingPaid, paid('display')),
  rule('Paid Other', sayingPaid, (signals) => signals.paid?.reasons),

  // An explicit medium beats the source: a link with `utm_source=google&utm_medium=email` is from an email.
  rule('Email', 'email medium', medium('email')),
  rule('Affiliate', 'affiliate medium', medium('affiliate')),
  rule('SMS', 'SMS medium', medium('sms')),
  rule('Push', 'push medium', medium('push')),
  rule('Audio', 'audio medium', medium('audio')),
  rule('AI Assistant', 'AI medium', medium('ai')),
  rule('Organic Social', 'social medium', medium('social')),

  // A known source. Assistants tag their own links: `utm_source=chatgpt.com`.
  rule('AI Assistant', 'AI assistant as source', source('ai')),
  rule('Organic Search', 'search engine as source', source('search')),
  rule('Organic Social', 'social network as source', source('social')),
  rule('Organic Video', 'video site as source', source('video')),
  rule('Organic Shopping', 'shop as source', source('shopping')),
  rule('Email', 'mail as source', source('email')),
  rule('Email', 'source named after email', sourceNamedAfterEmail),
  rule('SMS', 'SMS as source', source('sms')),
  rule('Push', 'push service as source', source('push')),
  rule('Referral', 'known site as source', source('site')),

  // Mediums that say less than a known source: `facebook / referral` is social (GA4).
  rule('Organic Video', 'video medium', medium('video')),
  rule('Organic Search', 'organic medium', medium('organic')),
  rule('Referral', 'referral medium', medium('referral')),
  rule('Organic Shopping', 'shopping campaign', shoppingCampaign),

  // Weak signs: link IDs that mail tools, partner programmes, networks and Google append to unpaid links.
  rule('Email', 'parameter of a mail tool', linkIdOf('email')),
  rule('SMS', 'parameter of a text message tool', linkIdOf('sms')),
  rule('Affiliate', 'click ID of a partner programme', linkIdOf('affiliate')),
  rule('Affiliate', "partner's code in via", ({ tags }) => tags.via && [tags.via.reason]),
  rule('Organic Social', 'click ID that posts carry too', linkIdOf('social')),
  rule('Organic Search', 'parameter of unpaid results', linkIdOf('search')),

  // An unknown source that names a place, or came as `ref` or `source`.
  rule('Referral', 'unknown source that is a place', sourceThatIsAPlace),

  // The referrer, when it is known and no tag decided.
  rule('AI Assistant', 'AI assistant as referrer', referrer('ai')),
  rule('Email', 'mail as referrer', referrer('email')),
  rule('SMS', 'text message app as referrer', referrer('sms')),
  rule('Organic Search', 'search engine as referrer', referrer('search')),
  rule('Organic Social', 'social network as referrer', referrer('social')),
  rule('Organic Video', 'video site as referrer', referrer('video')),
  rule('Organic Shopping', 'shop as referrer', referrer('shopping')),
  rule('Referral', 'another site as referrer', anyReferrer),

  // A campaign of no known kind.
  rule('Other Campaign', 'tags that name no channel', anyUtm),

  // Direct is claimed only when the referrer is known to be empty. In all other cases the channel is unknown.
  rule('Direct', 'known to have no referrer', noReferrer),
  rule('Unknown', 'nothing known', () => ['no tag, no click ID, no referrer']),
];

function rule(channel: Channel, name: Rule['name'], when: Rule['when']): Rule {
  return { channel, name, when };
}

function medium(family: MediumFamily): Rule['when'] {
  return ({ families, tags: { utm_medium: tag } }) =>
    tag && families.has(family) ? [tag.reason] : undefined;
}

function campaignSaying(words: string): Rule['when'] {
  return ({ tags: { utm_campaign: tag } }) => (tag?.key.includes(words) ? [tag.reason] : undefined);
}

function shoppingCampaign({ tags: { utm_campaign: tag } }: Signals): Reasons {
  return isShopping(tag) ? [tag.reason] : undefined;
}

function paid(category: AdCategory): Rule['when'] {
  return (signals) => (signals.paid?.category === category ? signals.paid.reasons : undefined);
}

function sayingPaid(signals: Signals): string {
  return signals.paid?.rule ?? 'paid';
}

function source(category: Category): Rule['when'] {
  return (signals) =>
    signals.source?.known?.category === category ? [signals.source.reason] : undefined;
}

function referrer(category: Category): Rule['when'] {
  return ({ referrer: r }) =>
    r.kind === 'page' && r.source.known?.category === category ? [r.reason] : undefined;
}

function anyReferrer({ referrer: r }: Signals): Reasons {
  return r.kind === 'page' ? [r.reason] : undefined;
}

function noReferrer({ referrer: r }: Signals): Reasons {
  return r.kind === 'none' ? ['referrer is empty'] : undefined;
}

/** `hs_email`, `weekly-newsletter`, `tldrnewsletter`. A host does not count: a newsletter's archive is a website. */
function sourceNamedAfterEmail({ source: found, tags }: Signals): Reasons {
  if (found?.name === undefined || found.host !== undefined) return undefined;
  const key = tags[found.tag]?.key ?? '';
  return key.includes('newsletter') || key.includes('e-mail') || key.split('-').includes('email')
    ? [found.reason]
    : undefined;
}

function linkIdOf(indicates: Indication): Rule['when'] {
  return ({ linkIds }) => {
    const linkId = linkIds.find(({ info }) => info?.indicates === indicates);
    return linkId && [linkId.name];
  };
}

function sourceThatIsAPlace({ source: found }: Signals): Reasons {
  return found && (found.host !== undefined || found.tag !== 'utm_source')
    ? [found.reason]
    : undefined;
}

function anyUtm({ tags }: Signals): Reasons {
  const { utm_source, utm_medium, utm_campaign, utm_content, utm_term } = tags;
  const present = [utm_source, utm_medium, utm_campaign, utm_content, utm_term];
  const reasons = present.flatMap((tag) => (tag && tag.key !== 'direct' ? [tag.reason] : []));
  return reasons.length > 0 ? reasons : undefined;
}
