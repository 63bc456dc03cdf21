// Known sites of no other kind. A visit from one of them is a referral.
import type { Row } from './known-source.ts';

export const SITE: readonly Row[] = [
  [
    'Google Workspace',
    'docs.google.com drive.google.com sites.google.com groups.google.com calendar.google.com meet.google.com chat.google.com classroom.google.com workspace.google.com keep.google.com',
  ],
  ['Google Search Console', 'search.google.com'],
  ['Google Play', 'play.google.com'],
  ['Google Maps', 'maps.google.*'],
  ['App Store', 'apps.apple.com'],
  ['Microsoft 365', 'officeapps.live.com', 'office365'],
  ['GitHub', 'github.com'],
  ['GitLab', 'gitlab.com'],
  ['npm', 'npmjs.com'],
  ['Feedly', 'feedly.com'],
  ['Chrome Web Store', 'chromewebstore.google.com chrome.google.com'],
  ['Google Translate', 'translate.google.*'],
  ['Trustpilot', 'trustpilot.com'],
  ['AppSumo', 'appsumo.com'],
  ['Crunchbase', 'crunchbase.com'],
  ['AlternativeTo', 'alternativeto.net'],
  ['BetaList', 'betalist.com'],
  ["There's An AI For That", 'theresanaiforthat.com', 'taaft'],
  ['Stack Overflow', 'stackoverflow.com', 'stackoverflow'],
  ['Wikipedia', 'wikipedia.org wikipedia.com'],
  ['Linktree', 'linktr.ee'],
  ['Medium', 'medium.com'],
  ['Substack', 'substack.com'],
  ['dev.to', 'dev.to', 'devto'],
  ['G2', 'g2.com'],
  ['Capterra', 'capterra.com'],
  // SoundCloud sends people through a page of its own that names no track.
  ['SoundCloud', 'soundcloud.com exit.sc gate.sc'],
];
