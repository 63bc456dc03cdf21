// Signups of the past, told by the operator instead of a provider.
import * as z from 'zod';
import { type Signup, visitorIdFrom } from '../model.ts';

/** One row as the operator sends it. */
const Row = z.object({
  email: z
    .string()
    .trim()
    .toLowerCase()
    .max(254)
    .regex(/^[^\s@]+@[^\s@]+$/, 'is not an email address'),
  signed_up_at: z.iso.datetime({ offset: true }).or(z.iso.date()),
  visitor_id: z.string().trim().optional(),
  name: z.string().trim().min(1).max(200).optional(),
  user_id: z.string().trim().min(1).max(200).optional(),
});

export type BackfillResult =
  | { kind: 'signup'; signup: Signup }
  | { kind: 'refused'; problem: string };

/**
 * A signup for each row, in the same order. The id is made of email and time, so that the same row again is the
 * same signup; it is a digest, since ids stand in logs.
 */
export async function backfillSignups(
  rows: readonly unknown[],
  nowMs: number,
): Promise<readonly BackfillResult[]> {
  return Promise.all(rows.map((row) => backfillSignup(row, nowMs)));
}

async function backfillSignup(row: unknown, nowMs: number): Promise<BackfillResult> {
  const parsed = Row.safeParse(row);
  if (!parsed.success) return { kind: 'refused', problem: z.prettifyError(parsed.error) };
  const { email, signed_up_at: signedUpAt, visitor_id: given, name, user_id: userId } = parsed.data;
  const occurredMs = Date.parse(signedUpAt);
  if (occurredMs > nowMs) return { kind: 'refused', problem: 'signed_up_at is in the future' };
  const occurredAt = new Date(occurredMs).toISOString();
  const visitorId = given ? visitorIdFrom(given) : undefined;
  return {
    kind: 'signup',
    signup: {
      version: 1,
      id: `backfill:${await digest(`${email} ${occurredAt}`)}`,
      source: 'backfill',
      email,
      name,
      userId,
      visitorId,
      visitorIdInvalid: given && !visitorId ? true : undefined,
      occurredAt,
      receivedAt: new Date(nowMs).toISOString(),
      test: false,
    },
  };
}

async function digest(text: string): Promise<string> {
  const bytes = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  return [...new Uint8Array(bytes).slice(0, 16)]
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join('');
}
