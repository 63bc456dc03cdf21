// The sources that a SaaS meets most, collected by hand: each has one name, however a tag or a host spells it. One file
// per kind of place is in known-sources/.
import { AI } from './known-sources/ai.ts';
import type { Category, Row } from './known-sources/known-source.ts';
import { EMAIL, PUSH, SMS } from './known-sources/messages.ts';
import { SEARCH } from './known-sources/search.ts';
import { SITE } from './known-sources/sites.ts';
import { SOCIAL } from './known-sources/social.ts';
import { SHOPPING, VIDEO } from './known-sources/video-and-shopping.ts';

/** Which subdomains count as their parent, `source-at-host.ts` says. One with a row of its own never does. */
export const KNOWN_SOURCES: readonly { category: Category; rows: readonly Row[] }[] = [
  { category: 'search', rows: SEARCH },
  { category: 'social', rows: SOCIAL },
  { category: 'video', rows: VIDEO },
  { category: 'shopping', rows: SHOPPING },
  { category: 'ai', rows: AI },
  { category: 'email', rows: EMAIL },
  { category: 'sms', rows: SMS },
  { category: 'push', rows: PUSH },
  { category: 'site', rows: SITE },
];

/** Names that say advertisement by themselves (every `…-ads` does, too), and the source that each means. */
export const PAID_ALIASES: ReadonlyMap<string, string> = new Map([
  ['adwords', 'Google'],
  ['google-adwords', 'Google'],
  ['gads', 'Google'],
  ['microsoft-ads', 'Bing'],
  ['microsoft-advertising', 'Bing'],
  ['msads', 'Bing'],
  ['facebook-feed-ad', 'Facebook'],
]);
