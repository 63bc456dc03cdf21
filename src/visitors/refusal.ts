// The free text of a refusal by DataFast. Its shape is not documented, so both known ones are read.
import * as z from 'zod/mini';

const Refusal = z.object({ error: z.union([z.string(), z.object({ message: z.string() })]) });
const Message = z.object({ message: z.string() });

/** Empty when the answer holds none. */
export function messageIn(json: unknown): string {
  const refused = Refusal.safeParse(json).data?.error ?? Message.safeParse(json).data;
  return typeof refused === 'string' ? refused : (refused?.message ?? '');
}
