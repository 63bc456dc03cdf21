// What the web room needs from outside, and the type of its Hono apps.

import type { Hono } from 'hono/tiny';
import type { OpenDestination } from '../destinations/destination.ts';
import type { CountWebhook } from '../health/count-webhooks.ts';
import type { Trouble } from '../health/look.ts';
import type { ReadCoverage } from '../health/read-coverage.ts';
import type { ReadUnfinished } from '../health/read-unfinished.ts';
import type { LedgerDatabase } from '../ledger/database.ts';
import type { LedgerWatch } from '../ledger/watch.ts';
import type { Log } from '../log.ts';
import type { Attribution, Journey, Signup, Visitor } from '../model.ts';
import type { Config } from '../settings/config.ts';
import type { Source } from '../sources/source.ts';
import type { IssuerKeys } from '../sources/verification.ts';
import type { AcquisitionMeaning } from '../visitors/acquisition-proof.ts';
import type { FoundReferrers } from '../visitors/lookup.ts';
import type { ReferrerQuery } from '../visitors/referrers.ts';
import type { VisitorQuery, VisitorSearch } from '../visitors/visitors.ts';
import type { Caller } from './caller.ts';
import type { FailuresHere } from './login-throttle.ts';

export interface WebDependencies {
  config: Config;
  version: string;
  sources: ReadonlyMap<string, Source>;
  /** The keys that issuers of JWTs publish, cached. */
  issuerKeys: IssuerKeys;
  /** Resolves once the signup is safe on the queue. */
  enqueue(signup: Signup): Promise<unknown>;
  enqueueAll(signups: readonly Signup[]): Promise<unknown>;
  countWebhook: CountWebhook;
  /** For pages that are fetched again and again. */
  readCoverage: ReadCoverage;
  readUnfinished: ReadUnfinished;
  /** How many messages wait on the queue, roughly. Rejects where the platform does not say. */
  backlog(): Promise<number>;
  forgetVisitor(visitorId: string): Promise<unknown>;
  /** What the cache has of the visitor, however old. DataFast is not asked. */
  keptVisitor(visitorId: string): Promise<Visitor | undefined>;
  /** Opened on demand, because the accept path does not need them. `io`: what they ask with, instead of our own. */
  destinations(io?: { fetch: typeof fetch }): readonly OpenDestination[];
  ledger: LedgerDatabase;
  /** Whether the ledger works, as far as this isolate has seen. */
  ledgerWatch: LedgerWatch;
  /** Why nothing can be delivered now. */
  look(): Promise<Trouble>;
  failuresHere: FailuresHere;
  searchVisitors(queries: readonly VisitorQuery[]): Promise<VisitorSearch>;
  /** Absent when the operator switched the lookup off. */
  findReferrers?:
    | ((query: ReferrerQuery) => Promise<ReadonlyMap<string, FoundReferrers>>)
    | undefined;
  attribute(input: { visitor?: Visitor | undefined; referrer?: string | undefined }): Attribution;
  /** `referrers`: of the first visit, and of the one that is under way. */
  journey(
    visitor: Visitor,
    signedUpAt?: string,
    referrers?: { first?: string | undefined; converting?: string | undefined },
  ): Journey;
  /** What comparing visitors has shown of List visitors. */
  readAcquisition(): Promise<AcquisitionMeaning | undefined>;
  fetch: typeof fetch;
  now(): number;
  sleep(seconds: number): Promise<void>;
  log: Log;
}

/** Dependencies travel as Hono's bindings: one app per isolate, and each request brings its own. */
export interface WebEnv {
  Bindings: WebDependencies;
  /** Who asks, absent for strangers, and the form that they have sent from a page. */
  Variables: { caller?: Caller; form?: URLSearchParams };
}
export type WebApp = Hono<WebEnv>;
