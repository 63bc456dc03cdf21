// Known sites of no other kind. A visit from one of them is a referral.
import type { Row } from './known-source.ts';

export const SITE: readonly Row[] = [
  // Google's products that are no search, although their parent host is.
  [
    'Google Workspace',
    'docs.google.com drive.google.com sites.google.com groups.google.com calendar.google.com meet.google.com chat.google.com classroom.google.com',
  ],
  ['Google Play', 'play.google.com'],
  ['App Store', 'apps.apple.com'],
  ['Microsoft 365', 'officeapps.live.com', 'office365'],
  ['GitHub', 'github.com'],
  ['GitLab', 'gitlab.com'],
  ['npm', 'npmjs.com'],
  ['Feedly', 'feedly.com'],
  ['Chrome Web Store', 'chromewebstore.google.com'],
  ['Google Translate', 'translate.google.com'],
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
];
