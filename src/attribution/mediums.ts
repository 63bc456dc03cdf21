// What `utm_medium` says, in the spellings people use for it.

export type MediumFamily =
  | 'paid'
  | 'display'
  | 'email'
  | 'affiliate'
  | 'sms'
  | 'push'
  | 'audio'
  | 'ai'
  | 'referral'
  | 'social'
  | 'video'
  | 'organic';

interface Spellings {
  /** One of the words the medium is made of. */
  words?: readonly string[];
  /** The start of one of its words. */
  starts?: readonly string[];
  /** Anywhere in it. */
  contains?: readonly string[];
  /** The whole of it. */
  is?: readonly string[];
}

const FAMILIES: Readonly<Record<MediumFamily, Spellings>> = {
  // GA4's `.*cp.*|ppc|retargeting|paid.*` as words, so that `mcp` is no advertisement; further what people
  // write for ads but GA4 does not know.
  paid: {
    words: [
      ...['cp', 'cpc', 'cpm', 'cpv', 'cpa', 'cpl', 'cpi', 'cps', 'cpe', 'cpp', 'cpcv', 'ppc'],
      ...['retargeting', 'remarketing', 'pmax', 'sem', 'ad', 'ads', 'sponsored', 'sponsorship'],
    ],
    starts: ['paid'],
    contains: ['cpc', 'performance-max'],
  },
  // GA4, but for `cpm`: that is paid by its name and display only when no better is known.
  display: { words: ['display', 'banner', 'banners', 'expandable', 'interstitial'] },
  // Plausible and HubSpot: contained, for people write `email-drip` and `weekly_newsletter`.
  email: { contains: ['email', 'e-mail', 'newsletter'] },
  // GA4 knows only `affiliate`; PostHog adds partnerships.
  affiliate: {
    words: ['affiliate', 'affiliates', 'partner', 'partners', 'partnership', 'partnerships'],
  },
  sms: { words: ['sms', 'mms'], is: ['text-message', 'text'] },
  // GA4 has "contains mobile" too; alone it is kept, within `mobile-banner` it says nothing of push.
  push: { words: ['push', 'webpush'], contains: ['notification'], is: ['mobile'] },
  // GA4: audio, which it explains with podcasts.
  audio: { words: ['audio', 'podcast', 'podcasts'] },
  // GA4 sets `ai-assistant` itself since May 2026.
  ai: { is: ['ai-assistant', 'ai-assistants'] },
  // GA4.
  referral: { is: ['referral', 'referrals', 'app', 'link'] },
  // GA4, and `organic-social` with it.
  social: { words: ['social', 'socials', 'socialmedia', 'socialnetwork'], is: ['sm'] },
  // GA4: contained.
  video: { contains: ['video'] },
  organic: { is: ['organic', 'organic-search', 'seo'] },
};

/** Whether a medium, in comparable form, is of a family; it may be of several. */
export function isMedium(key: string, family: MediumFamily): boolean {
  const { words = [], starts = [], contains = [], is = [] } = FAMILIES[family];
  const own = key.split('-');
  return (
    is.includes(key) ||
    contains.some((part) => key.includes(part)) ||
    own.some((word) => words.includes(word) || starts.some((start) => word.startsWith(start)))
  );
}
