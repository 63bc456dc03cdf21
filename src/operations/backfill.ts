// Past signups, from the operator instead of a provider.
import * as z from 'zod/mini';
import { digest } from '../crypto.ts';
import { emailFrom, visitorIdFrom } from '../identifiers.ts';
import type { Signup } from '../model.ts';
import { EARLIEST_MS, isoOf } from '../time.ts';

const textError = 'is not a text of 1 to 200 characters';
const shortText = z.optional(
  z
    .string({ error: textError })
    .check(z.trim(), z.minLength(1, textError), z.maxLength(200, textError)),
);
const emailError = 'is not an email address';

/** One row as the operator sends it. */
export const BackfillRow = z.object({
  email: z.pipe(
    z.pipe(
      z.string({ error: emailError }),
      z.transform((text: string) => emailFrom(text)),
    ),
    z.string({ error: emailError }),
  ),
  signed_up_at: z.union([z.iso.datetime({ offset: true }), z.iso.date()], {
    error: 'is not a date or a moment in ISO 8601',
  }),
  visitor_id: z.optional(z.string({ error: textError }).check(z.trim())),
  name: shortText,
  user_id: shortText,
});

export type BackfillResult =
  | { kind: 'signup'; signup: Signup }
  | { kind: 'refused'; problem: string };

/**
 * A signup for each row, in the same order. The ID is made of email, time and visitor: the same row again is the same
 * signup, and a row that has gained its visitor is another. It is a digest, since IDs stand in logs.
 */
export async function backfillSignups(
  rows: readonly unknown[],
  nowMs: number,
): Promise<readonly BackfillResult[]> {
  return Promise.all(rows.map((row) => backfillSignup(row, nowMs)));
}

async function backfillSignup(row: unknown, nowMs: number): Promise<BackfillResult> {
  const parsed = BackfillRow.safeParse(row);
  if (!parsed.success) {
    const mistakes = parsed.error.issues.map(
      ({ path, message }) => `${path.join('.') || 'The row'} ${message}`,
    );
    return { kind: 'refused', problem: mistakes.join('; ') };
  }
  const { email, signed_up_at: signedUpAt, visitor_id: given, name, user_id: userId } = parsed.data;
  const occurredMs = Date.parse(signedUpAt);
  if (occurredMs > nowMs || occurredMs < EARLIEST_MS) {
    return { kind: 'refused', problem: 'signed_up_at is in the future, or before 2000' };
  }
  const occurredAt = isoOf(occurredMs);
  const visitorId = given ? visitorIdFrom(given) : undefined;
  return {
    kind: 'signup',
    signup: {
      version: 1,
      id: `backfill:${await digest(`${email} ${occurredAt} ${visitorId ?? ''}`)}`,
      source: 'backfill',
      email,
      name,
      userId,
      visitorId,
      visitorIdInvalid: given && !visitorId ? true : undefined,
      occurredAt,
      receivedAt: isoOf(nowMs),
      test: false,
    },
  };
}
