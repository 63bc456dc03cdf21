// The settings of Whence itself. Destinations declare theirs, and every source has one secret.
import { chatServiceOf } from '../upstream/chat.ts';
import { signingKey } from '../upstream/sign-webhook.ts';
import { publicAddress } from './public-address.ts';
import {
  address,
  anyText,
  matching,
  oneOf,
  type Setting,
  type SettingReading,
  wholeNumber,
} from './setting.ts';
import { candidatesIn } from './webhook-secrets.ts';

/** Whether the key is an account token, which works for one website only together with its id. */
export const needsWebsite = (apiKey: string | undefined): boolean =>
  apiKey?.startsWith('dft_') ?? false;

export const datafastUrl: Setting = {
  name: 'DATAFAST_URL',
  doc: 'The address of DataFast’s API.',
  fix: 'Give an https URL without a query, or remove it.',
  isSecret: false,
  default: 'https://datafa.st',
  read: address,
};

export const allowTestEvents: Setting = {
  name: 'ALLOW_TEST_EVENTS',
  doc: '`true` lets a provider’s test-mode events through.',
  fix: 'Use true or false, or remove it.',
  isSecret: false,
  default: 'false',
  read: oneOf('true', 'false'),
};

export const REFERRER_LOOKUPS = ['auto', 'list', 'map', 'off'] as const;

export const referrerLookup: Setting = {
  name: 'REFERRER_LOOKUP',
  doc: 'Where the referrer of a visitor whose link names no source is looked for. `auto`: DataFast’s realtime map, then its list of visitors; for a returning visitor the list counts only after it has proved to tell first visits. `list`: the same without that proof. `map`: the map only. `off`: nowhere.',
  fix: 'Use auto, list, map or off, or remove it.',
  isSecret: false,
  default: 'auto',
  read: oneOf(...REFERRER_LOOKUPS),
};

export const ledgerRetentionDays: Setting = {
  name: 'LEDGER_RETENTION_DAYS',
  doc: 'How many days the ledger keeps a signup that has ended.',
  fix: 'Use a whole number of days from 1 to 3650, or remove it.',
  isSecret: false,
  default: '90',
  read: wholeNumber(1, 3650),
};

export const requestsPerInvocation: Setting = {
  name: 'REQUESTS_PER_INVOCATION',
  doc: 'How many outgoing requests one invocation may make: 50 on Cloudflare’s Free plan, 1000 on the Paid plan.',
  fix: 'Use a whole number from 50 to 10000, or remove it.',
  isSecret: false,
  // The Free plan's. https://developers.cloudflare.com/workers/platform/limits/#subrequests
  default: '50',
  read: wholeNumber(50, 10_000),
};

const datafast: readonly Setting[] = [
  {
    name: 'DATAFAST_API_KEY',
    doc: 'The key for DataFast, from its Website settings → API: a website key (`df_…`), or an account token (`dft_…`; `analytics:read` is enough), which also needs `DATAFAST_WEBSITE_ID`.',
    fix: 'Create a key in DataFast, Website settings → API; it starts with df_ or dft_.',
    where: 'DataFast → Website settings → API',
    isSecret: true,
    isNeeded: true,
    read: matching(/^dft?_\S+$/, [
      [/^dfid_/, 'is the id of the tracking script (dfid_…), not a key'],
      [/^[0-9a-f]{24}$/i, 'is the id of a website: DATAFAST_WEBSITE_ID takes it'],
      [/^(sk|rk|pk|whsec|pat)[_-]/, 'is a key of another service'],
    ]),
  },
  {
    name: 'DATAFAST_WEBSITE_ID',
    doc: 'Needed with a `dft_…` token: the website’s id of 24 hexadecimal digits, not the `dfid_…` of the tracking script.',
    fix: 'Use the website’s id of 24 hexadecimal digits (_id in the DataFast API), not the dfid_… of the tracking script.',
    where: 'the website’s id of 24 hexadecimal digits, which a dft_… key needs',
    isSecret: false,
    neededBy: (values) =>
      needsWebsite(values.get('DATAFAST_API_KEY')) ? 'a dft_… token' : undefined,
    read: matching(/^[0-9a-f]{24}$/i, [
      [/^dft?_/, 'is a key: DATAFAST_API_KEY takes it'],
      [/^dfid_/, 'is the id of the tracking script (dfid_…), not the id of the website'],
    ]),
  },
  datafastUrl,
];

