// The list that a signup's page was opened from: its filters travel in the query of the link.
import type { LedgerDatabase } from '../../ledger/database.ts';
import type { ListQuery as LedgerQuery, Position } from '../../ledger/list.ts';
import { type Neighbours, readNeighbours } from '../../ledger/neighbours.ts';
import { filtersOf, ListQuery } from '../signups.ts';

/** What belongs to one page of the list, or is said once. */
const NOT_OF_THE_LIST = ['cursor', 'done'];

/** The query of the list itself, from its first page. */
export function listQuery(query: URLSearchParams): URLSearchParams {
  const own = [...query].filter(([name, value]) => value !== '' && !NOT_OF_THE_LIST.includes(name));
  return new URLSearchParams(own);
}

/** With its question mark; empty where there is nothing in it. */
export function searchOf(list: URLSearchParams): string {
  return list.size === 0 ? '' : `?${list.toString()}`;
}

/** `isExact`: as the list itself searched. */
export function neighboursOf(
  ledger: LedgerDatabase,
  list: URLSearchParams,
  at: Position,
  isExact: true | undefined,
): Promise<Neighbours> {
  return readNeighbours(ledger, { ...filtersIn(list), isExact }, at);
}

/** An unreadable query counts as none. */
function filtersIn(list: URLSearchParams): Omit<LedgerQuery, 'limit' | 'after'> {
  const given = ListQuery.safeParse(Object.fromEntries(list)).data ?? ListQuery.parse({});
  const { cursor: _, limit: __, format: ___, ...filters } = given;
  return filtersOf(filters);
}
