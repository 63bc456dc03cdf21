// What the visitor did on the site, as moments of a signup's timeline: a line for each visit, and one for each goal.
import type { Goal, Page, Visitor } from '../../model.ts';
import { timeOf, VISIT_MS } from '../../time.ts';
import { isPayment } from '../../visitors/payments.ts';

export interface VisitMoment {
  /** ISO 8601. */
  at: string;
  what: string;
}

/** The first visits and the latest ones, and of each its first pages. */
const MOST_VISITS = 8;
const MOST_PAGES = 6;

export function visitMoments({ pages, goals }: Pick<Visitor, 'pages' | 'goals'>): VisitMoment[] {
  const visits = visitsOf(pages);
  const shown = visits.filter((_, at) => at < 2 || at >= visits.length - MOST_VISITS + 2);
  return [...shown.map(momentOf), ...goals.flatMap(goalMoment)];
}

type Timed = Page & { at: string };

function visitsOf(pages: readonly Page[]): Timed[][] {
  const visits: Timed[][] = [];
  let lastMs = Number.NEGATIVE_INFINITY;
  for (const { url, at } of pages) {
    const ms = at === undefined ? undefined : timeOf(at);
    if (at === undefined || ms === undefined) continue;
    if (ms - lastMs > VISIT_MS) visits.push([]);
    visits.at(-1)?.push({ url, at });
    lastMs = ms;
  }
  return visits;
}

function momentOf(visit: readonly Timed[], index: number): VisitMoment {
  const paths = visit.map(({ url }) => pathOf(url)).filter((path, at, all) => path !== all[at - 1]);
  const more = paths.length - MOST_PAGES;
  const text = paths.slice(0, MOST_PAGES).join(' → ');
  const what = `${index === 0 ? 'First visit' : 'Visit'}: ${text}${more > 0 ? ` and ${more} more` : ''}`;
  return { at: visit[0]?.at ?? '', what };
}

/** An address of email in a path, as it is or encoded up to three times. */
const HOLDS_ADDRESS = /.(@|%(25){0,2}40)/i;

/** A query may name the person, and so may a part of the path. */
function pathOf(url: string): string {
  const address = URL.parse(/^https?:/.test(url) ? url : `https://${url}`);
  const segments = address?.pathname.split('/') ?? [];
  return segments.map((segment) => (HOLDS_ADDRESS.test(segment) ? '…' : segment)).join('/');
}

function goalMoment(goal: Goal): VisitMoment[] {
  const { name, at } = goal;
  if (at === undefined || timeOf(at) === undefined) return [];
  return [{ at, what: isPayment(goal) ? `Paid (${name})` : `Goal: ${name}` }];
}
