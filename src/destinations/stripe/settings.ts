// Stripe's settings. Stripe is on when its API key is set.
import { address, matching, oneOf, type Setting } from '../../settings/setting.ts';

export const API_KEY = 'STRIPE_API_KEY';

const WHERE =
  'Stripe → Developers → API keys → Create restricted key, with Customers: Write and nothing else';

export const apiKey: Setting = {
  name: API_KEY,
  doc: 'A restricted key of Stripe (`rk_…`) with Customers: Write. The first touch is written onto the customer’s metadata.',
  fix: `Create a key in ${WHERE}; it starts with rk_live_ or rk_test_.`,
  isSecret: true,
  isNeeded: true,
  where: `${WHERE}.`,
  read: matching(/^[rs]k_(live|test)_\w+$/),
};

export const url: Setting = {
  name: 'STRIPE_URL',
  doc: 'The address of Stripe’s API.',
  fix: 'Give an https URL without a query, or remove it.',
  isSecret: false,
  default: 'https://api.stripe.com',
  read: address,
};

export const liveFields: Setting = {
  name: 'STRIPE_LIVE_FIELDS',
  doc: '`true` also writes the lead score onto the customer. Each change of it is a `customer.updated` event in your Stripe account.',
  fix: 'Use true or false, or remove it.',
  isSecret: false,
  default: 'false',
  read: oneOf('true', 'false'),
};

/** The key first. */
export const settings: readonly Setting[] = [apiKey, url, liveFields];
