// What `npm run bench -- plan` hands to the Worker that plays a day, and what it gets back.
import * as z from 'zod';
import type { Sighting } from '../truth/play.ts';

/** A signed webhook. */
export interface Arrival {
  atMs: number;
  path: string;
  headers: Readonly<Record<string, string>>;
  body: string;
}

/** From one moment to another. */
export interface Span {
  fromMs: number;
  untilMs: number;
}

export interface Day extends Span {
  keys: Readonly<Record<'DATAFAST_API_KEY' | 'HUBSPOT_TOKEN' | 'ADMIN_TOKEN', string>>;
  arrivals: readonly Arrival[];
  sightings: readonly Sighting[];
  /** Signups of each day before, evenly spread. They are refreshed on this day as well. */
  perDay: number;
  /** Signups in the ledger when the day begins. Absent: those of yesterday and of a week ago. */
  ledgerRows?: number | undefined;
  /** DataFast answers 503. */
  outage: Span;
  /** A dashboard is open. Absent: nobody looks. */
  dashboard?: Span | undefined;
}

/** `page`: the dashboard. */
export const INVOCATIONS = ['webhook', 'batch', 'cron', 'page'] as const;
export type Invocation = (typeof INVOCATIONS)[number];

/**
 * `requests`: to services outside. `statements`: of D1, those of a batch one by one. `cacheReads`, `cacheWrites`: keys of KV.
 */
export const SPENDINGS = [
  ...(['invocations', 'requests', 'statements', 'rowsRead', 'rowsWritten'] as const),
  ...(['cacheReads', 'cacheWrites'] as const),
] as const;
export type Spending = (typeof SPENDINGS)[number];

const Spent = z.record(z.enum(SPENDINGS), z.number());
export type Spent = z.infer<typeof Spent>;

export const Counted = z.object({
  spent: z.record(z.enum(INVOCATIONS), Spent),
  /** The most of one invocation. */
  most: z.record(z.enum(INVOCATIONS), Spent),
  /** A message is written once, read each time it is delivered, and deleted once. */
  queue: z.object({ written: z.number(), read: z.number(), deleted: z.number() }),
  /** To show that the day was a whole one. */
  contacts: z.number(),
  refreshed: z.number(),
  waiting: z.number(),
  /** Webhooks that were not answered 200. */
  refused: z.number(),
  /** Events of the Worker's log at the level of errors, each with how often. */
  errors: z.record(z.string(), z.number()),
});
export type Counted = z.infer<typeof Counted>;
