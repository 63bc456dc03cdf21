// What can bring a person, and what a marketer would call it. The names are written down here by hand: no code of
// src/attribution takes part.
import type { ParamName } from '../../stand-ins/datafast/record.ts';

/** How one visit came about, as DataFast records it. */
export interface Origin {
  params?: Partial<Record<ParamName, string>>;
  adClickIds?: Record<string, string>;
  referrer?: string;
  channel: string;
  source?: string;
}

export const TAGGED: readonly Origin[] = [
  {
    params: { utm_source: 'google', utm_medium: 'cpc', utm_campaign: 'brand' },
    referrer: 'https://www.google.com/',
    channel: 'Paid Search',
    source: 'Google',
  },
  {
    params: { utm_source: 'linkedin', utm_medium: 'paid-social', utm_campaign: 'founders' },
    referrer: 'https://www.linkedin.com/',
    channel: 'Paid Social',
    source: 'LinkedIn',
  },
  {
    params: { utm_source: 'newsletter', utm_medium: 'email', utm_campaign: 'october' },
    referrer: 'Direct/None',
    channel: 'Email',
    source: 'Newsletter',
  },
  {
    params: { utm_source: 'chatgpt.com' },
    referrer: 'https://chatgpt.com/',
    channel: 'AI Assistant',
    source: 'ChatGPT',
  },
  {
    params: { ref: 'producthunt' },
    referrer: 'https://www.producthunt.com/',
    channel: 'Organic Social',
    source: 'Product Hunt',
  },
  {
    params: { utm_source: 'bing', utm_medium: 'cpc' },
    referrer: 'https://www.bing.com/',
    channel: 'Paid Search',
    source: 'Bing',
  },
];

export const CLICK_IDS: readonly Origin[] = [
  {
    adClickIds: { gclid: 'Cj0KCQjw_truth' },
    referrer: 'https://www.google.com/',
    channel: 'Paid Search',
    source: 'Google',
  },
  {
    adClickIds: { msclkid: 'e1f2a3b4c5d6' },
    referrer: 'https://www.bing.com/',
    channel: 'Paid Search',
    source: 'Bing',
  },
  {
    adClickIds: { fbclid: 'IwAR1truth' },
    referrer: 'https://l.facebook.com/',
    channel: 'Organic Social',
    // The click ID tells the company, and not which of its apps.
    source: 'Meta',
  },
];

/** Only the referrer tells it. DataFast gives an address, or a friendly name. */
export const REFERRERS: readonly Origin[] = [
  { referrer: 'https://www.google.com/', channel: 'Organic Search', source: 'Google' },
  { referrer: 'Google', channel: 'Organic Search', source: 'Google' },
  { referrer: 'https://duckduckgo.com/', channel: 'Organic Search', source: 'DuckDuckGo' },
  {
    referrer: 'https://news.ycombinator.com/item?id=1',
    channel: 'Organic Social',
    source: 'Hacker News',
  },
  { referrer: 'https://out.reddit.com/', channel: 'Organic Social', source: 'Reddit' },
  { referrer: 'https://chatgpt.com/', channel: 'AI Assistant', source: 'ChatGPT' },
  { referrer: 'https://www.perplexity.ai/', channel: 'AI Assistant', source: 'Perplexity' },
  { referrer: 'https://www.youtube.com/', channel: 'Organic Video', source: 'YouTube' },
  { referrer: 'https://jane.example/tools', channel: 'Referral', source: 'jane.example' },
];

/** Somebody typed the address. */
export const DIRECT: Origin = { referrer: 'Direct/None', channel: 'Direct' };

/** DataFast has no referrer, which does not say that there was none. */
export const UNRECORDED: Origin = { channel: 'Unknown' };
