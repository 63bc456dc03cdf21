// Video sites and shops. Of a shop only the hosts named here count: `aws.amazon.com` sells nothing to shoppers.
import type { Row } from './known-source.ts';

export const VIDEO: readonly Row[] = [
  ['YouTube', 'youtube.com youtu.be youtube-nocookie.com', 'yt'],
  ['Vimeo', 'vimeo.com'],
  ['Twitch', 'twitch.tv'],
  ['Dailymotion', 'dailymotion.com dai.ly'],
  ['Wistia', 'wistia.com'],
  ['Bilibili', 'bilibili.com'],
  ['Rumble', 'rumble.com'],
];

export const SHOPPING: readonly Row[] = [
  ['Amazon', 'amazon.* smile.amazon.* amzn.to amzn.eu amzn.asia a.co'],
  ['eBay', 'ebay.* rover.ebay.com'],
  ['Etsy', 'etsy.com'],
  ['Google Shopping', 'shopping.google.*', 'googleshopping'],
  ['Walmart', 'walmart.com walmart.ca'],
  [
    'AliExpress',
    'aliexpress.com a.aliexpress.com ar.aliexpress.com ja.aliexpress.com ko.aliexpress.com aliexpress.us aliexpress.ru',
  ],
  ['Temu', 'temu.com share.temu.com'],
  ['Naver Shopping', 'shopping.naver.com search.shopping.naver.com smartstore.naver.com'],
  ['Yandex Market', 'market.yandex.*'],
  ['Yahoo Shopping', 'shopping.yahoo.com shopping.yahoo.co.jp'],
];
