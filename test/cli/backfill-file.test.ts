// Files as spreadsheets and databases write them, and the rows that are read from them.
import { writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseMapping } from '../../src/cli/backfill/columns.ts';
import { type FileRow, inPortions, isoFromExport, readRows } from '../../src/cli/backfill/file.ts';

const path = '/tmp/signups.csv';

async function rowsOf(text: string | Uint8Array, maps: string[] = [], delimiter = ',') {
  writeFileSync(path, text);
  const mapping = parseMapping(maps);
  if (typeof mapping === 'string') throw new Error(mapping);
  const rows: FileRow[] = [];
  for await (const row of readRows({ path, mapping, delimiter })) rows.push(row);
  return rows;
}

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
    const rows = readRows({ path, mapping: new Map(), delimiter: ',' });
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
    ['2026-10-01T08:00:00-04:00', '2026-10-01T08:00:00-04:00'],
    ['2026-10-01', '2026-10-01'],
    ['01/10/2026', '01/10/2026'],
  ])('%s is sent as %s', (text, sent) => {
    expect(isoFromExport(text)).toBe(sent);
  });
});
