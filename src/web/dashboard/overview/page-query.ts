// The first page is one question, and its address is the question: every link changes a part of it and keeps the rest.
import * as z from 'zod/mini';
import { PeopleQuery, wrongPeriod } from '../../people-query.ts';
import { ListQuery } from '../../signups.ts';

/** How the chart divides the period. */
export const INTERVALS = ['day', 'week', 'month'] as const;
export type Interval = (typeof INTERVALS)[number];

const { q, reason, cursor } = ListQuery.shape;
const PageQuery = z.extend(PeopleQuery, {
  every: z.optional(z.enum(INTERVALS)),
  q,
  reason,
  cursor,
});
type PageQuery = z.output<typeof PageQuery>;

export interface Question extends PageQuery {
  /** As it stands in the address, without where the list goes on. */
  search: URLSearchParams;
  /** The same question with these parts changed; `undefined` takes a part away. */
  link(changes: Readonly<Record<string, string | undefined>>): string;
}

/** A part that cannot be read is left out. `zoneName`: the viewer's. */
export function readQuestion(given: URLSearchParams, zoneName: string, nowMs: number): Question {
  // A form sends a choice that was not made as an empty text.
  const texts: Record<string, string> = { zone: zoneName };
  for (const [name, value] of given) if (value !== '') texts[name] = value;
  // Whoever fills in the last day first means the days between the two.
  const { from, to } = texts;
  if (from !== undefined && to !== undefined && isLaterDay(from, to))
    Object.assign(texts, { from: to, to: from });
  const query = parseReadable(texts, nowMs);
  const search = new URLSearchParams(
    Object.entries(texts).filter(([name]) => name in query && !NOT_KEPT.has(name)),
  );
  return {
    ...query,
    search,
    link(changes) {
      const next = new URLSearchParams(search);
      for (const [name, value] of Object.entries(changes)) {
        if (value === undefined) next.delete(name);
        else next.set(name, value);
      }
      const text = next.toString();
      return text === '' ? '/' : `/?${text}`;
    },
  };
}

/** A last day is meant whole, so a moment of it is not later. */
const isLaterDay = (one: string, other: string) =>
  [one, other].every((text) => /^\d{4}-\d\d-\d\d/.test(text)) &&
  one.slice(0, 10) > other.slice(0, 10);

const NOT_KEPT: ReadonlySet<string> = new Set(['zone', 'cursor']);
/** The parameters that name the period. */
export const PERIOD = ['days', 'period', 'from', 'to'];

function parseReadable(texts: Record<string, string>, nowMs: number): PageQuery {
  const parsed = PageQuery.safeParse(texts);
  const unread = parsed.success
    ? wrongPeriod(parsed.data, nowMs) === undefined
      ? []
      : PERIOD
    : parsed.error.issues.map(({ path }) => String(path[0]));
  if (parsed.success && unread.length === 0) return parsed.data;
  for (const name of unread) delete texts[name];
  return parseReadable(texts, nowMs);
}
