// Settings: what counts as one, and how mistakes are named.
import { describe, expect, it } from 'vitest';
import { destinations } from '../../src/destinations/index.ts';
import { type Config, readConfig } from '../../src/settings/config.ts';
import { matching, type Setting } from '../../src/settings/setting.ts';
import { sources } from '../../src/sources/index.ts';

const good = {
  DATAFAST_API_KEY: 'df_key',
  HUBSPOT_TOKEN: 'pat-na1-token',
  ADMIN_TOKEN: 'x'.repeat(32),
  STRIPE_WEBHOOK_SECRET: 'whsec_0123456789abcdef',
};
const read = (env: object): Config =>
  readConfig(env, { sources: [...sources.values()], destinations });
const problemKeys = (env: object) => read(env).problems.map(({ key }) => key);

const needed = (name: string): Setting => ({
  name,
  doc: 'A key.',
  fix: `Set ${name}.`,
  isSecret: true,
  isNeeded: true,
  read: matching(/^k_/),
});
/** A destination that needs two settings, beside the one that is registered first. */
const pair = {
  name: 'pair',
  label: 'Pair',
  settings: [needed('PAIR_ADDRESS'), needed('PAIR_SECRET')],
};
const readWithPair = (env: object): Config =>
  readConfig(env, { sources: [...sources.values()], destinations: [...destinations, pair] });

describe('the configuration', () => {
  it('is complete with three keys and one webhook secret', () => {
    const config = read(good);
    expect(config.problems).toEqual([]);
    expect(config.datafast.url).toBe('https://datafa.st');
    expect(config.values.get('HUBSPOT_TOKEN')).toBe('pat-na1-token');
    expect(config.values.get('HUBSPOT_URL')).toBe('https://api.hubapi.com');
  });

  it('names every missing key at once, each with its fix', () => {
    const { problems } = read({});
    expect(problems.map(({ key }) => key)).toEqual([
      'DATAFAST_API_KEY',
      'ADMIN_TOKEN',
      '<DESTINATION>',
      '<SOURCE>_WEBHOOK_SECRET',
    ]);
    for (const { fix } of problems) expect(fix).not.toBe('');
  });

  it.each([
    ['a key of another kind', { DATAFAST_API_KEY: 'dfid_123' }, ['DATAFAST_API_KEY']],
    [
      'an account token without its website',
      { DATAFAST_API_KEY: 'dft_1' },
      ['DATAFAST_WEBSITE_ID'],
    ],
    ['the tracker’s id', { DATAFAST_WEBSITE_ID: 'dfid_abc' }, ['DATAFAST_WEBSITE_ID']],
    ['a short admin token', { ADMIN_TOKEN: 'short' }, ['ADMIN_TOKEN']],
    ['a blank token', { HUBSPOT_TOKEN: '  ' }, ['<DESTINATION>']],
    ['an unknown API version', { HUBSPOT_API_VERSION: 'v3' }, ['HUBSPOT_API_VERSION']],
    ['a secret that is no base64', { CLERK_WEBHOOK_SECRET: 'whsec_!' }, ['CLERK_WEBHOOK_SECRET']],
    ['a bare prefix as secret', { CLERK_WEBHOOK_SECRET: 'whsec_' }, ['CLERK_WEBHOOK_SECRET']],
    [
      'a note behind a secret',
      { CLERK_WEBHOOK_SECRET: 'whsec_Y2xlcmstdGVzdC1zZWNyZXQtb2YtMzItYnl0ZXMh # prod' },
      ['CLERK_WEBHOOK_SECRET', 'CLERK_WEBHOOK_SECRET'],
    ],
    [
      'a public key as token',
      { AUTH0_WEBHOOK_SECRET: `whpk_${'A'.repeat(43)}=` },
      ['AUTH0_WEBHOOK_SECRET'],
    ],
    ['a URL in the clear', { HUBSPOT_URL: 'http://api.hubapi.com' }, ['HUBSPOT_URL']],
    ['a URL with a query', { DATAFAST_URL: 'https://datafa.st/?x=' }, ['DATAFAST_URL']],
    ['a yes where true is meant', { ALLOW_TEST_EVENTS: 'yes' }, ['ALLOW_TEST_EVENTS']],
    ['half a day', { LEDGER_RETENTION_DAYS: '0.5' }, ['LEDGER_RETENTION_DAYS']],
    [
      'fewer requests than there are',
      { REQUESTS_PER_INVOCATION: '49' },
      ['REQUESTS_PER_INVOCATION'],
    ],
    ['half of the settings for Access', { ACCESS_AUD: 'a'.repeat(64) }, ['ACCESS_TEAM_DOMAIN']],
    ['a domain that is not of Access', { ACCESS_TEAM_DOMAIN: 'acme.com' }, ['ACCESS_TEAM_DOMAIN']],
  ])('finds %s, and everything else keeps working', (_, mistake, keys) => {
    const env = { ...good, ...mistake };
    expect(problemKeys(env)).toEqual(keys);
    expect(read(env).webhookSecrets.has('STRIPE_WEBHOOK_SECRET')).toBe(true);
  });

  it('never repeats a value in a problem', () => {
    const { problems } = read({ ...good, ADMIN_TOKEN: 'hunter2', DATAFAST_API_KEY: 'oops' });
    expect(JSON.stringify(problems)).not.toMatch(/hunter2|oops/);
  });

  it('takes several secrets separated by any white space', () => {
    const config = read({
      ...good,
      STRIPE_WEBHOOK_SECRET: 'whsec_old0123456789abc\nwhsec_new0123456789abc \n',
    });
    expect(config.webhookSecrets.get('STRIPE_WEBHOOK_SECRET')).toEqual([
      'whsec_old0123456789abc',
      'whsec_new0123456789abc',
    ]);
  });

  it('fills in the default of a setting that is not valid', () => {
    const config = read({ ...good, LEDGER_RETENTION_DAYS: 'forever' });
    expect(config.ledgerRetentionDays).toBe(90);
    expect(config.values.get('LEDGER_RETENTION_DAYS')).toBe('90');
  });

  it.each(['acme', 'acme.cloudflareaccess.com', 'https://acme.cloudflareaccess.com/'])(
    'reads the team of Access from %s',
    (team) => {
      const config = read({ ...good, ACCESS_TEAM_DOMAIN: team, ACCESS_AUD: 'a'.repeat(64) });
      expect(config.access?.issuer).toBe('https://acme.cloudflareaccess.com');
    },
  );
});

