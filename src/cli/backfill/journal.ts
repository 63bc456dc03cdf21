// How far a backfill has come, in a file beside the rows. It survives whatever ends the run, and it never holds more
// than what was sent.
import {
  appendFileSync,
  existsSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { stringify } from 'csv-stringify/sync';
import * as z from 'zod';
import { COLUMNS } from './columns.ts';
import type { FileRow } from './file.ts';

export interface RefusedRow extends FileRow {
  problem: string;
}

export interface Journal {
  /** Rows that are done, and how many of them were refused. */
  readonly rows: number;
  readonly refused: number;
  /** The journal that was there belongs to another run, so this one starts at the first row. */
  readonly hasChanged: boolean;
  readonly reportPath: string;
  /** Remembers that all rows up to this one are done. */
  record(lastRow: number, refused: readonly RefusedRow[]): void;
  /** All rows are done. Only the report of the refused ones stays, if there are any. */
  close(): void;
}

const Saved = z.object({
  of: z.string(),
  rows: z.number(),
  refused: z.number(),
  reportBytes: z.number(),
});

/** `of`: what makes it the same run, such as the file's size and its Worker. Another run starts at the first row. */
export function openJournal(
  { path, reportPath }: { path: string; reportPath: string },
  of: string,
  restart: boolean,
): Journal {
  const saved = restart ? undefined : read(path);
  let { rows, refused, reportBytes } =
    saved?.of === of ? saved : { rows: 0, refused: 0, reportBytes: 0 };
  // What was reported after the last save is reported again.
  if (reportBytes > 0 && existsSync(reportPath)) truncateSync(reportPath, reportBytes);
  else rmSync(reportPath, { force: true });
  return {
    get rows() {
      return rows;
    },
    get refused() {
      return refused;
    },
    hasChanged: saved !== undefined && saved.of !== of,
    reportPath,
    record(lastRow, refusedRows) {
      const next = { of, rows: lastRow, refused: refused + refusedRows.length, reportBytes };
      const lines: unknown[][] = refusedRows.map(({ number, problem, row }) => [
        number,
        problem,
        ...COLUMNS.map((column) => row[column]),
      ]);
      if (lines.length > 0) {
        if (reportBytes === 0) lines.unshift(['row', 'problem', ...COLUMNS]);
        appendFileSync(reportPath, stringify(lines));
        next.reportBytes = statSync(reportPath).size;
      }
      // Renamed, so that a run that is killed here leaves the old file or the new one, but never half of one.
      writeFileSync(`${path}.new`, JSON.stringify(next));
      renameSync(`${path}.new`, path);
      ({ rows, refused, reportBytes } = next);
    },
    close() {
      rmSync(path, { force: true });
    },
  };
}

function read(path: string): z.infer<typeof Saved> | undefined {
  try {
    return Saved.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    return undefined;
  }
}
