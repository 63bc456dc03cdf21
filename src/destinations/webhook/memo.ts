// What the ledger keeps of a signup's events: what was told last, and the event that is on its way, byte for byte.
import * as z from 'zod/mini';
import { parseJson } from '../../json.ts';
import { DELIVERY_STATUSES } from '../../model.ts';

/** What the receiver knows of a signup. */
const Told = z.object({
  /** Where the signup stood at the other destinations; `null` without any. */
  outcome: z.nullable(z.enum(DELIVERY_STATUSES)),
  /** The channel of the first touch; absent without a visitor. */
  channel: z.optional(z.string()),
  scoreBand: z.optional(z.string()),
  /** Whether there was more than `signup.failed`. */
  isEnriched: z.boolean(),
  /** How many updates there were. Their IDs are counted. */
  updates: z.number(),
});
export type Told = z.output<typeof Told>;

const Pending = z.object({
  id: z.string(),
  /** As it was made for the first attempt. Retries send the same bytes. */
  body: z.string(),
  /** What the receiver knows once it has the event. */
  told: Told,
});
export type Pending = z.output<typeof Pending>;

const Memo = z.object({ told: z.optional(Told), pending: z.optional(Pending) });
export type Memo = z.output<typeof Memo>;

/** A memo of another version says nothing. */
export const readMemo = (text: string | undefined): Memo =>
  Memo.safeParse(parseJson(text ?? '{}')).data ?? {};

export const writeMemo = (memo: Memo): string => JSON.stringify(memo);
