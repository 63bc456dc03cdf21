// Lists by what brought people and when they signed up, and the same lists as a file for spreadsheets.
import { env } from 'cloudflare:workers';
import { parse } from 'csv-parse/sync';
import * as fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import type { LedgerDatabase } from '../../src/ledger/database.ts';
import type { LedgerEntry } from '../../src/ledger/entry.ts';
import { recordEntries } from '../../src/ledger/record.ts';
import type { Attribution, Signup } from '../../src/model.ts';
import { csvLine } from '../../src/web/csv.ts';
import { csvOf } from '../../src/web/signups-csv.ts';
import { ask, createWorld } from '../world.ts';

beforeEach(async () => {
  await createWorld();
});

interface Facts extends Partial<Attribution> {
  country?: string;
}
let count = 0;
async function signedUp(
  signup: Partial<Signup>,
  { country, ...tags }: Facts = {},
): Promise<string> {
  count += 1;
  const at = signup.occurredAt ?? '2026-11-20T12:00:00.000Z';
  const entry: LedgerEntry = {
    signup: {
      version: 1,
      id: `signup:${count}`,
      source: 'signup',
      email: `p${count}@example.com`,
      occurredAt: at,
      receivedAt: at,
      test: false,
      ...signup,
    },
    match: 'matched',
    attribution: { channel: 'Paid Search', paid: true, evidence: [], rulesVersion: 'x', ...tags },
    country,
    attempts: [{ destination: 'hubspot', status: 'delivered' }],
  };
  await recordEntries(env.LEDGER, [entry], at);
  return entry.signup.id;
}

interface Page {
  items: { id: string; campaign: string | null }[];
}
async function ids(query: string): Promise<string[]> {
  const response = await ask(`/api/signups?${query}`);
  expect(response.status).toBe(200);
  return (await response.json<Page>()).items.map(({ id }) => id);
}
const csv = async (query = '') => (await ask(`/api/signups?format=csv${query}`)).text();
const rows = async (query = '') =>
  parse(await csv(query), { columns: true }) as Record<string, string>[];

describe('a list', () => {
  it.each([
    ['brought_by=Google', { source: 'Google' }],
    ['campaign=brand%20eu', { campaign: 'brand eu' }],
    ['landing_page=example.com%2Fpricing', { landingPage: 'example.com/pricing' }],
    ['country=de', { country: 'DE' }],
    ['country=DE', { country: 'DE' }],
    ['partner=jane', { via: 'jane' }],
    ['partner=jane', { ref: 'jane' }],
  ])('by %s holds who came so, and nobody else', async (query, facts) => {
    const id = await signedUp({}, facts);
    await signedUp({});
    await signedUp(
      {},
      { source: 'Bing', campaign: 'brand', landingPage: 'example.com/', country: 'FR', ref: 'joe' },
    );
    expect(await ids(query)).toEqual([id]);
  });

  it('by a period goes by the time of the signup, whole days of UTC at both ends', async () => {
    const of = (occurredAt: string) =>
      signedUp({ occurredAt, receivedAt: '2026-11-25T00:00:00.000Z' });
    await of('2026-11-09T23:59:59.999Z');
    const first = await of('2026-11-10T00:00:00.000Z');
    const last = await of('2026-11-12T23:59:59.999Z');
    await of('2026-11-13T00:00:00.000Z');
    expect(new Set(await ids('from=2026-11-10&to=2026-11-12'))).toEqual(new Set([first, last]));
    expect(await ids('from=2026-11-10T00:00:00Z&to=2026-11-12T00:00:00Z')).toEqual([first]);
  });

  it('does not call a campaign what only says why there is no source', async () => {
    const id = await signedUp({}, { campaign: 'brand' });
    await env.LEDGER.prepare('UPDATE signups SET channel = NULL WHERE id = ?').bind(id).run();
    expect(await ids('campaign=brand')).toEqual([]);
  });

  it.each([
    'from=yesterday',
    'to=2026-13-01',
    'from=2026-02-30',
    'to=9999-12-31',
    'from=2026-11-10T00:00:00',
    'format=xml',
  ])('refuses %s and says which parameter is wrong', async (query) => {
    const response = await ask(`/api/signups?${query}`);
    expect(response.status).toBe(400);
    expect(await response.text()).toContain(query.split('=')[0]);
  });
});

describe('signups as CSV', () => {
  it('are every page of the list under the names of the parameters', async () => {
    for (let at = 0; at < 60; at += 1) await signedUp({}, { campaign: 'brand', country: 'DE' });
    const found = await rows();
    expect(found.length).toBe(60);
    expect(found[0]).toMatchObject({
      provider: 'signup',
      campaign: 'brand',
      country: 'DE',
      channel: 'Paid Search',
    });
  });

  it('hold the same as the filtered list, and a heading where nothing fits', async () => {
    await signedUp({}, { campaign: 'a' });
    const id = await signedUp({}, { campaign: 'b' });
    expect((await rows('&campaign=b')).map((row) => row.id)).toEqual([id]);
    expect(await csv('&campaign=c')).toMatch(/^id,provider,email,[^\n]*\r\n$/);
  });

  it('of a period long ago need no more than the 50 statements of an invocation, and say that more follow', async () => {
    const at = "strftime('%Y-%m-%dT%H:%M:%fZ', 1790000000 - n.i * 60, 'unixepoch')";
    await env.LEDGER.prepare(
      `INSERT INTO signups (id, source, email, status, occurred_at, received_at, updated_at, signup)
       WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 21000)
       SELECT 'signup:' || n.i, 'signup', 'p@example.com', 'delivered', ${at}, ${at}, ${at}, '{}' FROM n`,
    ).run();
    let statements = 0;
    const ledger: LedgerDatabase = {
      prepare(statement) {
        statements += 1;
        return env.LEDGER.prepare(statement);
      },
      batch: (list) => env.LEDGER.batch(list),
    };
    const response = await csvOf(ledger, { until: '2026-01-02T00:00:00.000Z' }, false);
    expect(await response.text()).toMatch(/\r\nMore follow: cursor=\S+\r\n$/);
    expect(statements).toBeLessThanOrEqual(45);
  });

  it('are a file that no cache keeps', async () => {
    const { headers, body } = await ask('/api/signups?format=csv');
    await body?.cancel();
    expect(headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect(headers.get('content-disposition')).toBe('attachment; filename="signups.csv"');
    expect(headers.get('cache-control')).toBe('no-store');
  });

  it.each(['=1+1', '+1', '-2+3', '@SUM(A1)', '\t=1', '\r=1', '=cmd|"/c calc"!A1', '＝1'])(
    'open harmlessly with a campaign of %j',
    async (campaign) => {
      await signedUp({}, { campaign });
      expect((await rows())[0]?.campaign).toBe(`'${campaign}`);
    },
  );

  it('say every text back as it was, formulas with an apostrophe before them', () => {
    const formula = /^[=+\-@\t\r\n＝＋－＠]/;
    const number = /^-?\d+(\.\d+)?$/;
    const texts = fc.array(fc.string({ unit: 'grapheme' }), { minLength: 2, maxLength: 6 });
    void fc.assert(
      fc.property(texts, (cells) => {
        const expected = cells.map((text) =>
          formula.test(text) && !number.test(text) ? `'${text}` : text,
        );
        expect(parse(csvLine(cells), { bom: false })).toEqual([expected]);
      }),
    );
  });
});
