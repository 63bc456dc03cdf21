// Where the next page starts, as a text: the last row's time and id. Clients need not know.
import * as z from 'zod/mini';
import type { Position } from '../ledger/query.ts';

const CURSOR = /^(\d{4}-\d\d-\d\dT[\d:.]+Z)_(.{1,300})$/s;
const error = 'is not one of ours';

/** A cursor as a request carries it. */
export const Cursor = z.pipe(
  z.pipe(
    z.string({ error }),
    z.transform((cursor: string) => positionFrom(cursor)),
  ),
  z.object({ receivedAt: z.string(), id: z.string() }, { error }),
);

export function cursorFor({ receivedAt, id }: Position): string {
  return `${receivedAt}_${id}`;
}

function positionFrom(cursor: string): Position | undefined {
  const [, receivedAt, id] = CURSOR.exec(cursor) ?? [];
  return receivedAt && id ? { receivedAt, id } : undefined;
}