describe('destinations', () => {
  const { HUBSPOT_TOKEN: _, ...none } = good;

  it('have to be one at least, and the fix names what each of them needs', () => {
    expect(readWithPair(none).problems).toEqual([
      {
        key: '<DESTINATION>',
        problem: 'No CRM is set, so no signup is delivered',
        fix: expect.stringMatching(
          /HUBSPOT_TOKEN for HubSpot.*, or PAIR_ADDRESS and PAIR_SECRET for Pair/,
        ),
      },
    ]);
  });

  it('may be any one', () => {
    const config = readWithPair({ ...none, PAIR_ADDRESS: 'k_a', PAIR_SECRET: 'k_b' });
    expect(config.problems).toEqual([]);
    expect(config.values.get('PAIR_SECRET')).toBe('k_b');
  });

  it('that are half set are named', () => {
    expect(readWithPair({ ...good, PAIR_ADDRESS: 'k_a' }).problems).toEqual([
      {
        key: 'PAIR_SECRET',
        problem: 'is not set, and PAIR_ADDRESS needs it',
        fix: 'Set PAIR_SECRET.',
      },
    ]);
  });

  it('whose key is not valid are named once', () => {
    const env = { ...none, PAIR_ADDRESS: 'a', PAIR_SECRET: 'k_b' };
    expect(readWithPair(env).problems.map(({ key }) => key)).toEqual(['PAIR_ADDRESS']);
  });
});

