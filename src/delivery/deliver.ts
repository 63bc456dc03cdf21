// A batch of signups on its way: drop what has arrived, enrich, merge, write to every destination, record.
import type { Destination } from '../destinations/destination.ts';
import {
  describeError,
  type EnrichedSignup,
  type Match,
  type Outcome,
  type Retry,
  type Signup,
} from '../model.ts';
import { delaySeconds } from '../outcome.ts';
import { digest } from './digest.ts';
import { type EnrichDependencies, type Enrichment, enrichSignups } from './enrich.ts';
import { joinCustomers } from './join.ts';
import {
  type Attempt,
  type LedgerDatabase,
  type LedgerEntry,
  type Progress,
  readStanding,
  recordEntries,
  type Standing,
} from './ledger.ts';
import { mergeByEmail, type Person } from './merge.ts';
import { REQUESTS_PER_ROUND } from './request-meter.ts';

export interface DeliverDependencies extends EnrichDependencies {
  destinations: readonly Destination[];
  ledger: LedgerDatabase;
  random(): number;
  sleep(seconds: number): Promise<void>;
  /** How many requests this invocation may still make. */
  requestsLeft(): number;
}

/** What the queue shall do with a signup's message: forget it, or bring it back. */
export type Disposition = { kind: 'done' } | { kind: 'again'; afterSeconds: number };

/** DataFast's budget is back after a minute at most; waiting for it here costs no try and no CPU. */
const MAX_WAIT_SECONDS = 65;
/** A reset that never comes true must not become a storm of requests. */
const MAX_WAITS = 2;
const MIN_WAIT_SECONDS = 5;

type ProgressBySignup = Standing['progress'];

/**
 * Takes distinct signups to every destination. A disposition is given only after the ledger has the row;
 * throws when the ledger cannot be read or written, which leaves the whole batch to come again.
 */
