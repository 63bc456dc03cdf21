// DataFast's answer → Visitor. Both generations of its documentation are read, no shape makes it throw, and
// unknown keys stay out: `profile` above all, for a forged visitor ID must not carry somebody else's data.
import * as z from 'zod';
import type { Goal, Page, Visitor } from '../model.ts';

const MAX_TEXT = 2_000;
/** Longer journeys are cut at the end: the landing page must stay. */
const MAX_ITEMS = 500;

const isBlank = (value: unknown) => typeof value !== 'string' || value.trim() === '';

/** Absent, null, blank and mistyped all read as "not known". */
const text = z
  .preprocess(
    (value) => (typeof value === 'number' ? String(value) : value),
    z.string().trim().min(1),
  )
  .transform((value) => value.slice(0, MAX_TEXT))
  .optional()
  .catch(undefined);
const number = z
  .preprocess((value) => (isBlank(value) ? value : Number(value)), z.number())
  .optional()
  .catch(undefined);
const moment = z
  .union([z.string().min(1), z.number()])
  // Unix seconds and milliseconds are told apart by size.
  .transform(
    (value) =>
      new Date(typeof value === 'number' && value < 100_000_000_000 ? value * 1000 : value),
  )
  .pipe(z.date())
  .transform((value) => value.toISOString())
  .optional()
  .catch(undefined);
/** `{ name: 'Chrome', version: … }`, or the bare name of the list answers. */
const named = (key: 'name' | 'type') =>
  z
    .union([z.object({ [key]: text }).transform((value) => value[key]), text])
    .optional()
    .catch(undefined);
const texts = z
  .record(z.string(), text)
  .transform((values) =>
    Object.fromEntries(
      Object.entries(values).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
    ),
  )
  .catch({});
const list = <Item extends z.ZodType>(item: Item) => z.array(item).catch([]);

const PageItem = z
  .object({ url: text, timestamp: moment })
  .catch({ url: undefined, timestamp: undefined });
const GoalItem = z
  .object({ name: text, origin: text, timestamp: moment })
  .catch({ name: undefined, origin: undefined, timestamp: undefined });

const Answer = z.object({
  identity: z
    .object({
      country: text,
      countryCode: text,
      region: text,
      city: text,
      params: texts,
      adClickIds: texts,
      browser: named('name'),
      os: named('name'),
      device: named('type'),
    })
    .partial()
    .catch({}),
  activity: z
    .object({
      visitCount: number,
      pageViewCount: number,
      firstVisitAt: moment,
      lastVisitAt: moment,
      currentUrl: text,
      visitedPages: list(PageItem),
      completedGoals: list(GoalItem),
      completedCustomGoals: list(GoalItem),
    })
    .partial()
    .catch({}),
  prediction: z
    .object({ score: number, conversionRate: number, expectedValue: number, confidence: number })
    .partial()
    .nullish()
    .catch(undefined),
});

/** The visitor in an answer of Get visitor; `undefined` when the JSON is not such an answer. */
export function parseVisitor(visitorId: string, json: unknown): Visitor | undefined {
  const record = unwrap(json);
  if (!record || !('identity' in record || 'activity' in record)) return undefined;
  const { identity, activity, prediction } = Answer.parse({
    identity: {},
    activity: {},
    ...record,
  });
  const goals = activity.completedGoals?.length
    ? activity.completedGoals
    : activity.completedCustomGoals;
  return {
    visitorId,
    params: identity.params ?? {},
    clickIds: identity.adClickIds ?? {},
    // The documentation calls `country` a name and shows a code; the code is the stable one.
    country: identity.countryCode ?? identity.country,
    region: identity.region,
    city: identity.city,
    device: identity.device,
    os: identity.os,
    browser: identity.browser,
    visits: activity.visitCount,
    pageviews: activity.pageViewCount,
    firstSeenAt: activity.firstVisitAt,
    lastSeenAt: activity.lastVisitAt,
    currentUrl: activity.currentUrl,
    pages: pages(activity.visitedPages ?? []),
    goals: reached(goals ?? []),
    prediction: prediction ?? undefined,
  };
}

/** Everything sits under `data`; sibling endpoints wrap it once more, in an array. */
function unwrap(json: unknown): object | undefined {
  const outer = z.object({ data: z.unknown() }).safeParse(json);
  const inner = outer.success && outer.data.data !== undefined ? outer.data.data : json;
  const record = Array.isArray(inner) ? inner[0] : inner;
  return typeof record === 'object' && record !== null ? record : undefined;
}

function pages(items: z.infer<typeof PageItem>[]): Page[] {
  return earliestFirst(
    items.flatMap(({ url, timestamp }) => (url === undefined ? [] : [{ url, at: timestamp }])),
  );
}

function reached(items: z.infer<typeof GoalItem>[]): Goal[] {
  return earliestFirst(
    items.flatMap(({ name, origin, timestamp }) =>
      name === undefined ? [] : [{ name, origin, at: timestamp }],
    ),
  );
}

/** The order of the lists is not documented. Items without a time keep their place at the front. */
function earliestFirst<Item extends { at?: string }>(items: Item[]): Item[] {
  const time = (item: Item) => item.at ?? '';
  return items
    .sort((a, b) => (time(a) < time(b) ? -1 : Number(time(a) > time(b))))
    .slice(0, MAX_ITEMS);
}
