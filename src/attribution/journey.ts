// The way from the first visit to the signup, as far as DataFast's counters can tell it afterwards.
import type { Journey, Visitor } from '../model.ts';
import { type ChannelRules, NO_RULES } from './channel-rules.ts';
import { conversionTouch } from './conversion-touch.ts';
import { pageText, parseLocation } from './location.ts';
import { timeOf, VISIT_MS } from './time.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
const MAX_GOALS_LENGTH = 1000;
/** The provider's clock and DataFast's need not agree to the second. */
const CLOCKS_MS = 60 * 1000;

/** The journey of a visitor who signed up at `signedUpAt` (ISO 8601), if they did; what is absent cannot be told. */
export function journey(
  visitor: Visitor,
  signedUpAt?: string,
  rules: ChannelRules = NO_RULES,
): Journey {
  const signup = timeOf(signedUpAt);
  const firstSeen = timeOf(visitor.firstSeenAt);
  const lastSeen = timeOf(visitor.lastSeenAt);
  // DataFast counts to this day; its totals are those of the signup only while no visit came after it.
  const endsWithSignup =
    signup !== undefined && lastSeen !== undefined && lastSeen <= signup + VISIT_MS;
  const total = endsWithSignup ? visitor.pageviews : undefined;
  const goals = goalNames(visitor);
  return {
    daysToSignup: daysBetween(firstSeen, signup),
    // The visit of the signup counts.
    visitsBeforeSignup: endsWithSignup ? visitor.visits : undefined,
    pageviewsBeforeSignup: pagesSeenBy(signup, visitor) ?? total,
    lastPage: lastPage(visitor),
    goals: goals === '' ? undefined : goals,
    conversion:
      signup === undefined ? undefined : conversionTouch(visitor, signup + CLOCKS_MS, rules),
  };
}

function daysBetween(from: number | undefined, to: number | undefined): number | undefined {
  if (from === undefined || to === undefined) return undefined;
  return Math.max(0, Math.floor((to - from) / DAY_MS));
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
    // Whole names only: half a name would be a goal nobody has.
    if (longer.length > MAX_GOALS_LENGTH) break;
    joined = longer;
  }
  return joined;
}
