// Past signups, from the operator instead of a provider.
import * as z from 'zod/mini';
import { digest } from '../crypto.ts';
import { BACKFILL, emailFrom, visitorIdFrom } from '../identifiers.ts';
import { isObject, type JsonObject } from '../json.ts';
import type { Signup } from '../model.ts';
import { EARLIEST_MS, isoOf } from '../time.ts';

const textError = 'is not a text of 1 to 200 characters';
const shortText = z.optional(
  z
    .string({ error: textError })
    .check(z.trim(), z.minLength(1, textError), z.maxLength(200, textError)),
);
const emailError = 'is not an email address';

/** A file has texts. */
const yesOrNo = z.union([z.boolean(), z.enum(['true', 'false'])], {
  error: 'is neither true nor false',
});

const columns = {
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
  email_verified: z.optional(yesOrNo),
};

/** One row as the operator sends it. Strict: with a misspelt visitor ID everybody would arrive without a source. */
export const BackfillRow = z.strictObject(columns);

/** The names under which apps know our columns. */
const OTHER_NAMES: ReadonlyMap<string, keyof typeof columns> = new Map([
  ['visitorId', 'visitor_id'],
  ['datafast_visitor_id', 'visitor_id'],
  ['datafastVisitorId', 'visitor_id'],
  ['signedUpAt', 'signed_up_at'],
  ['userId', 'user_id'],
  ['emailVerified', 'email_verified'],
]);

/** The row under our names, or what is wrong with its names. Empty values are those of an export, and count as absent. */
function renamed(row: JsonObject): JsonObject | string {
  const entries = new Map<string, unknown>();
  for (const [name, value] of Object.entries(row)) {
    if (value === undefined || value === null) continue;
    const column = OTHER_NAMES.get(name) ?? name;
    if (entries.has(column) && entries.get(column) !== value)
      return `${column} is given twice, under two names`;
    entries.set(column, value);
  }
  const known = Object.keys(columns);
  const unknown = [...entries.keys()].filter((name) => !known.includes(name));
  if (unknown.length === 0) return Object.fromEntries(entries);
  const names = unknown.slice(0, 5).map((name) => `“${name.slice(0, 50)}”`);
  return `Unknown: ${names.join(', ')}. A row may hold ${known.join(', ')}`;
}

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
  workerUrl?: string,
): Promise<readonly BackfillResult[]> {
  return Promise.all(rows.map((row) => backfillSignup(row, nowMs, workerUrl)));
}

async function backfillSignup(
  row: unknown,
  nowMs: number,
  workerUrl: string | undefined,
): Promise<BackfillResult> {
  const named = isObject(row) ? renamed(row) : {};
  if (typeof named === 'string') return { kind: 'refused', problem: named };
  const parsed = BackfillRow.safeParse(isObject(row) ? named : row);
  if (!parsed.success) {
    const mistakes = parsed.error.issues.map(
      ({ path, message }) => `${path.join('.') || 'The row'} ${message}`,
    );
    return { kind: 'refused', problem: mistakes.join('; ') };
  }
  const { email, signed_up_at: signedUpAt, visitor_id: given, name, user_id: userId } = parsed.data;
  const { email_verified: verified } = parsed.data;
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
      source: BACKFILL,
      email,
      emailVerified: verified === undefined ? undefined : String(verified) === 'true',
      name,
      userId,
      // It keeps apart two who give the same address.
      customerId: userId,
      visitorId,
      visitorIdInvalid: given && !visitorId ? true : undefined,
      occurredAt,
      receivedAt: isoOf(nowMs),
      test: false,
      workerUrl,
    },
  };
}
