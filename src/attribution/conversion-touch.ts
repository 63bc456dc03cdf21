// What brought the person on the visit during which they signed up. DataFast keeps parameters of the first visit
// only, so this is told where the list of pages keeps the link of a later one, and not told otherwise.
import type { Page, Touch, Visitor } from '../model.ts';
import { attribute } from './attribute.ts';
import type { ChannelRules } from './channel-rules.ts';
import { parametersOf, parseLocation } from './location.ts';
import { readLinkIds } from './read-link-ids.ts';
import { readTags } from './tags.ts';
import { timeOf, VISIT_MS } from './time.ts';

/** The touch of the visit that was under way at `signupMs`; nothing when that is the first visit. */
export function conversionTouch(
  visitor: Visitor,
  signupMs: number,
  rules: ChannelRules,
): Touch | undefined {
  const first = beginningOf(visitor.pages, signupMs);
  if (first === undefined) return undefined;
  const query = parametersOf(parseLocation(first.url) ?? { query: '' });
  const isTagged = Object.keys(readTags(undefined, query)).length > 0;
  if (!isTagged && readLinkIds({}, query).length === 0) return undefined;
  const { channel, source, medium, campaign, landingPage } = attribute(
    { visitor: { ...visitor, params: {}, clickIds: {}, pages: [first], firstSeenAt: first.at } },
    rules,
  );
  return { channel, source, medium, campaign, page: landingPage, at: first.at };
}

/** The first page of the visit that was under way, if there was a visit before it. */
function beginningOf(pages: readonly Page[], signupMs: number): Page | undefined {
  let visit: { begin: Page; isFirst: boolean } | undefined;
  let before: number | undefined;
  for (const page of pages) {
    const time = timeOf(page.at);
    if (time === undefined || time > signupMs) continue;
    if (before === undefined) visit = { begin: page, isFirst: true };
    else if (time - before > VISIT_MS) visit = { begin: page, isFirst: false };
    before = time;
  }
  const isUnderWay = before !== undefined && signupMs - before <= VISIT_MS;
  return isUnderWay && visit && !visit.isFirst ? visit.begin : undefined;
}
