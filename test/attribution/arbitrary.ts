// Visitors as nobody would make them up: meaningful values, arbitrary text and hostile mixtures.
import fc from 'fast-check';
import type { Visitor } from '../../src/model.ts';
import { visitorWith } from './visitor.ts';

/** Values that mean something, so that the rules are reached. Arbitrary text is mixed in below. */
export const meaningful = fc.constantFrom(
  ...['google', 'fb-ads', 'chatgpt.com', 'newsletter', 'acme', 'blog.acme.com', 'https://x.com/a'],
  ...['an', 'ig', 'g', 'd', 'ytv', 'x', 'Instagram_Stories', 'google,google', '["google","bing"]'],
  ...['cpc', 'email', 'paid_social', 'referral', 'display', 'cpm', 'push', 'video', 'organic'],
  ...[
    'cross-network',
    'shopping',
    '(not set)',
    'null',
    '{{macro}}',
    'constructor',
    '__proto__',
    '',
  ],
);
export const text = fc.oneof(
  meaningful,
  fc.string(),
  fc.string({ unit: 'binary', maxLength: 200 }),
);
export const parameter = fc.constantFrom(
  ...[
    'utm_source',
    'utm_medium',
    'utm_campaign',
    'utm_term',
    'utm_content',
    'source',
    'ref',
    'via',
  ],
);
const clickId = fc.constantFrom(
  ...['gclid', 'gclsrc', 'fbclid', 'msclkid', 'ttclid', 'li_fat_id', 'gad_source', 'hsa_net'],
  ...[
    'mc_eid',
    'irclickid',
    'srsltid',
    'dclid',
    'oppref',
    'ef_id',
    's_kwcid',
    'hsa_src',
    'network',
  ],
  ...['tw_source', 'hss_channel', 'ps_xid', 'sms_click', 'aff', 'newclid'],
);
const places = [
  ...[
    'https://www.google.com/',
    'https://codefa.st/',
    'Google',
    'https://googleads.g.doubleclick.net/',
  ],
  ...['android-app://com.slack/', 'https://codefa-st.translate.goog/', 'https://webmail.acme.com/'],
  ...['https://x-git-y.vercel.app/', 'http://10.0.0.1/', 'https://accounts.google.de/'],
];
export const referrer = fc.option(fc.oneof(text, fc.constantFrom(...places)), { nil: undefined });

export const visitor: fc.Arbitrary<Visitor> = fc
  .record({
    params: fc.dictionary(fc.oneof(parameter, fc.string()), text),
    clickIds: fc.dictionary(fc.oneof(clickId, fc.string()), text),
    pages: fc.array(fc.oneof(fc.record({ url: text, at: text }), fc.record({ url: fc.webUrl() }))),
    currentUrl: text,
    firstSeenAt: text,
    lastSeenAt: text,
    goals: fc.array(fc.record({ name: text })),
  })
  .map(visitorWith);

/** ASCII only: there, lower case can be undone by upper case. */
export const link = fc
  .record(
    {
      params: fc.dictionary(parameter, fc.oneof(meaningful, fc.string({ maxLength: 20 }))),
      clickIds: fc.dictionary(clickId, fc.constantFrom('Ab1', '3p.ds', 'null')),
    },
    { requiredKeys: ['params', 'clickIds'] },
  )
  .map(visitorWith);
