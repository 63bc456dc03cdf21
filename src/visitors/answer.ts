// DataFast's answer → Visitor. Both generations of its documentation are read, no shape makes it throw, and
// unknown keys stay out: `profile` above all, for a forged visitor ID must not carry somebody else's data.
import { isObject, type JsonObject } from '../json.ts';
import type { Goal, Page, Prediction, Visitor } from '../model.ts';
import { momentFrom } from '../time.ts';

const MAX_TEXT = 2_000;
/** Of a longer journey the first and the last pages stay: where it began, and where it is now. */
const MAX_ITEMS = 200;

/** The visitor in an answer of Get visitor; `undefined` when the JSON is not such an answer. */
export function parseVisitor(visitorId: string, json: unknown): Visitor | undefined {
  const record = unwrap(json);
  if (!record || !(isObject(record.identity) || isObject(record.activity))) return undefined;
  // Somebody else's record is no answer to this question.
  const answered = typeof record.visitorId === 'string' ? record.visitorId : visitorId;
  if (answered.toLowerCase() !== visitorId) return undefined;
  const identity = recordOf(record.identity);
  const activity = recordOf(record.activity);
  const goals = goalsOf(activity.completedGoals);
  return {
    visitorId,
    params: textsOf(identity.params),
    clickIds: textsOf(identity.adClickIds),
    // The documentation calls `country` a name and shows a code; the code is the stable one.
    country: textOf(identity.countryCode) ?? textOf(identity.country),
    region: textOf(identity.region),
    city: textOf(identity.city),
    device: namedOf(identity.device, 'type'),
    os: namedOf(identity.os, 'name'),
    browser: namedOf(identity.browser, 'name'),
    visits: numberOf(activity.visitCount),
    pageviews: numberOf(activity.pageViewCount),
    firstSeenAt: momentFrom(activity.firstVisitAt),
    lastSeenAt: momentFrom(activity.lastVisitAt),
    currentUrl: textOf(activity.currentUrl),
    pages: pagesOf(activity.visitedPages),
    goals: goals.length > 0 ? goals : goalsOf(activity.completedCustomGoals),
    prediction: predictionOf(record.prediction),
  };
}

/** Everything sits under `data`; sibling endpoints wrap it once more, in an array. */
function unwrap(json: unknown): JsonObject | undefined {
  if (!isObject(json) || json.status === 'error') return undefined;
  const inner = json.data ?? json;
  const record: unknown = Array.isArray(inner) ? inner[0] : inner;
  return isObject(record) ? record : undefined;
}

// Read leaf by leaf instead of by a schema: absent, null, blank and mistyped all mean "not known" and none may cost
// the others, and a journey can have thousands of pages, each of which a schema would pay for in CPU.

const recordOf = (value: unknown) => (isObject(value) ? value : {});

function pagesOf(value: unknown): Page[] {
  return earliestFirst(
    itemsOf(value).flatMap(({ url, timestamp }) => {
      const page = textOf(url);
      return page === undefined ? [] : [{ url: page, at: momentFrom(timestamp) }];
    }),
  );
}

function goalsOf(value: unknown): Goal[] {
  return earliestFirst(
    itemsOf(value).flatMap(({ name, origin, timestamp }) => {
      const goal = textOf(name);
      if (goal === undefined) return [];
      return [{ name: goal, origin: textOf(origin), at: momentFrom(timestamp) }];
    }),
  );
}

/** The order is not documented, so that either end may hold the landing page. */
function itemsOf(value: unknown): JsonObject[] {
  if (!Array.isArray(value)) return [];
  const kept =
    value.length > MAX_ITEMS
      ? [...value.slice(0, MAX_ITEMS / 2), ...value.slice(-MAX_ITEMS / 2)]
      : value;
  return kept.filter(isObject);
}

function textOf(value: unknown): string | undefined {
  const text = typeof value === 'number' ? String(value) : value;
  return typeof text === 'string' ? text.trim().slice(0, MAX_TEXT) || undefined : undefined;
}

function textsOf(value: unknown): Record<string, string> {
  const texts: Record<string, string> = {};
  for (const [key, item] of Object.entries(recordOf(value))) {
    const text = textOf(item);
    if (text !== undefined) texts[key] = text;
  }
  return texts;
}

/** `{ name: 'Chrome', version: … }`, or the bare name of the list answers. */
function namedOf(value: unknown, key: 'name' | 'type'): string | undefined {
  return textOf(isObject(value) ? value[key] : value);
}

function numberOf(value: unknown): number | undefined {
  const isText = typeof value === 'string' && value.trim() !== '';
  const number = isText ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
}

function predictionOf(value: unknown): Prediction | undefined {
  if (!isObject(value)) return undefined;
  return {
    score: numberOf(value.score),
    conversionRate: numberOf(value.conversionRate),
    expectedValue: numberOf(value.expectedValue),
    confidence: numberOf(value.confidence),
  };
}

/** Items without a time keep their place at the front. */
function earliestFirst<Item extends { at?: string }>(items: Item[]): Item[] {
  const time = (item: Item) => item.at ?? '';
  return items.sort((a, b) => (time(a) < time(b) ? -1 : Number(time(a) > time(b))));
}
