// The days of `npm run bench -- plan`, as `--write` keeps them for the documentation.
import * as z from 'zod';
import { Counted } from './play.ts';

const PlayedDay = z.object({
  signups: z.number(),
  /** Absent: the ledger holds only those whom the day refreshes. */
  ledgerRows: z.number().optional(),
  counted: Counted,
});
export type PlayedDay = z.infer<typeof PlayedDay>;

export const PlayedDays = z.object({
  young: PlayedDay,
  large: PlayedDay,
  /** Of fewer signups, for the share of the dashboard. */
  fewer: PlayedDay,
});
export type PlayedDays = z.infer<typeof PlayedDays>;
