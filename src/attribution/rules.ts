// The channels, in the order they are tried: the first rule that finds its reasons decides.
import type { Channel } from '../model.ts';
import type { Facts } from './facts.ts';
import type { Category } from './known-sources.ts';
import { isMedium, type MediumFamily } from './mediums.ts';
import { type AdCategory, isShopping } from './paid.ts';
import type { Tag } from './tags.ts';

/** Goes with every attribution, so that a changed answer can be told from a changed visitor. */
export const RULES_VERSION = '2026-11-23';

/** What decided, most decisive first; nothing when the rule does not apply. */
type Reasons = readonly string[] | undefined;

export interface Rule {
  channel: Channel;
  when: (facts: Facts) => Reasons;
}

/** Channels that are paid for by their nature. */
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
  // GA4 puts Google's campaigns across networks first, and display mediums are said by the marketer.
  { channel: 'Cross-network', when: campaign((tag) => tag.key.includes('cross-network')) },
  { channel: 'Display', when: medium('display') },

  // Paid: a paid medium, an `…-ads` source, or a click ID that only ads carry.
  { channel: 'Paid Shopping', when: paid('shopping') },
  { channel: 'Paid Search', when: paid('search') },
  { channel: 'Paid Social', when: paid('social') },
  { channel: 'Paid Video', when: paid('video') },
  { channel: 'Display', when: paid('display') },
  { channel: 'Paid Other', when: (facts) => facts.paid?.reasons },

  // An explicit medium beats the source: an email sent with `utm_source=google` is an email (HubSpot; GA4
  // would say Organic Search).
  { channel: 'Email', when: medium('email') },
  { channel: 'Affiliate', when: medium('affiliate') },
  { channel: 'SMS', when: medium('sms') },
  { channel: 'Push', when: medium('push') },
  { channel: 'Audio', when: medium('audio') },
  { channel: 'AI Assistant', when: medium('ai') },
  { channel: 'Referral', when: medium('referral') },
  { channel: 'Organic Social', when: medium('social') },

  // A source we know. Assistants tag their own links (`utm_source=chatgpt.com`).
  { channel: 'AI Assistant', when: source('ai') },
  { channel: 'Organic Search', when: source('search') },
  { channel: 'Organic Social', when: source('social') },
  { channel: 'Organic Video', when: source('video') },
  { channel: 'Organic Shopping', when: source('shopping') },
  { channel: 'Email', when: source('email') },
  { channel: 'Email', when: sourceNamedAfterEmail },
  { channel: 'SMS', when: source('sms') },
  { channel: 'Push', when: source('push') },
  { channel: 'Referral', when: source('site') },

  // Mediums that say less than a known source: a video on LinkedIn is social, as in GA4.
  { channel: 'Organic Video', when: medium('video') },
  { channel: 'Organic Search', when: medium('organic') },
  { channel: 'Organic Shopping', when: campaign(isShopping) },

  // Weak signs: a partner's code; Meta's click ID, which unpaid posts carry too (PostHog).
  { channel: 'Affiliate', when: ({ tags }) => tags.via && [tags.via.reason] },
  { channel: 'Organic Social', when: weakClickId },

  // A source nobody knows, but which names a place or came as `ref` or `source`.
  { channel: 'Referral', when: sourceThatIsAPlace },

  // The referrer, where it is known and no tag spoke.
  { channel: 'AI Assistant', when: referrer('ai') },
  { channel: 'Email', when: referrer('email') },
  { channel: 'Organic Search', when: referrer('search') },
  { channel: 'Organic Social', when: referrer('social') },
  { channel: 'Organic Video', when: referrer('video') },
  { channel: 'Organic Shopping', when: referrer('shopping') },
  { channel: 'Referral', when: ({ referrer: r }) => (r.kind === 'page' ? [r.reason] : undefined) },

  // A campaign we cannot place (HubSpot: Other campaigns; GA4: Unassigned).
  { channel: 'Other Campaign', when: anyUtm },

  // Direct is claimed only where the referrer is known to be empty; otherwise we do not know (PostHog).
  {
    channel: 'Direct',
    when: ({ referrer: r }) => (r.kind === 'none' ? ['referrer is empty'] : undefined),
  },
  { channel: 'Unknown', when: () => ['no tag, no click ID, no referrer'] },
];

function medium(family: MediumFamily): Rule['when'] {
  return ({ tags: { utm_medium: tag } }) =>
    tag && isMedium(tag.key, family) ? [tag.reason] : undefined;
}

function campaign(matches: (tag: Tag) => boolean): Rule['when'] {
  return ({ tags: { utm_campaign: tag } }) => (tag && matches(tag) ? [tag.reason] : undefined);
}

function paid(category: AdCategory): Rule['when'] {
  return (facts) => (facts.paid?.category === category ? facts.paid.reasons : undefined);
}

function source(category: Category): Rule['when'] {
  return (facts) =>
    facts.source?.known?.category === category ? [facts.source.reason] : undefined;
}

function referrer(category: Category): Rule['when'] {
  return ({ referrer: r }) =>
    r.kind === 'page' && r.source.known?.category === category ? [r.reason] : undefined;
}

/** `hs_email`, `weekly-newsletter`, `tldrnewsletter`; the host of a newsletter's archive is a website. */
function sourceNamedAfterEmail({ source: found, tags }: Facts): Reasons {
  if (found === undefined || found.host !== undefined) return undefined;
  const key = tags[found.tag]?.key ?? '';
  return key.includes('newsletter') || key.includes('e-mail') || key.split('-').includes('email')
    ? [found.reason]
    : undefined;
}

function weakClickId({ clickIds }: Facts): Reasons {
  const clickId = clickIds.find(({ network }) => network?.proof === 'weak');
  return clickId && [clickId.name];
}

function sourceThatIsAPlace({ source: found }: Facts): Reasons {
  return found && (found.host !== undefined || found.tag !== 'utm_source')
    ? [found.reason]
    : undefined;
}

function anyUtm({ tags }: Facts): Reasons {
  const { utm_source, utm_medium, utm_campaign, utm_content, utm_term } = tags;
  const present = [utm_source, utm_medium, utm_campaign, utm_content, utm_term];
  const reasons = present.flatMap((tag) => (tag && tag.key !== 'direct' ? [tag.reason] : []));
  return reasons.length > 0 ? reasons : undefined;
}
