// DataFast's answer → Visitor. Both generations of its documentation are read, no shape makes it throw, and
// unknown keys stay out: `profile` above all, for a forged visitor ID must not carry somebody else's data.
import * as z from 'zod';
import type { Goal, Page, Visitor } from '../model.ts';

const MAX_TEXT = 2_000;
/** Of a longer journey the first and the last pages stay: where it began, and where it is now. */
const MAX_ITEMS = 200;

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
const moment = z.unknown().transform(momentOf);
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
      visitedPages: z.unknown(),
      completedGoals: z.unknown(),
      completedCustomGoals: z.unknown(),
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
  if (!record || !(isRecord(record.identity) || isRecord(record.activity))) return undefined;
  // Somebody else's record is no answer to this question.
  const answered = typeof record.visitorId === 'string' ? record.visitorId : visitorId;
  if (answered.toLowerCase() !== visitorId) return undefined;
  const { identity, activity, prediction } = Answer.parse({
    identity: {},
    activity: {},
    ...record,
  });
  const goals = goalsOf(activity.completedGoals);
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
    pages: pagesOf(activity.visitedPages),
    goals: goals.length > 0 ? goals : goalsOf(activity.completedCustomGoals),
    prediction: prediction ?? undefined,
  };
}

/** Everything sits under `data`; sibling endpoints wrap it once more, in an array. */
function unwrap(json: unknown): Record<string, unknown> | undefined {
  if (!isRecord(json) || json.status === 'error') return undefined;
  const inner = json.data ?? json;
  const record: unknown = Array.isArray(inner) ? inner[0] : inner;
  return isRecord(record) ? record : undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

// Read by hand: a journey can have thousands of pages, and a schema for each would cost more CPU than the
// Free plan gives a whole batch.

function pagesOf(value: unknown): Page[] {
  return earliestFirst(
    itemsOf(value).flatMap(({ url, timestamp }) => {
      const page = textOf(url);
      return page === undefined ? [] : [{ url: page, at: momentOf(timestamp) }];
    }),
  );
}

function goalsOf(value: unknown): Goal[] {
  return earliestFirst(
    itemsOf(value).flatMap(({ name, origin, timestamp }) => {
      const goal = textOf(name);
      if (goal === undefined) return [];
      return [{ name: goal, origin: textOf(origin), at: momentOf(timestamp) }];
    }),
  );
}

/** The order is not documented, so that either end may hold the landing page. */
function itemsOf(value: unknown): Record<string, unknown>[] {
  if (!Array.isArray(value)) return [];
  const kept =
    value.length > MAX_ITEMS
      ? [...value.slice(0, MAX_ITEMS / 2), ...value.slice(-MAX_ITEMS / 2)]
      : value;
  return kept.filter(isRecord);
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value.trim().slice(0, MAX_TEXT) || undefined : undefined;
}

/** ISO 8601 of a text or of Unix seconds or milliseconds; nothing outside of this century. */
function momentOf(value: unknown): string | undefined {
  if (typeof value !== 'string' && typeof value !== 'number') return undefined;
  const ms =
    typeof value === 'number' && value < 100_000_000_000
      ? value * 1000
      : typeof value === 'number'
        ? value
        : Date.parse(value);
  return ms >= EARLIEST_MS && ms < LATEST_MS ? new Date(ms).toISOString() : undefined;
}

const EARLIEST_MS = Date.UTC(2000, 0, 1);
const LATEST_MS = Date.UTC(2100, 0, 1);

/** Items without a time keep their place at the front. */
function earliestFirst<Item extends { at?: string }>(items: Item[]): Item[] {
  const time = (item: Item) => item.at ?? '';
  return items.sort((a, b) => (time(a) < time(b) ? -1 : Number(time(a) > time(b))));
}
