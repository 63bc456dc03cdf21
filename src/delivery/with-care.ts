// Signups that were in an invocation which ended without a word. The one at fault is found by marks that are written
// before each step: first while their visitors are looked up one by one, then with each on its own.
import type { Item } from '../ledger/delivery-state.ts';
import type { LedgerEntry } from '../ledger/entry.ts';
import { beginTrials, endTrials, PASSED, readTrials } from '../ledger/trials.ts';
import { reason } from '../reasons.ts';
import { isoOf } from '../time.ts';
import type { Lookup } from '../visitors/lookup.ts';
import type { AskBounds } from '../visitors/visitors.ts';
import { dueDestinations } from './attempts.ts';
import { enrichItems } from './enrich.ts';
import { type PassDependencies, runPass, sortItems } from './pass.ts';
import { notNow } from './referrers-of.ts';

/** Each takes its time, and a statement. */
const ONE_BY_ONE_AT_ONCE = 20;
/** To write and to record several signups or one, and what begins and ends their trials. */
const STATEMENTS_OF_A_PASS = 18;
/** After so many deaths of a signup alone it goes without its visitor, and after one more it is given up. */
const DEATHS_WITH_VISITOR = 2;

/** Writes the entries into the ledger. */
type Settle = (entries: readonly LedgerEntry[]) => Promise<void>;

export type CareDependencies = PassDependencies & {
  /** How many statements this invocation may still make. */
  statementsLeft(): number;
};

/**
 * The last one is tried when all others are recorded: nothing that happens to it can harm them. Returns those that are left for
 * the next batches.
 */
export async function deliverWithCare(
  given: CareDependencies,
  items: readonly Item[],
  boundsNow: () => AskBounds,
  settle: Settle,
): Promise<readonly Item[]> {
  if (given.statementsLeft() <= STATEMENTS_OF_A_PASS) return items;
  const { ledger, findReferrers } = given;
  const dependencies = { ...given, findReferrers: findReferrers && notNow };
  const deaths = await readTrials(ledger, idsOf(items));
  const { suspects = [], others = [] } = Object.groupBy(items, ({ signup }) =>
    deaths.has(signup.id) ? 'suspects' : 'others',
  );
  const deathsOf = ({ signup }: Item) => deaths.get(signup.id) ?? 0;
  // One whose try has failed, other than by the end of its invocation, is tried again after the others.
  const turns = [...deaths.keys()];
  const inTurn = suspects.toSorted(
    (a, b) => turns.indexOf(a.signup.id) - turns.indexOf(b.signup.id),
  );
  const passes = others.length > 0 ? 2 : 1;
  const isRoom = given.statementsLeft() >= passes * STATEMENTS_OF_A_PASS;
  const [suspect] = isRoom ? inTurn : [];
  const spare = given.statementsLeft() - (suspect ? 2 : 1) * STATEMENTS_OF_A_PASS;
  const now = others.slice(0, Math.max(1, Math.min(ONE_BY_ONE_AT_ONCE, spare)));
  if (now.length > 0) {
    await settle(await oneByOne(dependencies, now, boundsNow()));
    await endTrials(ledger, idsOf(now));
  }
  if (suspect) {
    const entries = await alone(dependencies, suspect, deathsOf(suspect), boundsNow());
    await settle(entries);
    const isOver = !entries.some(({ attempts }) => attempts.some(isWaiting));
    // One that still waits has shown nothing: the next try is with care again.
    if (isOver) await endTrials(ledger, idsOf([suspect]));
    else await beginTrials(ledger, [onTrial(suspect, deathsOf(suspect))], isoOf(given.now()));
  }
  return items.filter((item) => item !== suspect && !now.includes(item));
}

const isWaiting = ({ status }: { status: string }) => status === 'waiting';
const onTrial = ({ signup }: Item, deaths: number) => ({ id: signup.id, deaths });
const idsOf = (items: readonly Item[]) => items.map(({ signup }) => signup.id);

/** Their visitors are looked up and read one by one. Then they are written together. */
async function oneByOne(
  dependencies: PassDependencies,
  items: readonly Item[],
  bounds: AskBounds,
): Promise<LedgerEntry[]> {
  const { ledger, now } = dependencies;
  const { entries, ready, known, open } = await sortItems(dependencies, items);
  const lookups = new Map(known);
  const marks: { id: string; deaths: number }[] = [];
  for (const item of open) {
    marks.unshift({ id: item.signup.id, deaths: 1 });
    await beginTrials(ledger, marks.slice(0, 2), isoOf(now()));
    for (const mark of marks) mark.deaths = PASSED;
    await lookUp(dependencies, item, bounds, lookups);
    enrichItems(dependencies, [item], lookups);
  }
  // Whoever is at fault now is found by trying each alone.
  const together = idsOf(items).map((id) => ({ id, deaths: 0 }));
  await beginTrials(ledger, together, isoOf(now()));
  return [...entries, ...(await runPass(dependencies, [...ready, ...open], lookups))];
}

async function lookUp(
  dependencies: PassDependencies,
  item: Item,
  bounds: AskBounds,
  lookups: Map<string, Lookup>,
): Promise<void> {
  const { known, ask, keep } = await sortItems(dependencies, [item]);
  for (const [id, lookup] of [...known, ...(await ask(bounds))]) lookups.set(id, lookup);
  // Nobody looks for referrers here.
  await keep(lookups.keys());
}

async function alone(
  dependencies: PassDependencies,
  item: Item,
  deaths: number,
  bounds: AskBounds,
): Promise<LedgerEntry[]> {
  const { ledger, now } = dependencies;
  const { id } = item.signup;
  if (deaths > DEATHS_WITH_VISITOR) return [givenUp(dependencies, item)];
  await beginTrials(ledger, [{ id, deaths: deaths + 1 }], isoOf(now()));
  try {
    if (deaths === DEATHS_WITH_VISITOR) return await withoutVisitor(dependencies, item);
    const { entries, ready, open } = await sortItems(dependencies, [item]);
    const lookups = new Map<string, Lookup>();
    await lookUp(dependencies, item, bounds, lookups);
    return [...entries, ...(await runPass(dependencies, [...ready, ...open], lookups))];
  } catch (error) {
    // It was caught, so it is no death.
    await beginTrials(ledger, [{ id, deaths }], isoOf(now()));
    throw error;
  }
}

/** The contact arrives without its source, and nothing asks for the visitor again. */
async function withoutVisitor(dependencies: PassDependencies, item: Item): Promise<LedgerEntry[]> {
  const { signup } = item;
  if (signup.refresh) return [{ signup, attempts: [], refreshFrom: null }];
  const lookup: Lookup = { kind: 'absent', match: 'rejected_by_datafast' };
  const { entries, ready, open } = await sortItems(dependencies, [item]);
  const left = await runPass(
    dependencies,
    [...ready, ...open],
    new Map([[signup.visitorId ?? '', lookup]]),
  );
  return [...entries, ...left].map((entry) => ({
    ...entry,
    refreshFrom: null,
    attempts: entry.attempts.map((attempt) =>
      attempt.status === 'delivered'
        ? { ...attempt, reason: attempt.reason ?? reason('visitor_left_out') }
        : attempt,
    ),
  }));
}

function givenUp(dependencies: PassDependencies, item: Item): LedgerEntry {
  const { signup } = item;
  if (signup.refresh) return { signup, attempts: [], refreshFrom: null };
  const due = dueDestinations(dependencies.destinations, item, dependencies.now());
  return {
    signup,
    attempts: due.map(({ name }) => ({
      destination: name,
      status: 'failed',
      reason: reason('invocation_ended'),
    })),
  };
}
