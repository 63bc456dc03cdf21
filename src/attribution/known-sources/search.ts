// Search engines.
import type { Row } from './known-source.ts';

export const SEARCH: readonly Row[] = [
  ['Google', 'google.* com.google.android.googlequicksearchbox', 'google-organic google-search'],
  ['Bing', 'bing.com ntp.msn.com', 'msn microsoft-bing'],
  ['DuckDuckGo', 'duckduckgo.com ddg.gg', 'ddg duck-duck-go'],
  ['Yahoo', 'yahoo.*', 'yahoo!'],
  ['Yandex', 'yandex.* ya.ru'],
  ['Baidu', 'baidu.com'],
  ['Ecosia', 'ecosia.org'],
  ['Brave', 'search.brave.com', 'brave-search brave.com'],
  ['Kagi', 'kagi.com'],
  ['Startpage', 'startpage.com'],
  ['Qwant', 'qwant.com'],
  ['Naver', 'naver.com'],
  ['Seznam', 'seznam.cz'],
  ['Sogou', 'sogou.com'],
  ['AOL', 'aol.com'],
  ['Ask', 'ask.com'],
  ['Mojeek', 'mojeek.com'],
  ['Presearch', 'presearch.com presearch.org'],
  ['Marginalia', 'search.marginalia.nu marginalia-search.com'],
  ['Google News', 'news.google.com'],
  ['Swisscows', 'swisscows.com'],
];
