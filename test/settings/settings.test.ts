// Settings: what counts as one, and how mistakes are named.
import { describe, expect, it } from 'vitest';
import { readConfig } from '../../src/settings/config.ts';
import { sources } from '../../src/sources/index.ts';

const secrets = [...sources.values()];
const good = {
  DATAFAST_API_KEY: 'df_key',
  HUBSPOT_TOKEN: 'pat-na1-token',
  ADMIN_TOKEN: 'x'.repeat(32),
  STRIPE_WEBHOOK_SECRET: 'whsec_0123456789abcdef',
};
const problemKeys = (env: object) => readConfig(env, secrets).problems.map(({ key }) => key);

describe('the configuration', () => {
  it('is complete with three keys and one webhook secret', () => {
    const config = readConfig(good, secrets);
    expect(config.problems).toEqual([]);
    expect(config.datafast.url).toBe('https://datafa.st');
    expect(config.hubspot).toMatchObject({ url: 'https://api.hubapi.com', apiVersion: '2026-03' });
  });

  it('names every missing key at once, each with its fix', () => {
    const { problems } = readConfig({}, secrets);
    expect(problems.map(({ key }) => key)).toEqual([
      'DATAFAST_API_KEY',
      'HUBSPOT_TOKEN',
      'ADMIN_TOKEN',
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
    ['a blank token', { HUBSPOT_TOKEN: '  ' }, ['HUBSPOT_TOKEN']],
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
  ])('finds %s, and everything else keeps working', (_, mistake, keys) => {
    const env = { ...good, ...mistake };
    expect(problemKeys(env)).toEqual(keys);
    expect(readConfig(env, secrets).webhookSecrets.has('STRIPE_WEBHOOK_SECRET')).toBe(true);
  });

  it('never repeats a value in a problem', () => {
    const { problems } = readConfig(
      { ...good, ADMIN_TOKEN: 'hunter2', DATAFAST_API_KEY: 'oops' },
      secrets,
    );
    expect(JSON.stringify(problems)).not.toMatch(/hunter2|oops/);
  });

  it('takes several secrets separated by any white space', () => {
    const config = readConfig(
      { ...good, STRIPE_WEBHOOK_SECRET: 'whsec_old0123456789abc\nwhsec_new0123456789abc \n' },
      secrets,
    );
    expect(config.webhookSecrets.get('STRIPE_WEBHOOK_SECRET')).toEqual([
      'whsec_old0123456789abc',
      'whsec_new0123456789abc',
    ]);
  });
});
