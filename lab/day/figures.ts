// The figures of `npm run bench -- plan`, as `--write` keeps them for the documentation.
import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import * as z from 'zod';
import { Counted } from './play.ts';

const FILE = resolve(import.meta.dirname, 'figures.json');

const PlayedDay = z.object({
  signups: z.number(),
  /** Absent: the ledger holds only those whom the day refreshes. */
  ledgerRows: z.number().optional(),
  counted: Counted,
});
export type PlayedDay = z.infer<typeof PlayedDay>;

export const PlanFigures = z.object({
  young: PlayedDay,
  large: PlayedDay,
  /** Of fewer signups, for the share of the dashboard. */
  fewer: PlayedDay,
  /** CPU of one invocation in milliseconds, when every answer comes at once. */
  cpu: z.record(z.string(), z.number()),
});
export type PlanFigures = z.infer<typeof PlanFigures>;

export const readPlanFigures = (): PlanFigures =>
  PlanFigures.parse(JSON.parse(readFileSync(FILE, 'utf8')));

export function writePlanFigures(figures: PlanFigures): void {
  writeFileSync(FILE, `${JSON.stringify(figures, undefined, 2)}\n`);
}
