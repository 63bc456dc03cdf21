// A batch of signups on its way: drop what has arrived, take the rest as far as it gets, wait for DataFast's minute
// where that is all that is missing, and record what became of each.

import type { LedgerDatabase } from '../ledger/database.ts';
import { readStanding } from '../ledger/delivery-state.ts';
import { type LedgerEntry, recordEntries } from '../ledger/record.ts';
import { isErased, readErasures } from '../ledger/tombstones.ts';
import type { Signup } from '../model.ts';
import { deferred, dueDestinations } from './attempts.ts';
import { type RoundDependencies, runRound } from './pass.ts';
import { REQUESTS_PER_ROUND } from './request-meter.ts';

export interface DeliverDependencies extends RoundDependencies {
  ledger: LedgerDatabase;
  /** Removes the visitor and the referrer from the cache. */
  forgetVisitor(visitorId: string): Promise<unknown>;
  sleep(seconds: number): Promise<void>;
  /** How many requests this invocation may still make. */
  requestsLeft(): number;
}

/** What the queue shall do with a signup's message: forget it, or bring it back. */
export type Disposition =
  | { kind: 'done' }
  /** `costsNoTry`: it only waited, and the queue shall not count it as a failure. */
  | { kind: 'again'; afterSeconds: number; costsNoTry: boolean };

/** An invocation of a consumer may last fifteen minutes. Waiting in it costs no try and no CPU. */
const MAX_WAIT_SECONDS = 5 * 60;
/** A reset that never comes true must not become a storm of requests. */
const MAX_WAITS = 4;
const MIN_WAIT_SECONDS = 1;
const MIN_NEXT_WAIT_SECONDS = 10;

/**
 * Takes distinct signups to every destination. A disposition is given only after the ledger has the row;
 * throws when the ledger cannot be read or written, which leaves the whole batch to come again.
 */
export async function deliverSignups(
  dependencies: DeliverDependencies,
  signups: readonly Signup[],
): Promise<ReadonlyMap<string, Disposition>> {
  const { ledger, destinations, forgetVisitor } = dependencies;
  let standing = await readStanding(ledger, signups);
  const dispositions = new Map<string, Disposition>();
  const isOpen = (signup: Signup) =>
    !isErased(standing.erasures, signup) &&
    dueDestinations(destinations, standing, signup).length > 0;
  for (const { id } of signups.filter((signup) => !isOpen(signup))) {
    dispositions.set(id, { kind: 'done' });
  }
  const triedBefore = new Set(standing.progress.keys());

  // Somebody who has just signed up goes first.
  const isRefresh = ({ refresh }: Signup) => Number(refresh !== undefined);
  let open = signups.filter(isOpen).sort((a, b) => isRefresh(a) - isRefresh(b));
  for (let waits = 0, waitedSeconds = 0; open.length > 0; waits += 1) {
    const round = await runRound(dependencies, open, standing, triedBefore);
    const { entries } = round;
    // Nobody waits for a refresh: it is due again by the ledger, and the queue goes on.
    const rateLimited = round.rateLimited.filter(({ signup }) => !signup.refresh);
    const refreshes = round.rateLimited.filter(({ signup }) => signup.refresh);
    for (const { id } of round.erased) dispositions.set(id, { kind: 'done' });
    const asked = rateLimited.map(({ retry }) => retry.afterSeconds ?? 0);
    const least = waits === 0 ? MIN_WAIT_SECONDS : MIN_NEXT_WAIT_SECONDS;
    const waitSeconds = Math.max(least, ...asked);
    const canWait = waits < MAX_WAITS && waitedSeconds + waitSeconds <= MAX_WAIT_SECONDS;
    const room = canWait ? Math.max(0, dependencies.requestsLeft() - REQUESTS_PER_ROUND) : 0;
    const later = [...rateLimited.slice(room), ...refreshes];
    entries.push(...later.map((item) => deferred(dependencies, item, standing)));
    const nowMs = dependencies.now();
    const recorded = await recordEntries(ledger, entries, new Date(nowMs).toISOString());
    for (const { signup } of entries) {
      // Erased while the batch had it, which has put the visitor into the cache again.
      if (!recorded.has(signup.id) && signup.visitorId) await forgetVisitor(signup.visitorId);
    }
    for (const entry of entries) dispositions.set(entry.signup.id, dispositionOf(entry, nowMs));
    logReasons(dependencies, entries);
    open = rateLimited.slice(0, room).map(({ signup }) => signup);
    if (open.length === 0) break;
    // What is enriched has been delivered; the rest waits here for the budget.
    await dependencies.sleep(waitSeconds);
    waitedSeconds += waitSeconds;
    standing = { ...standing, erasures: await readErasures(ledger, open) };
  }
  return dispositions;
}

/** A refresh that failed is due again by the ledger, not by its message. */
function dispositionOf({ signup, attempts }: LedgerEntry, nowMs: number): Disposition {
  const waiting = attempts.filter(({ status }) => status === 'waiting');
  const next = waiting.flatMap(({ nextAttemptAt }) => nextAttemptAt ?? []).sort()[0];
  if (next === undefined || signup.refresh) return { kind: 'done' };
  return {
    kind: 'again',
    afterSeconds: Math.max(1, Math.ceil((Date.parse(next) - nowMs) / 1000)),
    costsNoTry: waiting.every(({ costsNoTry }) => costsNoTry === true),
  };
}

/** Why deliveries did not arrive, or not whole, for whoever watches the log: one line per reason. */
function logReasons({ log }: DeliverDependencies, entries: readonly LedgerEntry[]): void {
  const lines = new Map<string, { event: string; signups: number }>();
  for (const { destination, status, reason } of entries.flatMap(({ attempts }) => attempts)) {
    if (status === 'skipped' || reason === undefined) continue;
    const why = `${destination} ${status}: ${reason}`;
    const event = status === 'delivered' ? 'fields_left_out' : 'deliveries_missed';
    lines.set(why, { event, signups: (lines.get(why)?.signups ?? 0) + 1 });
  }
  for (const [why, { event, signups }] of lines) log('warn', event, { why, signups });
}
