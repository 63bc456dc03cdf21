// The rows of a CSV file in the form of the backfill API. They come one at a time: the file may be larger than memory.
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream';
import { CsvError, type Info, parse } from 'csv-parse';
import { COLUMNS, columnsOf, type Mapping } from './columns.ts';
import type { ReadDate } from './dates.ts';
import { type ExportName, mappingFor } from './exports.ts';

export interface FileRow {
  /** Counts from 1, without the header. */
  number: number;
  row: Partial<Record<(typeof COLUMNS)[number], string>>;
  /** What is wrong with the row already as a line of the file. */
  problem?: string;
}

export interface CsvFile {
  path: string;
  mapping: Mapping;
  delimiter: string;
  /** Whose export it is. */
  from?: ExportName;
  readDate: ReadDate;
}

/** A longer row is a quote that is not closed, which would take the rest of the file into memory. */
const MAX_ROW_CHARACTERS = 100_000;

/** Reads the file's rows. Throws an error that a person understands when the file is not CSV, or not in UTF-8. */
export async function* readRows({
  path,
  mapping,
  delimiter,
  from,
  readDate,
}: CsvFile): AsyncGenerator<FileRow> {
  const parser = parse({
    delimiter,
    trim: true,
    skip_empty_lines: true,
    skip_records_with_empty_values: true,
    // A ragged row is refused by itself. The rows beside it are not.
    relax_column_count: true,
    max_record_size: MAX_ROW_CHARACTERS,
    info: true,
    columns: (header: string[]) => columnsOf(header, mappingFor(header, from, mapping), delimiter),
  });
  // The parser's iterator throws the error of any part of the pipeline.
  pipeline(createReadStream(path), decodeUtf8, parser, () => {});
  const parsed: AsyncIterable<Parsed> = parser;
  let number = 0;
  try {
    for await (const { record, info } of parsed) {
      number += 1;
      yield { number, row: filled(record, readDate), problem: problemOf(info) };
    }
  } catch (error) {
    throw error instanceof CsvError ? new Error(describe(error, number)) : error;
  }
}

/** Rows in portions of that size, the last one smaller. */
export async function* inPortions(
  rows: AsyncIterable<FileRow>,
  size: number,
): AsyncGenerator<readonly FileRow[]> {
  let portion: FileRow[] = [];
  for await (const row of rows) {
    portion.push(row);
    if (portion.length < size) continue;
    yield portion;
    portion = [];
  }
  if (portion.length > 0) yield portion;
}

interface Parsed {
  record: Record<string, string>;
  info: Info & { error?: CsvError };
}

/** Also removes the byte order mark that spreadsheets write. */
async function* decodeUtf8(chunks: AsyncIterable<Buffer>): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false });
  try {
    for await (const chunk of chunks) yield decoder.decode(chunk, { stream: true });
    yield decoder.decode();
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new Error('The file is not in UTF-8. Save it as “CSV UTF-8”.');
  }
}

function problemOf({ error }: Parsed['info']): string | undefined {
  return error && 'the row has more or fewer cells than the header';
}

function describe({ code, message }: CsvError, after: number): string {
  const place = `after row ${after}`;
  if (code === 'CSV_QUOTE_NOT_CLOSED' || code === 'CSV_MAX_RECORD_SIZE') {
    return `The file cannot be read ${place}: a quotation mark opens a cell, and none closes it.`;
  }
  return `The file cannot be read ${place}: ${message}. Is --delimiter right?`;
}

/** Without the empty cells. */
function filled(record: Record<string, string>, readDate: ReadDate): FileRow['row'] {
  const row: FileRow['row'] = {};
  for (const column of COLUMNS) {
    const value = record[column];
    if (value) row[column] = column === 'signed_up_at' ? readDate(value) : value;
  }
  const name = [record.first_name, record.last_name].filter((part) => part).join(' ');
  if (name && row.name === undefined) row.name = name;
  return row;
}