const operator: readonly Setting[] = [
  {
    name: 'ADMIN_TOKEN',
    doc: 'Opens dashboard and API. At least 32 characters, e.g. from `openssl rand -hex 32`.',
    fix: 'Use at least 32 characters without white space, e.g. from: openssl rand -hex 32',
    isSecret: true,
    isNeeded: true,
    read: matching(/^\S{32,}$/),
  },
  {
    name: 'VIEWER_TOKEN',
    doc: 'Opens dashboard and API for reading only: no buttons, and nobody’s address or name (docs/privacy.md). At least 32 characters, and another one than `ADMIN_TOKEN`.',
    fix: 'Use at least 32 characters without white space, other than ADMIN_TOKEN, or remove it.',
    isSecret: true,
    read: matching(/^\S{32,}$/),
  },
  {
    name: 'ACCESS_TEAM_DOMAIN',
    doc: 'Together with `ACCESS_AUD`: lets Cloudflare Access open dashboard and API as well. The team’s name, or `<team>.cloudflareaccess.com`.',
    fix: 'Use the team’s name, or <team>.cloudflareaccess.com, from Zero Trust → Settings.',
    isSecret: false,
    neededBy: (values) => (values.has('ACCESS_AUD') ? 'ACCESS_AUD' : undefined),
    read: teamName,
  },
  {
    name: 'ACCESS_AUD',
    doc: 'The audience tag of the Access application: 64 hexadecimal digits.',
    fix: 'Copy the application’s Audience (AUD) tag of 64 digits from Zero Trust → Access → Applications.',
    isSecret: false,
    neededBy: (values) => (values.has('ACCESS_TEAM_DOMAIN') ? 'ACCESS_TEAM_DOMAIN' : undefined),
    read: matching(/^[0-9a-f]{64}$/i),
  },
];

const behaviour: readonly Setting[] = [
  allowTestEvents,
  {
    name: 'CHANNEL_RULES',
    doc: 'JSON: your own rules for channel and source, which run before the built-in ones.',
    fix: 'Give JSON, or remove it.',
    isSecret: false,
    read: anyText,
  },
  {
    name: 'FIELD_NAMES',
    doc: 'JSON: the field of Whence → your own field, or `null` to leave it out, e.g. `{"datafast_utm_source":"utm_source","datafast_term":null}`. Your own field has to exist. A field that is off is on where it is named: `{"datafast_story_url":"datafast_story_url"}`.',
    fix: 'Give JSON, or remove it.',
    isSecret: false,
    read: anyText,
  },
  referrerLookup,
  ledgerRetentionDays,
  requestsPerInvocation,
];

export const alertDigest: Setting = {
  name: 'ALERT_DIGEST',
  doc: '`weekly` sends a summary of the week to `ALERT_URL` every Monday.',
  fix: 'Use weekly or off, or remove it.',
  isSecret: false,
  default: 'off',
  read: oneOf('weekly', 'off'),
};

const alerts: readonly Setting[] = [
  {
    name: 'ALERT_URL',
    doc: 'Where Whence says that something is broken: the address of a Slack, Discord or Teams incoming webhook, or any https address, which gets signed JSON.',
    fix: 'Give the https address of an incoming webhook, or remove it.',
    isSecret: true,
    read: publicAddress,
  },
  {
    name: 'ALERT_SECRET',
    doc: 'Signs alerts to an address that is no chat, as Standard Webhooks describes: `whsec_…`. Two of them, separated by white space, while you rotate.',
    fix: 'Give whsec_ and 24 to 64 random bytes in base64: echo "whsec_$(openssl rand -base64 32)"',
    isSecret: true,
    neededBy: (values) => {
      const url = values.get('ALERT_URL');
      return url !== undefined && chatServiceOf(url) === undefined ? 'ALERT_URL' : undefined;
    },
    read: (text) =>
      candidatesIn(text).every((secret) => signingKey(secret))
        ? { value: text }
        : { problem: 'is not a whsec_… secret of 24 to 64 bytes' },
  },
  alertDigest,
];

export const ownSettings: readonly Setting[] = [...datafast, ...operator, ...behaviour, ...alerts];

/** `acme`, `acme.cloudflareaccess.com` and `https://acme.cloudflareaccess.com/` are the same team. */
function teamName(text: string): SettingReading {
  const team = /^(?:https:\/\/)?([a-z0-9-]+)(?:\.cloudflareaccess\.com)?\/?$/i.exec(text)?.[1];
  return team === undefined ? { problem: 'is not valid' } : { value: team };
}
