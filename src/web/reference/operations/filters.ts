// The filters that lists of signups and totals of people share.

const none = 'With `(none)`: those without one.';

export const FILTERS = {
  channel: { description: `Only this channel. ${none}` },
  brought_by: {
    description: `Only what this site, network or partner brought, e.g. \`Google\`. ${none}`,
  },
  campaign: { description: `Only this \`utm_campaign\`. ${none}` },
  landing_page: {
    description: `Only those whose first page was this one, as \`landingPage\` says it. ${none}`,
  },
  country: { description: `Only this country, two letters. ${none}` },
  partner: { description: `Only this \`via\` or \`ref\`. ${none}` },
  source: { description: 'Only this provider, e.g. `stripe`.' },
  match: { description: `Only this match. ${none}` },
  status: { description: 'Only this status.' },
  touch: {
    description:
      'What channel, source, campaign and landing page are of: the first touch (default), or the visit of the signup.',
  },
};
