// A fault that a check has found by itself. It holds counts, reasons and times, and never anything about a person.
import * as z from 'zod/mini';

export const CHECKS = [
  'settings',
  'waiting',
  'nothing_delivered',
  'queue',
  'gave_up',
  'left_out',
  'refused',
  'unusable',
  'silent',
  'match_rate',
  'visitor_unknown',
  'ledger',
  'ledger_full',
  'daily_limit',
  'cron',
] as const;

export const Finding = z.object({
  check: z.enum(CHECKS),
  /** Which source, or which reason. */
  about: z.optional(z.string()),
  /** One sentence each. */
  what: z.string(),
  fix: z.string(),
  count: z.optional(z.number()),
  /** Of signups with a known visitor, before the fault: from 0 to 1. */
  usualShare: z.optional(z.number()),
});
export type Finding = z.output<typeof Finding>;

/** Tells this fault from every other one. */
export const nameOf = ({ check, about }: Pick<Finding, 'check' | 'about'>): string =>
  about === undefined ? check : `${check}:${about}`;
