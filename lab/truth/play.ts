// What `npm run truth` hands to the Worker that plays it, and what it gets back. The Worker learns no truth.
import * as z from 'zod';
import type { DatafastVisitor } from '../../stand-ins/datafast/record.ts';

/** How one run differs from the others. */
export interface Run {
  lookup: 'list' | 'auto';
  /** What List visitors means by `acquisition`. */
  acquisition: 'first' | 'last';
  /** Which moment of a visitor the window of List visitors has to hold. */
  window: 'first' | 'last';
  /** Cron refreshes people all the time, or only after the operator has begun to replay everybody. */
  afterwards: 'refresh' | 'replay';
}

/** A visitor as DataFast knows them from this moment on. A later one of the same ID takes the place. */
export interface Sighting {
  fromMs: number;
  visitor: DatafastVisitor;
}

/** A request to the Worker: a signed webhook, or rows of a backfill. */
export interface Arrival {
  atMs: number;
  path: string;
  headers: Readonly<Record<string, string>>;
  body: string;
}

/** DataFast answers 503 for everything below this path. */
export interface Outage {
  path: string;
  fromMs: number;
  untilMs: number;
}

export interface Play {
  /** Whence, DataFast, HubSpot and the operator share them. */
  keys: Readonly<Record<'DATAFAST_API_KEY' | 'HUBSPOT_TOKEN' | 'ADMIN_TOKEN', string>>;
  run: Run;
  startMs: number;
  /** When everybody has signed up, and every contact is as it is before a refresh. */
  signedUpMs: number;
  endMs: number;
  listLagMs: number;
  sightings: readonly Sighting[];
  arrivals: readonly Arrival[];
  outages: readonly Outage[];
  /** Whose contact is looked at. A visitor ID tells whose request it was that DataFast got. */
  people: readonly { email: string; visitorId?: string | undefined }[];
}

/** The first touch that the contact has. All absent: the contact has none. */
const Contact = z.object({
  exists: z.boolean(),
  channel: z.string().optional(),
  source: z.string().optional(),
  visitorId: z.string().optional(),
  /** Requests to DataFast for this person so far. A shared one counts in part. */
  requests: z.number(),
});
export type Contact = z.infer<typeof Contact>;

export const Played = z.object({
  /** In the order of `Play.people`. */
  people: z.array(z.object({ atOnce: Contact, after: Contact })),
  requests: z.object({ visitor: z.number(), map: z.number(), list: z.number() }),
  /** The errors that the Worker logged. */
  errors: z.array(z.string()),
  /** Arrivals that were not answered 200. */
  refused: z.array(z.string()),
});
export type Played = z.infer<typeof Played>;
