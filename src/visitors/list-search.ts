// Searching List visitors for several visitors, with as few requests as possible.
import type { Visitor } from '../model.ts';
import { MINUTE_MS, timeOf, VISIT_MS } from '../time.ts';
import { agrees } from './acquisition-proof.ts';
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
  /** Visitors whose first touch is known. */
  witnesses: readonly Visitor[];
  returning: readonly Visitor[];
  /** Whether rows of returning visitors count, after so many comparisons in this search. */
  mayUseReturning(agreements: number, disagreements: number): boolean;
  requests: number;
}

export interface ListFindings {
  /** By visitor ID. */
  referrers: ReadonlyMap<string, string>;
  /** Rows that agree with what is known of the first touch, and rows that do not. */
  agreements: number;
  disagreements: number;
  /** Visitors, by ID, about whom the list can be asked again: the budget was spent, or it gave no answer now. */
  unanswered: ReadonlySet<string>;
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
  const unanswered = new Set<string>();
  const budget = { requests: search.requests };
  let agreements = 0;
  let disagreements = 0;
  const compare = (visitor: Visitor, row: Acquisition): boolean => {
    const isEqual = agrees(visitor, row);
    if (isEqual === true && visitor.visits !== 1) agreements += 1;
    if (isEqual === false && visitor.visits !== 1) disagreements += 1;
    return isEqual !== false;
  };
  const take = (visitor: Visitor, row: Row) => {
    if (row === 'not_now' || isOutdated(visitor, row)) unanswered.add(visitor.visitorId);
    else if (row && compare(visitor, row) && row.referrer !== undefined) {
      referrers.set(visitor.visitorId, row.referrer);
    }
  };

  const ask = (query: ListQuery) => spend(options, budget, query);
  const left = await findTogether(ask, search.single, take);
  await eachOf(left, async (visitor) => take(visitor, await findRow(ask, visitor)));
  await eachOf(search.witnesses, async (visitor) => {
    const row = await findRow(ask, visitor);
    if (row && row !== 'not_now') compare(visitor, row);
  });
  if (search.mayUseReturning(agreements, disagreements)) {
    await eachOf(search.returning, async (visitor) => take(visitor, await findRow(ask, visitor)));
    // What one of them has shown to be of another visit makes the others doubtful too.
    if (!search.mayUseReturning(agreements, disagreements)) {
      for (const { visitorId } of search.returning) referrers.delete(visitorId);
    }
  }
  return { referrers, agreements, disagreements, unanswered };
}

/** The visitor came once by our copy, and has come back since: the row may tell the later visit. */
function isOutdated({ visits, lastSeenAt }: Visitor, row: Acquisition | undefined): boolean {
  const seen = timeOf(lastSeenAt);
  const listed = timeOf(row?.lastSeenAt);
  return visits === 1 && seen !== undefined && listed !== undefined && listed - seen > VISIT_MS;
}

type Ask = (query: ListQuery) => ReturnType<typeof readPage>;
type Row = Acquisition | 'not_now' | undefined;

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
  take: (visitor: Visitor, row: Row) => void,
): Promise<Visitor[]> {
  const left: Visitor[] = [];
  await eachOf(groupsOf(visitors), async ({ members, fromMs, toMs }) => {
    if (members.length < 2) {
      left.push(...members);
      return;
    }
    const page = await ask({ fromMs, toMs });
    for (const visitor of members) {
      const row = page === 'not_now' ? page : page?.rows.get(visitor.visitorId);
      if (row) take(visitor, row);
      // Not on a whole page means not in the list.
      else if (page !== 'not_now' && page?.hasMore) left.push(visitor);
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

/**
 * The row of one visitor: around the first visit, then on the next page of it; or around the latest page view, in case
 * the list goes by that. A row with another ID is never taken.
 */
async function findRow(ask: Ask, visitor: Visitor): Promise<Row> {
  const filters = safeFilters(visitor);
  const first = firstWindow(visitor);
  if (!first) return undefined;
  let query: ListQuery | undefined = { ...first, filters };
  for (let request = 0; query && request < PAGES_PER_VISITOR; request += 1) {
    const page: Awaited<ReturnType<Ask>> = await ask(query);
    if (!page || page === 'not_now') return page;
    const row = page.rows.get(visitor.visitorId);
    if (row) return row;
    query = page.hasMore ? { ...query, offset: PAGE_SIZE } : otherWindow(visitor);
  }
  return undefined;
}

/** A visitor with one visit has one window. Filters of the first page do not hold for the latest. */
function otherWindow(visitor: Visitor): ListQuery | undefined {
  const window = visitor.visits === 1 ? undefined : lastWindow(visitor);
  const { country, browser, os, device } = visitor;
  return window && { ...window, filters: { country, browser, os, device } };
}
