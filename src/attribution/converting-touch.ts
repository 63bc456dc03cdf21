// The converting touch: what brought the person on the visit during which they signed up. Of the first visit DataFast
// keeps the parameters. Of a later one only the list of pages has the link, and somebody may know the referrer.
import type { Page, Touch, Visitor } from '../model.ts';
import { MINUTE_MS, timeOf, VISIT_MS } from '../time.ts';
import { attribute } from './attribute.ts';
import type { ChannelRules } from './channel-rules.ts';
import { beginsWithFirstVisit } from './landing-page.ts';

/** Where a person came from on two of their visits. Empty when there was no referrer, absent when nobody knows. */
export interface Referrers {
  first?: string;
  /** Of the visit of the signup. */
  converting?: string;
}

/** The visit of the signup: the first one, or a later one with the page on which it began, where that is known. */
type ConvertingVisit = { isFirst: true; entry?: Page } | { isFirst: false; entry?: Page };

/** The provider's clock and DataFast's may differ by some seconds, either way. */
const CLOCK_DIFFERENCE_MS = MINUTE_MS;

/**
 * The touch of the visit that was under way at `signupMs`; `undefined` when it is not known which visit that was, or
 * what brought the person on it. It is the first touch when the first visit is that visit, and never a copy of it else.
 */
export function convertingTouch(
  visitor: Visitor,
  signupMs: number,
  rules: ChannelRules,
  referrers: Referrers = {},
): Touch | undefined {
  const { isFirst, entry } = visitOfSignup(visitor, signupMs);
  const attribution = isFirst
    ? attribute({ visitor, referrer: referrers.first ?? referrers.converting }, rules)
    : attribute({ visitor: onVisit(visitor, entry), referrer: referrers.converting }, rules);
  const { channel, source, medium, campaign, landingPage } = attribution;
  // An unknown touch must not be kept as if it were one.
  if (channel === 'Unknown') return undefined;
  const at = entry?.at ?? (isFirst ? visitor.firstSeenAt : undefined);
  return { channel, source, medium, campaign, page: landingPage, at };
}

/** The visitor as seen on that visit alone. The first visit's parameters and click IDs are not of this one. */
function onVisit(visitor: Visitor, entry: Page | undefined): Visitor {
  const pages = entry === undefined ? [] : [entry];
  return { ...visitor, params: {}, clickIds: {}, pages, firstSeenAt: entry?.at };
}

function visitOfSignup(visitor: Visitor, signupMs: number): ConvertingVisit {
  const firstPage = beginsWithFirstVisit(visitor) ? visitor.pages[0] : undefined;
  if (isDuringFirstVisit(visitor, signupMs)) return { isFirst: true, entry: firstPage };
  const visit = visitUnderWay(visitor.pages, signupMs);
  if (visit === undefined) return { isFirst: false };
  const isFirst = visit.isFirstOfList && firstPage !== undefined;
  return { isFirst, entry: visit.entry };
}

/** Without the list of pages: there was one visit only, or it began so shortly before that it cannot have ended. */
function isDuringFirstVisit(visitor: Visitor, signupMs: number): boolean {
  const firstSeen = timeOf(visitor.firstSeenAt);
  const lastSeen = timeOf(visitor.lastSeenAt);
  const isSoonAfter = (time: number) =>
    signupMs >= time - CLOCK_DIFFERENCE_MS && signupMs <= time + VISIT_MS + CLOCK_DIFFERENCE_MS;
  if (firstSeen !== undefined && isSoonAfter(firstSeen)) return true;
  if (visitor.visits !== 1) return false;
  const known = [firstSeen, lastSeen, ...visitor.pages.map(({ at }) => timeOf(at))];
  const times = known.filter((time) => time !== undefined);
  if (times.length === 0) return true;
  return (
    signupMs >= Math.min(...times) - CLOCK_DIFFERENCE_MS &&
    signupMs <= Math.max(...times) + VISIT_MS + CLOCK_DIFFERENCE_MS
  );
}

/** The visit of the list that was under way, by the times of its pages. A page without a time belongs to no visit. */
function visitUnderWay(
  pages: readonly Page[],
  signupMs: number,
): { entry: Page; isFirstOfList: boolean } | undefined {
  let visit: { entry: Page; isFirstOfList: boolean } | undefined;
  let before: number | undefined;
  for (const page of pages) {
    const time = timeOf(page.at);
    if (time === undefined || time > signupMs + CLOCK_DIFFERENCE_MS) continue;
    if (before === undefined || time - before > VISIT_MS) {
      visit = { entry: page, isFirstOfList: before === undefined };
    }
    before = time;
  }
  const isUnderWay = before !== undefined && signupMs - before <= VISIT_MS + CLOCK_DIFFERENCE_MS;
  return isUnderWay ? visit : undefined;
}
