// Where the next page starts, as an opaque text.
import * as z from 'zod/mini';
import type { Position } from '../delivery/ledger-query.ts';

const Place = z.tuple([z.string(), z.string()]);
/** Room for the longest id, each of its characters escaped. */
const MAX_LENGTH = 4000;
const error = 'is not one of ours';

/** A cursor as a request carries it. */
export const Cursor = z.pipe(
  z.pipe(
    z.string({ error }).check(z.maxLength(MAX_LENGTH, error)),
    z.transform((cursor: string) => positionFrom(cursor)),
  ),
  z.object({ receivedAt: z.string(), id: z.string() }, { error }),
);

export function cursorFor({ receivedAt, id }: Position): string {
  return encodeURIComponent(JSON.stringify([receivedAt, id]));
}

/** `undefined` when the text is not one of ours. */
function positionFrom(cursor: string): Position | undefined {
  try {
    const [receivedAt, id] = Place.parse(JSON.parse(decodeURIComponent(cursor)));
    return { receivedAt, id };
  } catch {
    return undefined;
  }
}
