// Where the demo's people of the last month come from: what their link carried, and what the contact must say of it.
import type { ParamName } from '../stand-ins/datafast/record.ts';
import type { Expected } from './personas.ts';

export interface Origin {
  /** How many of a hundred people come so. */
  share: number;
  params?: Partial<Record<ParamName, string>>;
  /** The name of the click ID that the ad network adds. */
  clickId?: string;
  /** The page before the first visit. An empty text: there was none. */
  referrer?: string;
  /** Paths on which they land. */
  landings: readonly string[];
  /** How likely they are to pay, from 0 to 1. */
  quality: number;
  expected: Pick<Expected, 'channel' | 'source'> & Partial<Pick<Expected, 'campaign' | 'clickId'>>;
}

const tagged = (source: string, medium: string, campaign: string) => ({
  utm_source: source,
  utm_medium: medium,
  utm_campaign: campaign,
});

const googleAd = (share: number, campaign: string, landing: string, quality: number): Origin => ({
  share,
  params: tagged('google', 'cpc', campaign),
  clickId: 'gclid',
  landings: [landing],
  quality,
  expected: { channel: 'Paid Search', source: 'Google', campaign, clickId: 'gclid' },
});

const partner = (share: number, via: string): Origin => ({
  share,
  params: { via },
  landings: ['/', '/pricing'],
  quality: 0.6,
  expected: { channel: 'Affiliate', source: '' },
});

const from = (
  share: number,
  referrer: string,
  [channel, source]: readonly [string, string],
  landings: readonly string[],
  quality: number,
): Origin => ({ share, referrer, landings, quality, expected: { channel, source } });

export const ORIGINS: readonly [Origin, ...Origin[]] = [
  googleAd(11, 'brand-eu', '/', 0.7),
  googleAd(8, 'crm-attribution', '/hubspot-attribution', 0.5),
  googleAd(4, 'competitors', '/compare/spreadsheets', 0.3),
  {
    share: 8,
    params: tagged('linkedin', 'paid-social', 'founders'),
    clickId: 'li_fat_id',
    landings: ['/founders'],
    quality: 0.55,
    expected: {
      channel: 'Paid Social',
      source: 'LinkedIn',
      campaign: 'founders',
      clickId: 'li_fat_id',
    },
  },
  {
    share: 5,
    params: tagged('facebook', 'paid-social', 'lookalike-eu'),
    clickId: 'fbclid',
    landings: ['/'],
    quality: 0.15,
    expected: {
      channel: 'Paid Social',
      source: 'Facebook',
      campaign: 'lookalike-eu',
      clickId: 'fbclid',
    },
  },
  from(
    17,
    'https://www.google.com/',
    ['Organic Search', 'Google'],
    ['/', '/blog/first-touch', '/blog/utm-guide', '/pricing'],
    0.45,
  ),
  from(3, 'https://www.bing.com/', ['Organic Search', 'Bing'], ['/', '/blog/utm-guide'], 0.4),
  from(9, '', ['Direct', ''], ['/', '/pricing'], 0.5),
  {
    share: 8,
    params: tagged('newsletter', 'email', 'november'),
    landings: ['/blog/first-touch', '/changelog'],
    quality: 0.65,
    expected: { channel: 'Email', source: 'Newsletter', campaign: 'november' },
  },
  {
    share: 6,
    params: { utm_source: 'chatgpt.com' },
    landings: ['/', '/hubspot-attribution'],
    quality: 0.8,
    expected: { channel: 'AI Assistant', source: 'ChatGPT' },
  },
  from(2, 'https://www.perplexity.ai/', ['AI Assistant', 'Perplexity'], ['/'], 0.7),
  {
    share: 7,
    params: { ref: 'producthunt' },
    landings: ['/'],
    quality: 0.25,
    expected: { channel: 'Organic Social', source: 'Product Hunt' },
  },
  from(3, 'https://www.reddit.com/', ['Organic Social', 'Reddit'], ['/blog/utm-guide'], 0.2),
  partner(4, 'jane'),
  partner(2, 'saas-weekly'),
  from(3, 'https://github.com/', ['Referral', 'GitHub'], ['/docs', '/'], 0.4),
];
