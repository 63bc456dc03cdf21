// The rows of a CSV file, as the backfill API wants them, a hundred at a time and never the whole file at once.
import { createReadStream } from 'node:fs';
import { parse } from 'csv-parse';

/** What a signup of the past can say; `email` and `signed_up_at` it must. */
export const COLUMNS = ['email', 'signed_up_at', 'visitor_id', 'name', 'user_id'] as const;
type Column = (typeof COLUMNS)[number];

export interface FileRow {
  /** Counts from 1, without the header. */
  number: number;
  row: Partial<Record<Column, string>>;
}

export interface Portion {
  rows: readonly FileRow[];
  /** Bytes of the file read so far. */
  bytes: number;
}

/** `email=E-Mail,signed_up_at=Created at` → our column by theirs; the text says what is wrong with it. */
export function parseMapping(text: string | undefined): ReadonlyMap<string, Column> | string {
  const mapping = new Map<string, Column>(COLUMNS.map((column) => [column, column]));
  for (const pair of text?.split(',') ?? []) {
    const [ours, theirs] = pair.split('=').map((part) => part.trim());
    const column = COLUMNS.find((name) => name === ours);
    if (!column || !theirs) {
      return `--map takes ours=theirs pairs separated by commas; ours is one of ${COLUMNS.join(', ')}.`;
    }
    for (const [header, mapped] of mapping) if (mapped === column) mapping.delete(header);
    mapping.set(theirs, column);
  }
  return mapping;
}

/** Reads the file in portions, from the row after `skip`. Throws a readable error on a file that is no CSV. */
export async function* readPortions(
  path: string,
  mapping: ReadonlyMap<string, Column>,
  { skip, size }: { skip: number; size: number },
): AsyncGenerator<Portion> {
  const parser = createReadStream(path).pipe(
    parse({
      bom: true,
      trim: true,
      skip_empty_lines: true,
      columns: (header: string[]) => columnsOf(header, mapping),
    }),
  );
  let rows: FileRow[] = [];
  let number = 0;
  for await (const record of parser) {
    number += 1;
    if (number <= skip) continue;
    rows.push({ number, row: filled(record) });
    if (rows.length === size) {
      yield { rows, bytes: parser.info.bytes };
      rows = [];
    }
  }
  if (rows.length > 0) yield { rows, bytes: parser.info.bytes };
}

function columnsOf(
  header: readonly string[],
  mapping: ReadonlyMap<string, Column>,
): (Column | false)[] {
  const columns = header.map((name) => mapping.get(name) ?? false);
  for (const needed of ['email', 'signed_up_at'] as const) {
    if (!columns.includes(needed)) {
      throw new Error(
        `There is no column ${needed}. The file has: ${header.join(', ')}. Use --map ${needed}=<its name>.`,
      );
    }
  }
  return columns;
}

/** An empty cell says nothing. */
function filled(record: Record<string, string>): FileRow['row'] {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== ''));
}
