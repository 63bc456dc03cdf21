// The doctor's report: one line per check. Its schema is what the route answers and what commands parse.
import * as z from 'zod/mini';

export const Check = z.object({
  name: z.string(),
  /** `problem`: something to mend. `warning`: worth a look, and no fault. */
  status: z.enum(['ok', 'warning', 'problem']),
  what: z.string(),
  /** What to do about it; absent when all is well. */
  fix: z.optional(z.string()),
});
export type Check = z.infer<typeof Check>;

export const Report = z.object({
  /** Of what was examined. */
  version: z.string(),
  /** When; ISO 8601. */
  at: z.string(),
  checks: z.array(Check),
});
export type Report = z.infer<typeof Report>;
