// Where the next page starts, as one text: the time and id of the last row. Clients send it back unchanged.
import * as z from 'zod/mini';
import type { Position } from '../ledger/list.ts';

const CURSOR = /^(\d{4}-\d\d-\d\dT[\d:.]+Z)_(.{1,300})$/s;
const error = 'is not a nextCursor of this API';

/** A cursor in a request. */
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
