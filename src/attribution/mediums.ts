// What `utm_medium` means, in the spellings that people use.
import { placementBrand } from './ad-macros.ts';

const MEDIUM_FAMILIES = [
  'paid',
  'display',
  'email',
  'affiliate',
  'sms',
  'push',
  'audio',
  'ai',
  'referral',
  'social',
  'video',
  'organic',
] as const;
export type MediumFamily = (typeof MEDIUM_FAMILIES)[number];

interface Spellings {
  /** One of the words of the medium. */
  words?: readonly string[];
  /** The start of one of its words. */
  starts?: readonly string[];
  /** The end of one of its words. */
  ends?: readonly string[];
  /** Anywhere in it. */
  contains?: readonly string[];
  /** The whole of it. */
  is?: readonly string[];
}

const FAMILIES: Readonly<Record<MediumFamily, Spellings>> = {
  // GA4's `.*cp.*|ppc|retargeting|paid.*`, but as whole words, so that `mcp` is no advertisement. And words that people
  // write for ads and GA4 does not know.
  paid: {
    words: [
      ...['cp', 'cpc', 'cpm', 'cpv', 'cpa', 'cpl', 'cpi', 'cps', 'cpe', 'cpp', 'cpcv', 'ppc'],
      ...[
        'retargeting',
        'remarketing',
        'pmax',
        'sem',
        'ad',
        'ads',
        'advert',
        'adverts',
        'advertising',
      ],
      ...['sponsor', 'sponsored', 'sponsorship', 'promoted'],
    ],
    starts: ['paid'],
    contains: ['cpc', 'performance-max'],
  },
  // GA4, except for `cpm`: that is a paid word, and display only when nothing better is known. `programmatic` and
  // `native` are what people write for bought display places. GA4 knows neither.
  display: {
    words: ['display', 'banner', 'banners', 'expandable', 'interstitial', 'programmatic'],
    is: ['native', 'gdn'],
  },
  // Plausible and HubSpot: contained, because people write `email-drip` and `weekly_newsletter`.
  email: { contains: ['email', 'e-mail', 'newsletter'] },
  // GA4 knows only `affiliate`; PostHog adds partnerships.
  affiliate: {
    words: ['affiliate', 'affiliates', 'partner', 'partners', 'partnership', 'partnerships'],
  },
  sms: { words: ['sms', 'mms'], is: ['text-message', 'text'] },
  // GA4 has "ends with push" and "contains mobile". Here `mobile` must be the whole medium: `mobile-banner` is no push.
  push: { ends: ['push'], contains: ['notification'], is: ['mobile'] },
  // GA4 has `audio`, and explains it with podcasts.
  audio: { words: ['audio', 'podcast', 'podcasts'] },
  // GA4 itself sets `ai-assistant` since May 2026.
  ai: { is: ['ai-assistant', 'ai-assistants'] },
  // GA4.
  referral: { is: ['referral', 'referrals', 'app', 'link'] },
  // GA4. The word also covers `organic-social`.
  social: { words: ['social', 'socials', 'socialmedia', 'socialnetwork'], is: ['sm'] },
  // GA4: contained.
  video: { contains: ['video'] },
  organic: { is: ['organic', 'organic-search', 'seo'] },
};

const SPELLINGS = MEDIUM_FAMILIES.map((family) => {
  const { words = [], ...others } = FAMILIES[family];
  return { family, words: new Set(words), ...others };
});

const PAID_ONLY: ReadonlySet<MediumFamily> = new Set(['paid']);

/** The families of a medium in comparable form. A medium can be of several. */
export function familiesOf(key: string): ReadonlySet<MediumFamily> {
  // `facebook-instream-video` is where Meta showed an ad, and no medium called video.
  if (placementBrand(key) !== undefined) return PAID_ONLY;
  const found = new Set<MediumFamily>();
  const ownWords = key.split('-');
  for (const { family, words, starts = [], ends = [], contains = [], is = [] } of SPELLINGS) {
    const isOne =
      is.includes(key) ||
      contains.some((part) => key.includes(part)) ||
      ownWords.some(
        (word) =>
          words.has(word) ||
          starts.some((start) => word.startsWith(start)) ||
          ends.some((end) => word.endsWith(end)),
      );
    if (isOne) found.add(family);
  }
  return found;
}