export async function deliverSignups(
  dependencies: DeliverDependencies,
  signups: readonly Signup[],
): Promise<ReadonlyMap<string, Disposition>> {
  const { ledger, destinations } = dependencies;
  const { progress, erased, erasedPeople } = await readStanding(
    ledger,
    signups.map(({ id }) => id),
  );
  const dispositions = new Map<string, Disposition>();
  const isOpen = ({ id }: Signup) =>
    !erased.has(id) && destinations.some((destination) => !hasEnded(progress, id, destination));
  for (const { id } of signups.filter((signup) => !isOpen(signup))) {
    dispositions.set(id, { kind: 'done' });
  }
  const triedBefore = new Set(progress.keys());

  let open = signups.filter(isOpen);
  for (let waits = 0, waitedSeconds = 0; open.length > 0; waits += 1) {
    const round = await runRound(dependencies, open, { progress, triedBefore, erasedPeople });
    const { entries, rateLimited } = round;
    for (const { id } of round.erased) dispositions.set(id, { kind: 'done' });
    const asked = rateLimited.map(({ retry }) => retry.afterSeconds ?? 0);
    const waitSeconds = Math.max(MIN_WAIT_SECONDS, ...asked);
    const canWait = waits < MAX_WAITS && waitedSeconds + waitSeconds <= MAX_WAIT_SECONDS;
    const room = canWait ? Math.max(0, dependencies.requestsLeft() - REQUESTS_PER_ROUND) : 0;
    const later = rateLimited.slice(room);
    entries.push(...later.map((item) => postponed(dependencies, item, progress)));
    const nowMs = dependencies.now();
    await recordEntries(ledger, entries, new Date(nowMs).toISOString());
    for (const entry of entries) dispositions.set(entry.signup.id, dispositionOf(entry, nowMs));
    logReasons(dependencies, entries);
    open = rateLimited.slice(0, room).map(({ signup }) => signup);
    if (open.length === 0) break;
    // What is enriched has been delivered; the rest waits here for the budget.
    await dependencies.sleep(waitSeconds);
    waitedSeconds += waitSeconds;
  }
  return dispositions;
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

type Waiting = Extract<Enrichment, { kind: 'waiting' }>;

interface Round {
  entries: LedgerEntry[];
  rateLimited: Waiting[];
  /** Of people who were erased after it was received. */
  erased: Signup[];
}

async function runRound(
  dependencies: DeliverDependencies,
  signups: readonly Signup[],
  {
    progress,
    triedBefore,
    erasedPeople,
  }: Pick<Standing, 'progress' | 'erasedPeople'> & { triedBefore: ReadonlySet<string> },
): Promise<Round> {
  const entries: LedgerEntry[] = [];
  const erased: Signup[] = [];
  const addressed: Signup[] = [];
  for (const item of await joinCustomers(dependencies.ledger, signups, dependencies.now())) {
    if (await isErased(item.signup, erasedPeople)) erased.push(item.signup);
    else if (item.kind === 'addressed') addressed.push(item.signup);
    else if (item.kind === 'waiting') entries.push(postponed(dependencies, item, progress));
    else entries.push(skipped(dependencies, item.signup, item.reason));
  }
  const enrichments = await enrichSignups(dependencies, addressed, triedBefore);
  const enriched: EnrichedSignup[] = [];
  const rateLimited: Waiting[] = [];
  for (const item of enrichments) {
    if (item.kind === 'enriched') enriched.push(item.enriched);
    else if (item.rateLimited) rateLimited.push(item);
    else entries.push(postponed(dependencies, item, progress));
  }

  const attempts = new Map<EnrichedSignup, Attempt[]>(enriched.map((item) => [item, []]));
  for (const destination of dependencies.destinations) {
    const due = enriched.filter(({ signup }) => !hasEnded(progress, signup.id, destination));
    for (const [item, outcome] of await upsertAll(dependencies, destination, due)) {
      const tries = triesOf(progress, item.signup.id, destination);
      attempts.get(item)?.push(attemptOf(dependencies, destination, outcome, tries));
    }
  }
  for (const [{ signup, match, attribution }, tried] of attempts) {
    entries.push({ signup, match, attribution, attempts: tried });
  }
  return { entries, rateLimited, erased };
}

async function isErased(
  { email, receivedAt }: Signup,
  erasedPeople: Standing['erasedPeople'],
): Promise<boolean> {
  if (email === undefined || erasedPeople.size === 0) return false;
  const erasedAt = erasedPeople.get(await digest(email));
  return erasedAt !== undefined && receivedAt <= erasedAt;
}

/** One person's signups share one contact, and so one outcome. */
async function upsertAll(
  dependencies: DeliverDependencies,
  destination: Destination,
  signups: readonly EnrichedSignup[],
): Promise<ReadonlyMap<EnrichedSignup, Outcome>> {
  const people = mergeByEmail(signups);
  const outcomes = new Map<EnrichedSignup, Outcome>();
  for (let start = 0; start < people.length; start += destination.batchSize) {
    const slice = people.slice(start, start + destination.batchSize);
    const results = await upsertSlice(dependencies, destination, slice);
    slice.forEach((person, index) => {
      const outcome = results[index] ?? bug(destination);
      for (const item of person.signups) outcomes.set(item, outcome);
    });
  }
  return outcomes;
}

async function upsertSlice(
  { log }: DeliverDependencies,
  destination: Destination,
  people: readonly Person[],
): Promise<readonly Outcome[]> {
  try {
    return await destination.upsert(people.map(({ contact }) => contact));
  } catch (error) {
    // What other destinations and rounds have achieved still has to reach the ledger.
    log('error', 'destination_failed', { destination: destination.name, ...describeError(error) });
    return people.map(() => bug(destination));
  }
}

const bug = ({ name }: Destination): Outcome => ({ status: 'retry', reason: `${name}_failed` });

function attemptOf(
  { now, random }: DeliverDependencies,
  { name: destination }: Destination,
  outcome: Outcome,
  tries: number,
): Attempt {
  switch (outcome.status) {
    case 'delivered':
      return { destination, ...outcome };
    case 'skipped':
      return { destination, ...outcome };
    case 'rejected':
      return { destination, status: 'failed', reason: outcome.reason };
    case 'retry': {
      const nextMs = now() + delaySeconds(outcome, tries + 1, random) * 1000;
      return {
        destination,
        status: 'waiting',
        reason: outcome.reason,
        nextAttemptAt: new Date(nextMs).toISOString(),
      };
    }
  }
}

function skipped(
  { destinations }: DeliverDependencies,
  signup: Signup,
  reason: string,
): LedgerEntry {
  const attempts = destinations.map(
    ({ name }): Attempt => ({ destination: name, status: 'skipped', reason }),
  );
  return { signup, attempts };
}

/** A signup that has to wait for its visitor or its email waits at every destination that lacks it. */
function postponed(
  dependencies: DeliverDependencies,
  { signup, match, retry }: { signup: Signup; match?: Match; retry: Retry },
  progress: ProgressBySignup,
): LedgerEntry {
  const attempts = dependencies.destinations
    .filter((destination) => !hasEnded(progress, signup.id, destination))
    .map((destination) =>
      attemptOf(dependencies, destination, retry, triesOf(progress, signup.id, destination)),
    );
  return { signup, match, attempts };
}

function dispositionOf({ attempts }: LedgerEntry, nowMs: number): Disposition {
  const next = attempts.flatMap(({ nextAttemptAt }) => nextAttemptAt ?? []).sort()[0];
  if (next === undefined) return { kind: 'done' };
  return { kind: 'again', afterSeconds: Math.max(1, Math.ceil((Date.parse(next) - nowMs) / 1000)) };
}

/** Failed ended too: a person must act first, and replays it then. */
function hasEnded(progress: ProgressBySignup, signupId: string, { name }: Destination): boolean {
  const status = progressOf(progress, signupId, name)?.status;
  return status !== undefined && status !== 'waiting';
}

function triesOf(progress: ProgressBySignup, signupId: string, { name }: Destination): number {
  return progressOf(progress, signupId, name)?.attempts ?? 0;
}

function progressOf(
  progress: ProgressBySignup,
  signupId: string,
  destination: string,
): Progress | undefined {
  return progress.get(signupId)?.get(destination);
}