describe('a value of another kind', () => {
  const key = `sk_live_${'51Mabc'.repeat(5)}`;
  it.each<[string, object, RegExp]>([
    ['a secret API key', { STRIPE_WEBHOOK_SECRET: key }, /secret API key/],
    ['a restricted API key', { STRIPE_WEBHOOK_SECRET: key.replace('sk', 'rk') }, /restricted/],
    ['a publishable key', { STRIPE_WEBHOOK_SECRET: key.replace('sk', 'pk') }, /publishable/],
    ['the id of an endpoint', { STRIPE_WEBHOOK_SECRET: 'we_1MabcdefghijklmnopQRSTUV' }, /an id/],
    [
      'the address of the webhook',
      { PADDLE_WEBHOOK_SECRET: 'https://x.example/webhooks/paddle' },
      /address/,
    ],
    ['an API key as chosen token', { AUTH0_WEBHOOK_SECRET: key }, /secret API key/],
    [
      'an API key of Clerk',
      { CLERK_WEBHOOK_SECRET: 'sk_test_Y2xlcmstdGVzdC1zZWNyZXQtb2YtMzI' },
      /secret API key/,
    ],
    [
      'a Svix secret without its beginning',
      { CLERK_WEBHOOK_SECRET: 'Y2xlcmstdGVzdC1zZWNyZXQtb2YtMzItYnl0ZXMh' },
      /does not begin with whsec_/,
    ],
    [
      'another Svix secret without it',
      { STYTCH_WEBHOOK_SECRET: 'Y2xlcmstdGVzdC1zZWNyZXQtb2YtMzItYnl0ZXMh' },
      /does not begin with whsec_/,
    ],
    [
      'a legacy key of HubSpot',
      { HUBSPOT_TOKEN: '2e1b6c5e-8f5e-4f5a-9d38-0d6d3c1d3c55' },
      /old kind/,
    ],
    [
      'a legacy key of a European account',
      { HUBSPOT_TOKEN: 'eu1-2e1b-2e1b6c5e-8f5e-4f5a-9d38-0d6d3c1d3c55' },
      /old kind/,
    ],
    [
      'a DataFast key as token of the CRM',
      { HUBSPOT_TOKEN: 'df_0123456789abcdef' },
      /another service/,
    ],
    [
      'the website where the key belongs',
      { DATAFAST_API_KEY: '65f0c0ffee65f0c0ffee65f0' },
      /DATAFAST_WEBSITE_ID takes it/,
    ],
    [
      'the key where the website belongs',
      { DATAFAST_WEBSITE_ID: 'dft_abc' },
      /DATAFAST_API_KEY takes it/,
    ],
    ['the id of the script as key', { DATAFAST_API_KEY: 'dfid_123' }, /tracking script/],
    ['a token of HubSpot as key', { DATAFAST_API_KEY: 'pat-na1-x' }, /another service/],
  ])('%s is named for what it is', (_, mistake, words) => {
    const [key = ''] = Object.keys(mistake);
    const { problems } = read({ ...good, ...mistake });
    expect(problems.find((one) => one.key === key)?.problem).toMatch(words);
    expect(JSON.stringify(problems)).not.toMatch(/51Mabcdef|Y2xlcms|2e1b6c5e/);
  });

  it.each([
    'pat-2e1b6c5e-8f5e-4f5a-9d38-0d6d3c1d3c55',
    'pat-eu1-2e1b6c5e-8f5e-4f5a-9d38-0d6d3c1d3c55',
  ])('is not seen in the token of HubSpot %s', (HUBSPOT_TOKEN) => {
    expect(read({ ...good, HUBSPOT_TOKEN }).problems).toEqual([]);
  });

  it('is not seen in a domain of an issuer, nor in a good secret', () => {
    expect(read({ ...good, KINDE_WEBHOOK_SECRET: 'https://acme.kinde.com' }).problems).toEqual([]);
    const clerk = 'whsec_Y2xlcmstdGVzdC1zZWNyZXQtb2YtMzItYnl0ZXMh';
    expect(read({ ...good, CLERK_WEBHOOK_SECRET: clerk }).problems).toEqual([]);
    const token = `pat-na1-${'2e1b6c5e'}-8f5e-4f5a-9d38-0d6d3c1d3c55`;
    expect(read({ ...good, HUBSPOT_TOKEN: token }).problems).toEqual([]);
  });
});

describe('a name that is almost that of a setting', () => {
  it.each([
    ['REFERER_LOOKUP', 'REFERRER_LOOKUP'],
    ['HUBSPOT_TOKN', 'HUBSPOT_TOKEN'],
    ['HUBSPOTTOKEN', 'HUBSPOT_TOKEN'],
    ['STRIPE_WEBHOOK_SECERT', 'STRIPE_WEBHOOK_SECRET'],
    ['STRIPE_WEB_HOOK_SECRET', 'STRIPE_WEBHOOK_SECRET'],
    ['hubspot_token', 'HUBSPOT_TOKEN'],
    ['DATAFAST_APIKEY', 'DATAFAST_API_KEY'],
    ['FIELD_NAME', 'FIELD_NAMES'],
    ['ALOW_TEST_EVENTS', 'ALLOW_TEST_EVENTS'],
  ])('%s is a problem that names %s', (name, right) => {
    expect(read({ ...good, [name]: 'x' }).problems).toEqual([
      {
        key: name,
        problem: `is not a setting of Whence; ${right} is`,
        fix: `Rename it to ${right}, or remove it.`,
      },
    ]);
  });

  it.each([
    'HUBSPOT_API_KEY',
    'HUBSPOT_ACCESS_TOKEN',
    'STRIPE_SECRET_KEY',
    'CLERK_SECRET_KEY',
    'CLERK_WEBHOOK_SIGNING_SECRET',
    'CLICK_WEBHOOK_SECRET',
    'DEMO_WEBHOOK_SECRET',
    'GITHUB_WEBHOOK_SECRET',
    'CLOUDFLARE_API_TOKEN',
    'CLOUDFLARE_ACCOUNT_ID',
    'ACCESS_ID',
    'ADMIN_EMAIL',
    'WHENCE_URL',
    'NODE_ENV',
    'PATH',
  ])('%s is left alone: it belongs to another tool', (name) => {
    expect(read({ ...good, [name]: 'x' }).problems).toEqual([]);
  });

  it.each([
    ['REALTIME_REFERER', 'REFERRER_LOOKUP'],
    ['REALTIME_REFERRER', 'REFERRER_LOOKUP'],
    ['DATAFAST_SECRET', 'DATAFAST_API_KEY'],
    ['LEDGER_DAYS', 'LEDGER_RETENTION_DAYS'],
  ])('%s has a word of ours: %s is named', (name, right) => {
    expect(read({ ...good, [name]: 'x' }).problems).toMatchObject([
      { key: name, problem: `is not a setting of Whence; ${right} is` },
    ]);
  });

  it('is not looked for among bindings', () => {
    expect(read({ ...good, SIGNUP_WEBHOOK_SECRETS: { get() {} } }).problems).toEqual([]);
  });
});
