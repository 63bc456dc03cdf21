// The way from the first visit to the signup, as far as DataFast's counters can tell it afterwards.
import type { Journey, Visitor } from '../model.ts';
import { pageText, parseLocation } from './location.ts';
import { timeOf } from './time.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
/** Analytics end a visit after half an hour of silence: what follows sooner belongs to the signup's visit. */
const VISIT_MS = 30 * 60 * 1000;
const MAX_GOALS_LENGTH = 1000;

/** The journey of a visitor who signed up at `signedUpAt` (ISO 8601), if they did; what is absent cannot be told. */
export function journey(visitor: Visitor, signedUpAt?: string): Journey {
  const signup = timeOf(signedUpAt);
  const firstSeen = timeOf(visitor.firstSeenAt);
  const lastSeen = timeOf(visitor.lastSeenAt);
  // DataFast counts to this day; its totals are those of the signup only while nothing came after it.
  const endsWithSignup =
    signup !== undefined && lastSeen !== undefined && lastSeen <= signup + VISIT_MS;
  // The visit of the signup counts.
  const visits = endsWithSignup ? visitor.visits : undefined;
  const pageviews =
    pagesSeenBy(signup, visitor) ?? (endsWithSignup ? visitor.pageviews : undefined);
  const page = lastPage(visitor);
  const goals = goalNames(visitor);
  return {
    ...(signup !== undefined &&
      firstSeen !== undefined && {
        daysToSignup: Math.max(0, Math.floor((signup - firstSeen) / DAY_MS)),
      }),
    ...(visits !== undefined && { visitsBeforeSignup: visits }),
    ...(pageviews !== undefined && { pageviewsBeforeSignup: pageviews }),
    ...(page !== undefined && { lastPage: page }),
    ...(goals !== '' && { goals }),
  };
}

/** Counted from the list of pages, where it is complete and every page has its time. */
function pagesSeenBy(
  signup: number | undefined,
  { pages, pageviews }: Visitor,
): number | undefined {
  if (signup === undefined || pageviews === undefined || pages.length < pageviews) return undefined;
  const times = pages.map(({ at }) => timeOf(at)).filter((time) => time !== undefined);
  return times.length < pages.length ? undefined : times.filter((time) => time <= signup).length;
}

function lastPage({ currentUrl, pages }: Visitor): string | undefined {
  const current = parseLocation(currentUrl ?? '');
  if (current !== undefined) return pageText(current);
  let latest: { url: string; time: number } | undefined;
  for (const { url, at } of pages) {
    const time = timeOf(at);
    if (time !== undefined && (latest === undefined || time >= latest.time)) latest = { url, time };
  }
  const location = parseLocation(latest?.url ?? pages.at(-1)?.url ?? '');
  return location && pageText(location);
}

function goalNames({ goals }: Visitor): string {
  let joined = '';
  for (const name of new Set(goals.map((goal) => goal.name.trim()))) {
    if (name === '') continue;
    const longer = joined === '' ? name : `${joined}, ${name}`;
    // Whole names only: half a name would be a goal nobody has.
    if (longer.length > MAX_GOALS_LENGTH) break;
    joined = longer;
  }
  return joined;
}
