// Where the next page starts, as an opaque text.
import * as z from 'zod/mini';
import type { Position } from '../delivery/ledger-query.ts';

const Cursor = z.tuple([z.string(), z.string()]);

export function cursorFor({ receivedAt, id }: Position): string {
  return encodeURIComponent(JSON.stringify([receivedAt, id]));
}

/** `undefined` when the text is not one of ours. */
export function positionFrom(cursor: string): Position | undefined {
  try {
    const [receivedAt, id] = Cursor.parse(JSON.parse(decodeURIComponent(cursor)));
    return { receivedAt, id };
  } catch {
    return undefined;
  }
}
