// The doctor's report: one line per check. Its schema is what the route answers and what commands parse.
import * as z from 'zod/mini';

/** `problem`: something to mend. `warning`: worth a look, and no fault. */
export const Check = z.object({
  name: z.string(),
  status: z.enum(['ok', 'warning', 'problem']),
  what: z.string(),
  fix: z.optional(z.string()),
});
export type Check = z.infer<typeof Check>;

export const Report = z.object({
  /** Of the Worker that was examined. */
  version: z.string(),
  /** When; ISO 8601. */
  at: z.string(),
  checks: z.array(Check),
});
export type Report = z.infer<typeof Report>;

export const ok = (name: string, what: string): Check => ({ name, status: 'ok', what });
export const warning = (name: string, what: string, fix: string): Check => ({
  name,
  status: 'warning',
  what,
  fix,
});
export const problem = (name: string, what: string, fix: string): Check => ({
  name,
  status: 'problem',
  what,
  fix,
});
