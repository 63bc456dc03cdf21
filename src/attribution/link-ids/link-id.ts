// What is known about a parameter that another system appends to links, and how the rows of the tables are written.
import type { AdCategory } from '../known-sources/known-source.ts';

/**
 * `ad`: appended to ad clicks only. `affiliate`: a partner is paid for the visit. `email` and `sms`: appended by a tool
 * that sends them. `social`: appended to posts and ads alike, or to shared links. `search`: to unpaid search results.
 */
export type Indication = 'ad' | 'affiliate' | 'email' | 'sms' | 'social' | 'search';

export interface LinkIdInfo {
  indicates: Indication;
  /** Whether its value is the ID of a click, and kept. All other values say nothing, or who the person is. */
  isClickId: boolean;
  /** Where its ads are shown. Absent when that differs by campaign. */
  category?: AdCategory;
  /** The ad system itself said where this ad was shown, so that `category` is more than what is usual. */
  isExact?: true;
  /** The names of the sources it is seen with, the network itself first. Empty when it may be any. */
  sources: readonly string[];
}

export type LinkIdRows = readonly (readonly [name: string, info: LinkIdInfo])[];

export const GOOGLE = [
  ...['Google', 'YouTube', 'Gmail', 'Google Shopping', 'Google News', 'Google Display'],
  ...['Google Play', 'Google Maps', 'Startpage', 'Ecosia', 'Ask', 'AOL'],
];
export const MICROSOFT = [
  ...['Bing', 'Yahoo', 'DuckDuckGo', 'Ecosia', 'AOL', 'Qwant', 'Outlook', 'Swisscows'],
  ...['Microsoft Copilot', 'Yahoo Mail'],
];
export const META = [
  'Meta',
  ...['Facebook', 'Instagram', 'Threads', 'WhatsApp', 'Audience Network'],
];

export const ad = (category: AdCategory | undefined, sources: readonly string[]): LinkIdInfo => ({
  indicates: 'ad',
  isClickId: true,
  category,
  sources,
});
export const affiliate = (...sources: readonly string[]): LinkIdInfo => ({
  indicates: 'affiliate',
  isClickId: true,
  sources,
});
export const sign = (
  indicates: Indication,
  sources: readonly string[],
  category?: AdCategory,
): LinkIdInfo => ({
  indicates,
  isClickId: false,
  category,
  sources,
});

/** The same parameter where the ad system itself said where the ad was shown. */
export const shownAt = (info: LinkIdInfo, category: AdCategory): LinkIdInfo => ({
  ...info,
  category,
  isExact: true,
});
