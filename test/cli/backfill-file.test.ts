// Files as spreadsheets and databases write them, and the rows that are read from them.
import { rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { parseMapping } from '../../src/cli/backfill/columns.ts';
import { dateReader, readDate } from '../../src/cli/backfill/dates.ts';
import type { ExportName } from '../../src/cli/backfill/exports.ts';
import { type FileRow, inPortions, readRows } from '../../src/cli/backfill/file.ts';

const path = join(tmpdir(), `whence-signups-${process.pid}.csv`);

async function rowsOf(
  text: string | Uint8Array,
  maps: string[] = [],
  delimiter = ',',
  from?: ExportName,
) {
  writeFileSync(path, text);
  const mapping = parseMapping(maps);
  if (typeof mapping === 'string') throw new Error(mapping);
  const rows: FileRow[] = [];
  for await (const row of readRows({ path, mapping, delimiter, from, readDate })) rows.push(row);
  return rows;
}

afterAll(() => rmSync(path, { force: true }));

const HEADER = 'email,signed_up_at,name';

describe('a file', () => {
  it('may have quotes, line ends of Windows, a byte order mark and cells of several lines', async () => {
    const rows = await rowsOf(
      `\ufeff${HEADER}\r\n"ada@example.com",2026-10-01,"Lovelace, ""Ada""\r\nCountess"\r\nbob@example.com,2026-10-02,Bøb Müller`,
    );
    expect(rows.map(({ row }) => row)).toEqual([
      { email: 'ada@example.com', signed_up_at: '2026-10-01', name: 'Lovelace, "Ada"\r\nCountess' },
      { email: 'bob@example.com', signed_up_at: '2026-10-02', name: 'Bøb Müller' },
    ]);
  });

  it('may be separated by semicolons or tabs, with empty lines and columns nobody needs', async () => {
    const text = 'E-Mail;Signed up at;plan\n\nada@example.com;2026-10-01;gold\n;;\n';
    const [row, ...others] = await rowsOf(text, ['email=E-Mail'], ';');
    expect(row).toEqual({
      number: 1,
      row: { email: 'ada@example.com', signed_up_at: '2026-10-01' },
      problem: undefined,
    });
    expect(others).toEqual([]);
    expect(await rowsOf(text.replaceAll(';', '\t'), ['email=E-Mail'], '\t')).toEqual([row]);
  });

  it('may have one ragged row, which is refused by itself', async () => {
    const rows = await rowsOf(`${HEADER}\nada@example.com\nbob@example.com,2026-10-02,Bob`);
    expect(rows.map(({ problem }) => problem)).toEqual([
      'the row has more or fewer cells than the header',
      undefined,
    ]);
  });

  it.each([
    [
      'is not in UTF-8',
      new Uint8Array([...new TextEncoder().encode(`${HEADER}\na`), 0xfc]),
      'not in UTF-8',
    ],
    [
      'has a quote that is not closed',
      `${HEADER}\nada@example.com,2026-10-01,"Ada\nx,y,z\n`,
      'none closes it',
    ],
    [
      'has no column for emails',
      'mail,signed_up_at\nx,y',
      'There is no column email. The file has: mail, signed_up_at.',
    ],
    ['has two', 'email,signed_up_at,Email\nx,y,z', 'Two columns are email'],
    ['has another delimiter', 'email;signed_up_at\nx;y', "Use --delimiter ';'"],
  ])('that %s is refused with a reason', async (_, text, reason) => {
    await expect(rowsOf(text)).rejects.toThrow(reason);
  });

  it('comes in portions, none of it twice', async () => {
    const lines = Array.from({ length: 250 }, (_, index) => `p${index}@example.com,2026-10-01,`);
    writeFileSync(path, [HEADER, ...lines].join('\n'));
    const sizes: number[] = [];
    const emails = new Set<string | undefined>();
    const rows = readRows({ path, mapping: new Map(), delimiter: ',', readDate });
    for await (const portion of inPortions(rows, 100)) {
      sizes.push(portion.length);
      for (const { row } of portion) emails.add(row.email);
    }
    expect(sizes).toEqual([100, 100, 50]);
    expect(emails.size).toBe(250);
  });
});

describe('--map', () => {
  it('takes names with commas and equals signs, in one text or in several', () => {
    const mapping = new Map([
      ['name', 'Last, First'],
      ['email', 'a=b'],
    ]);
    expect(parseMapping(['name=Last, First,email=a=b'])).toEqual(mapping);
    expect(parseMapping(['name=Last, First', 'email=a=b'])).toEqual(mapping);
  });

  it.each([['mail=E-Mail'], ['email='], ['email=a,email=b'], ['nonsense']])(
    'refuses %s',
    (text) => {
      expect(parseMapping([text])).toMatch(/^--map/);
    },
  );
});

describe('a moment', () => {
  it.each([
    ['2026-10-01 08:00:00+00', '2026-10-01T08:00:00+00:00'],
    ['2026-10-01 08:00:00.123456+0530', '2026-10-01T08:00:00.123456+05:30'],
    ['2026-10-01 08:00:00 UTC', '2026-10-01T08:00:00Z'],
    ['2026-10-01T08:00', '2026-10-01T08:00Z'],
    ['2026-10-01 08:00', '2026-10-01T08:00Z'],
    ['2026-10-01T08:00:00-04:00', '2026-10-01T08:00:00-04:00'],
    ['2026-10-01', '2026-10-01'],
    ['1790841600', '2026-10-01T08:00:00.000Z'],
    ['1790841600123', '2026-10-01T08:00:00.123Z'],
    ['01/10/2026', '01/10/2026'],
    ['46296.3', '46296.3'],
  ])('%s is sent as %s', (text, sent) => {
    expect(readDate(text)).toBe(sent);
  });

  it.each([
    ['DD.MM.YYYY HH:mm', '01.10.2026 00:15', '2026-10-01T00:15:00.000Z'],
    ['D.M.YYYY', '1.10.2026', '2026-10-01T00:00:00.000Z'],
    ['M/D/YYYY', '10/1/2026', '2026-10-01T00:00:00.000Z'],
    ['M/D/YY h:mm A', '10/1/26 8:05 PM', '2026-10-01T20:05:00.000Z'],
    ['M/D/YY h:mm A', '10/1/26 12:05 am', '2026-10-01T00:05:00.000Z'],
    ['MMM D, YYYY h:mm A', 'Oct 1, 2026 8:00 AM', '2026-10-01T08:00:00.000Z'],
    ['MMM D, YYYY', 'October 1, 2026', '2026-10-01T00:00:00.000Z'],
    ['DD.MM.YYYY', '31.02.2026', '31.02.2026'],
    ['DD.MM.YYYY', '2026-10-01', '2026-10-01'],
    ['excel', '46296', '2026-10-01T00:00:00.000Z'],
    ['Excel', '46296.3333333', '2026-10-01T08:00:00.000Z'],
    ['excel', '46296,5', '2026-10-01T12:00:00.000Z'],
  ])('with --dates %j, %s is sent as %s', (pattern, text, sent) => {
    expect(dateReader(pattern)?.(text)).toBe(sent);
  });

  it.each(['HH:mm', 'DD.MM', 'DD.DD.MM.YYYY', 'nonsense'])('--dates %j is refused', (pattern) => {
    expect(dateReader(pattern)).toBeUndefined();
  });
});

describe('an export', () => {
  it('of Stripe brings customers with their metadata', async () => {
    const [row] = await rowsOf(
      'id,Description,Email,Name,Created (UTC),datafast_visitor_id (metadata)\ncus_1,,Ada@example.com,Ada,2026-10-01 08:00,0b0f3a52-1c2d-4e5f-8a9b-0c1d2e3f4a5b',
      [],
      ',',
      'stripe',
    );
    expect(row?.row).toEqual({
      email: 'Ada@example.com',
      signed_up_at: '2026-10-01T08:00Z',
      name: 'Ada',
      user_id: 'cus_1',
      visitor_id: '0b0f3a52-1c2d-4e5f-8a9b-0c1d2e3f4a5b',
    });
  });

  it('of Clerk or HubSpot brings first and last name in one', async () => {
    const [clerk] = await rowsOf(
      'id,first_name,last_name,primary_email_address,created_at\nuser_1,Ada,Lovelace,ada@example.com,1790841600000',
      [],
      ',',
      'clerk',
    );
    expect(clerk?.row).toMatchObject({
      name: 'Ada Lovelace',
      signed_up_at: '2026-10-01T08:00:00.000Z',
    });
    const [hubspot] = await rowsOf(
      'Record ID,First Name,Last Name,Email,Create Date\n1,Ada,,ada@example.com,2026-10-01 08:00',
      [],
      ',',
      'hubspot',
    );
    expect(hubspot?.row).toEqual({
      email: 'ada@example.com',
      name: 'Ada',
      signed_up_at: '2026-10-01T08:00Z',
    });
  });

  it('may have a column of another name, which --map names', async () => {
    const [row] = await rowsOf(
      'Email,Signup\nada@example.com,2026-10-01',
      ['signed_up_at=Signup'],
      ',',
      'stripe',
    );
    expect(row?.row).toEqual({ email: 'ada@example.com', signed_up_at: '2026-10-01' });
  });
});
