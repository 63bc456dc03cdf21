// Searching List visitors for several visitors, with as few requests as possible.
import type { Visitor } from '../model.ts';
import { MINUTE_MS, timeOf, VISIT_MS } from '../time.ts';
import { agreementOf, agrees, type Comparisons } from './acquisition-proof.ts';
import type { DatafastOptions } from './datafast.ts';
import { eachOf } from './each-of.ts';
import {
  type Acquisition,
  firstWindow,
  type ListQuery,
  lastWindow,
  PAGE_SIZE,
  readPage,
  safeFilters,
} from './visitor-list.ts';

export interface ListSearch {
  /** Visitors with one visit. */
  single: readonly Visitor[];
  /** Returning visitors whose first touch is known. */
  witnesses: readonly Visitor[];
  returning: readonly Visitor[];
  /** Whether rows of returning visitors count, after these comparisons of this search. */
  mayUseReturning(shown: Comparisons): boolean;
  requests: number;
}

export interface ListFindings {
  /** By visitor ID. */
  referrers: ReadonlyMap<string, string>;
  /** The visitors about whom DataFast has answered, by ID. */
  answered: ReadonlySet<string>;
  /** Visitors, by ID, about whom the list can be asked again soon: the budget was spent, or it gave no answer now. */
  unanswered: ReadonlySet<string>;
  /** How rows compare with what is known of the first touch. */
  shown: Comparisons;
}

/** Visitors whose first visits lie within so much time are looked for together. */
const TOGETHER_MS = 15 * MINUTE_MS;
/** Of one visitor, whatever it is that the list goes by. */
const PAGES_PER_VISITOR = 2;

export async function searchList(
  options: DatafastOptions,
  search: ListSearch,
): Promise<ListFindings> {
  const referrers = new Map<string, string>();
  const answered = new Set<string>();
  const unanswered = new Set<string>();
  const budget = { requests: search.requests };
  const shown: Comparisons = { agreed: [], disagreements: 0, inconclusive: 0 };
  const take = (visitor: Visitor, row: Row) => {
    if (row === 'not_now' || isOutdated(visitor, row)) {
      unanswered.add(visitor.visitorId);
      return;
    }
    answered.add(visitor.visitorId);
    if (!row) return;
    if (agrees(visitor, row) === false) {
      if (visitor.visits !== 1) shown.disagreements += 1;
    } else if (row.referrer !== undefined) referrers.set(visitor.visitorId, row.referrer);
  };
  const compare = (visitor: Visitor, row: Row) => {
    if (row === 'not_now') return;
    const isEqual = row && agrees(visitor, row);
    const agreement = isEqual && agreementOf(visitor, options.now());
    if (isEqual === false) shown.disagreements += 1;
    else if (agreement) shown.agreed.push(agreement);
    else shown.inconclusive += 1;
  };

  const ask = (query: ListQuery) => spend(options, budget, query);
  const left = await findTogether(ask, search.single, take);
  await findEach(ask, left, take);
  await findEach(ask, search.witnesses, compare);
  if (search.mayUseReturning(shown)) {
    await findEach(ask, search.returning, take);
    // What one of them has shown to be of another visit makes the others doubtful too.
    if (!search.mayUseReturning(shown)) {
      for (const { visitorId } of search.returning) referrers.delete(visitorId);
    }
  }
  return { referrers, answered, unanswered, shown };
}

/** The visitor came once by our copy, and has come back since: the row may tell the later visit. */
function isOutdated({ visits, lastSeenAt }: Visitor, row: Acquisition | undefined): boolean {
  const seen = timeOf(lastSeenAt);
  const listed = timeOf(row?.lastSeenAt);
  return visits === 1 && seen !== undefined && listed !== undefined && listed - seen > VISIT_MS;
}

type Ask = (query: ListQuery) => ReturnType<typeof readPage>;
/** `not_now`: DataFast may answer later. `undefined`: the visitor has no row. */
type Row = Acquisition | 'not_now' | undefined;
/** Is called for visitors about whom there is an answer, or may be one soon. */
type Take = (visitor: Visitor, row: Row) => void;

async function spend(
  options: DatafastOptions,
  budget: { requests: number },
  query: ListQuery,
): ReturnType<Ask> {
  if (budget.requests <= 0) return 'not_now';
  budget.requests -= 1;
  return readPage(options, query);
}

/** One request for each group of visitors who came at about the same time; returns those it did not find. */
async function findTogether(
  ask: Ask,
  visitors: readonly Visitor[],
  take: Take,
): Promise<Visitor[]> {
  const left: Visitor[] = [];
  await eachOf(groupsOf(visitors), async ({ members, fromMs, toMs }) => {
    if (members.length < 2) {
      left.push(...members);
      return;
    }
    const page = await ask({ fromMs, toMs });
    if (!page) return;
    for (const visitor of members) {
      if (page === 'not_now') {
        take(visitor, page);
        continue;
      }
      const row = page.rows.get(visitor.visitorId);
      // Not on a whole page means not in the list.
      if (row || !page.hasMore) take(visitor, row);
      else left.push(visitor);
    }
  });
  return left;
}

interface Group {
  members: Visitor[];
  fromMs: number;
  toMs: number;
}

function groupsOf(visitors: readonly Visitor[]): Group[] {
  const windows = visitors
    .flatMap((visitor) => {
      const window = firstWindow(visitor);
      return window ? [{ visitor, ...window }] : [];
    })
    .sort((a, b) => a.fromMs - b.fromMs);
  const groups: Group[] = [];
  for (const { visitor, fromMs, toMs } of windows) {
    const group = groups.at(-1);
    if (group && Math.max(group.toMs, toMs) - group.fromMs <= TOGETHER_MS) {
      group.members.push(visitor);
      group.toMs = Math.max(group.toMs, toMs);
    } else groups.push({ members: [visitor], fromMs, toMs });
  }
  return groups;
}

const findEach = (ask: Ask, visitors: readonly Visitor[], take: Take): Promise<void> =>
  eachOf(visitors, (visitor) => findRow(ask, visitor, take));

/**
 * The row of one visitor: around the first visit, then on the next page of it; or around the latest page view, in case
 * the list goes by that. A row with another ID is never taken.
 */
async function findRow(ask: Ask, visitor: Visitor, take: Take): Promise<void> {
  const first = firstWindow(visitor);
  if (!first) return;
  let query: ListQuery | undefined = { ...first, filters: safeFilters(visitor) };
  for (let request = 0; query && request < PAGES_PER_VISITOR; request += 1) {
    const page: Awaited<ReturnType<Ask>> = await ask(query);
    if (!page) return;
    if (page === 'not_now') return take(visitor, page);
    const row = page.rows.get(visitor.visitorId);
    if (row) return take(visitor, row);
    query = page.hasMore ? { ...query, offset: PAGE_SIZE } : otherWindow(visitor);
  }
  take(visitor, undefined);
}

/** A visitor with one visit has one window. Filters of the first page do not hold for the latest. */
function otherWindow(visitor: Visitor): ListQuery | undefined {
  const window = visitor.visits === 1 ? undefined : lastWindow(visitor);
  const { country, browser, os, device } = visitor;
  return window && { ...window, filters: { country, browser, os, device } };
}
