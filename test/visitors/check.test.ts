// The check of the DataFast key against what the stand-in documents.
import { describe, expect, it } from 'vitest';
import { checkDatafast } from '../../src/visitors/check.ts';
import { createDatafast } from '../../stand-ins/datafast.ts';

const WEBSITE = '0123456789abcdef01234567';

function check(
  given: { apiKey?: string; websiteId?: string },
  there = createDatafast({ apiKey: 'df_right' }),
) {
  return checkDatafast({
    apiKey: given.apiKey,
    websiteId: given.websiteId,
    url: 'https://datafa.st',
    fetch: async (input, init) => there.app.fetch(new Request(input, init)),
  });
}

describe('a DataFast key', () => {
  it('works when DataFast does not know the visitor', async () => {
    expect(await check({ apiKey: 'df_right' })).toEqual([]);
  });

  it('needs no website with df_…, and the account’s token needs the right one', async () => {
    const account = () => createDatafast({ apiKey: 'dft_right', websiteId: WEBSITE });
    expect(await check({ apiKey: 'df_right', websiteId: WEBSITE })).toEqual([]);
    expect(await check({ apiKey: 'dft_right', websiteId: WEBSITE }, account())).toEqual([]);
    const other = WEBSITE.replace('0', 'f');
    expect(await check({ apiKey: 'dft_right', websiteId: other }, account())).toMatchObject([
      {
        key: 'DATAFAST_WEBSITE_ID',
        problem: 'gets the answer 403 This token has no access to this website',
        fix: expect.stringContaining('analytics:read'),
      },
    ]);
  });

  it('is named when DataFast does not know it, without being shown', async () => {
    const problems = await check({ apiKey: 'df_wrong' });
    expect(problems).toMatchObject([{ key: 'DATAFAST_API_KEY' }]);
    expect(JSON.stringify(problems)).not.toContain('df_wrong');
  });

  it('is not blamed for a bad address, a page of HTML or a service that is down', async () => {
    const there = createDatafast({ apiKey: 'df_right' });
    for (const failure of [
      { networkError: 'down' },
      { status: 503 },
      { status: 404, body: '<h1>Not found</h1>' },
    ]) {
      there.failWith(failure);
      expect(await check({ apiKey: 'df_right' }, there)).toMatchObject([{ key: 'DataFast' }]);
    }
    there.failWith({ status: 503, body: { error: 'Something went wrong' } });
    expect(await check({ apiKey: 'df_right' }, there)).toMatchObject([
      {
        problem: 'answers 503 Something went wrong',
        fix: expect.stringContaining('Signups wait for it'),
      },
    ]);
  });

  it.each([
    [{ status: 402, body: { error: 'Your plan has ended' } }],
    [{ status: 400, body: { error: 'websiteId is required' } }],
    [{ status: 400, body: { error: 'Invalid API key' } }],
    [{ status: 404, body: { error: 'Website not found' } }],
  ])('is named when DataFast refuses everybody: %j', async (failure) => {
    const there = createDatafast({ apiKey: 'df_right' });
    there.failWith(failure);
    expect(await check({ apiKey: 'df_right' }, there)).toMatchObject([{ key: 'DATAFAST_API_KEY' }]);
  });

  it('works when DataFast takes the doctor’s visitor for a bot', async () => {
    const there = createDatafast({ apiKey: 'df_right' });
    there.failWith({ status: 400, body: { error: 'Bot' } });
    expect(await check({ apiKey: 'df_right' }, there)).toEqual([]);
  });

  it('is not blamed for the network, and DATAFAST_URL is named only when it is set', async () => {
    const down: typeof fetch = () => Promise.reject(new TypeError('fetch failed'));
    const options = { apiKey: 'df_right', websiteId: undefined, fetch: down };
    expect(await checkDatafast({ ...options, url: 'https://datafa.st' })).toEqual([
      {
        key: 'DataFast',
        problem: 'cannot be reached at https://datafa.st',
        fix: 'Check the network, then run this again.',
      },
    ]);
    expect(await checkDatafast({ ...options, url: 'https://other.example' })).toMatchObject([
      { key: 'DATAFAST_URL', problem: 'names https://other.example, which cannot be reached' },
    ]);
  });

  it('that is told to slow down is a known key', async () => {
    const there = createDatafast({ apiKey: 'df_right', requestsPerMinute: 0 });
    expect(await check({ apiKey: 'df_right' }, there)).toEqual([]);
  });

  it('that is absent or incomplete is left to the check of the settings', async () => {
    expect(await check({})).toBeUndefined();
    expect(await check({ apiKey: 'dft_alone' })).toBeUndefined();
  });
});
