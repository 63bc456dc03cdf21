// The converting touch: what brought the person on the visit during which they signed up. DataFast keeps the parameters
// of the first visit only, so the touch is known only when the list of pages has the link of a later visit.
import type { Page, Touch, Visitor } from '../model.ts';
import { timeOf, VISIT_MS } from '../time.ts';
import { attribute } from './attribute.ts';
import type { ChannelRules } from './channel-rules.ts';
import { parametersOf, parseLocation } from './location.ts';
import { readLinkIds } from './read-link-ids.ts';
import { readTags } from './tags.ts';

/** The touch of the visit that was under way at `signupMs`; `undefined` when that is the first visit. */
export function convertingTouch(
  visitor: Visitor,
  signupMs: number,
  rules: ChannelRules,
): Touch | undefined {
  const entry = entryPage(visitor.pages, signupMs);
  if (entry === undefined) return undefined;
  const query = parametersOf(parseLocation(entry.url) ?? { query: '' });
  const isTagged = Object.keys(readTags(undefined, query)).length > 0;
  if (!isTagged && readLinkIds({}, query).length === 0) return undefined;
  const { channel, source, medium, campaign, landingPage } = attribute(
    { visitor: { ...visitor, params: {}, clickIds: {}, pages: [entry], firstSeenAt: entry.at } },
    rules,
  );
  return { channel, source, medium, campaign, page: landingPage, at: entry.at };
}

/** The page on which the visit under way began; `undefined` when there was no visit before it. */
function entryPage(pages: readonly Page[], signupMs: number): Page | undefined {
  let visit: { entry: Page; isFirst: boolean } | undefined;
  let before: number | undefined;
  for (const page of pages) {
    const time = timeOf(page.at);
    if (time === undefined || time > signupMs) continue;
    if (before === undefined) visit = { entry: page, isFirst: true };
    else if (time - before > VISIT_MS) visit = { entry: page, isFirst: false };
    before = time;
  }
  const isUnderWay = before !== undefined && signupMs - before <= VISIT_MS;
  return isUnderWay && visit && !visit.isFirst ? visit.entry : undefined;
}
