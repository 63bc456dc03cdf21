// The way from the first visit to the signup, as far as DataFast's counters show it afterwards.
import type { Journey, Visitor } from '../model.ts';
import { DAY_MS, timeOf, VISIT_MS } from '../time.ts';
import { type ChannelRules, NO_RULES } from './channel-rules.ts';
import { convertingTouch, type Referrers } from './converting-touch.ts';
import { pageText, parseLocation } from './location.ts';

const MAX_GOALS_LENGTH = 1000;

/**
 * The journey of a visitor who signed up at `signedUpAt` (ISO 8601). What cannot be known is absent. `referrers` are
 * those of the first visit and of the visit of the signup, where somebody knows them.
 */
export function journey(
  visitor: Visitor,
  signedUpAt?: string,
  rules: ChannelRules = NO_RULES,
  referrers: Referrers = {},
): Journey {
  const signup = timeOf(signedUpAt);
  const firstSeen = timeOf(visitor.firstSeenAt);
  const lastSeen = timeOf(visitor.lastSeenAt);
  // DataFast counts until today. Its totals are those at the signup only while no later visit was made.
  const endsWithSignup =
    signup !== undefined && lastSeen !== undefined && lastSeen <= signup + VISIT_MS;
  const total = endsWithSignup ? visitor.pageviews : undefined;
  const goals = goalNames(visitor);
  return {
    daysToSignup: daysBetween(firstSeen, signup),
    // The visit of the signup counts, too.
    visitsBeforeSignup: endsWithSignup ? visitor.visits : undefined,
    pageviewsBeforeSignup: pagesSeenUntil(signup, visitor) ?? total,
    lastPage: lastPage(visitor),
    goals: goals === '' ? undefined : goals,
    conversion:
      signup === undefined ? undefined : convertingTouch(visitor, signup, rules, referrers),
  };
}

function daysBetween(from: number | undefined, to: number | undefined): number | undefined {
  if (from === undefined || to === undefined) return undefined;
  return Math.max(0, Math.floor((to - from) / DAY_MS));
}

/** Counted in the list of pages, when the list is complete and every page has its time. */
function pagesSeenUntil(
  signup: number | undefined,
  { pages, pageviews }: Visitor,
): number | undefined {
  if (signup === undefined || pageviews === undefined || pages.length < pageviews) return undefined;
  const times = pages.map(({ at }) => timeOf(at)).filter((time) => time !== undefined);
  return times.length < pages.length ? undefined : times.filter((time) => time <= signup).length;
}

/** The pages come earliest first. */
function lastPage({ currentUrl, pages }: Visitor): string | undefined {
  const location = parseLocation(currentUrl ?? '') ?? parseLocation(pages.at(-1)?.url ?? '');
  return location && pageText(location);
}

function goalNames({ goals }: Visitor): string {
  let joined = '';
  for (const name of new Set(goals.map((goal) => goal.name.trim()))) {
    if (name === '') continue;
    const longer = joined === '' ? name : `${joined}, ${name}`;
    // Whole names only: half a name would be another goal.
    if (longer.length > MAX_GOALS_LENGTH) break;
    joined = longer;
  }
  return joined;
}
