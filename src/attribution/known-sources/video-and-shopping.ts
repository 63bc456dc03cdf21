// Video sites and shops.
import type { Row } from './known-source.ts';

export const VIDEO: readonly Row[] = [
  ['YouTube', 'youtube.com youtu.be', 'yt'],
  ['Vimeo', 'vimeo.com'],
  ['Twitch', 'twitch.tv'],
  ['Dailymotion', 'dailymotion.com dai.ly'],
  ['Wistia', 'wistia.com'],
  ['Bilibili', 'bilibili.com'],
  ['Rumble', 'rumble.com'],
];

export const SHOPPING: readonly Row[] = [
  ['Amazon', 'amazon.* amzn.to'],
  ['eBay', 'ebay.*'],
  ['Etsy', 'etsy.com'],
  ['Google Shopping', 'shopping.google.com', 'googleshopping'],
  ['Walmart', 'walmart.com'],
  ['AliExpress', 'aliexpress.com'],
  ['Temu', 'temu.com'],
];
