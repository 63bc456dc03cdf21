// DataFast's answer → Visitor. Both generations of its documentation are read, no shape makes it throw, and
// unknown keys stay out: `profile` above all, for a forged visitor ID must not carry somebody else's data.
import { isObject, type JsonObject } from '../json.ts';
import type { Goal, Page, Prediction, Visitor } from '../model.ts';
import { MAX_TEXT, momentOf, nameOf, numberOf, recordOf, textOf, textsOf } from './values.ts';

/** Of a longer journey the first and the last pages stay: where it began, and where it is now. */
const MAX_ITEMS = 200;

/** The visitor in an answer of Get visitor; `undefined` when the JSON is not such an answer. */
export function parseVisitor(visitorId: string, json: unknown): Visitor | undefined {
  const record = recordIn(json);
  const [identity, activity] = [recordOf(record?.identity), recordOf(record?.activity)];
  if (!record || !(identity || activity)) return undefined;
  // Somebody else's record is no answer to this question.
  const answered = textOf(record.visitorId) ?? visitorId;
  if (answered.toLowerCase() !== visitorId) return undefined;
  const goals = goalsOf(activity?.completedGoals);
  return {
    visitorId,
    params: textsOf(identity?.params),
    clickIds: textsOf(identity?.adClickIds),
    // The documentation calls `country` a name and shows a code; the code is the stable one.
    country: textOf(identity?.countryCode) ?? textOf(identity?.country),
    region: textOf(identity?.region),
    city: textOf(identity?.city),
    device: nameOf(identity?.device, 'type'),
    os: nameOf(identity?.os, 'name'),
    browser: nameOf(identity?.browser, 'name'),
    visits: numberOf(activity?.visitCount),
    pageviews: numberOf(activity?.pageViewCount),
    firstSeenAt: momentOf(activity?.firstVisitAt),
    lastSeenAt: momentOf(activity?.lastVisitAt),
    currentUrl: textOf(activity?.currentUrl),
    pages: pagesOf(activity?.visitedPages),
    goals: goals.length > 0 ? goals : goalsOf(activity?.completedCustomGoals),
    prediction: predictionOf(record.prediction),
  };
}

/** The record in an answer. Everything sits under `data`; sibling endpoints wrap it once more, in an array. */
export function recordIn(json: unknown): JsonObject | undefined {
  if (!isObject(json) || json.status === 'error') return undefined;
  const inner = json.data ?? json;
  const record: unknown = Array.isArray(inner) ? inner[0] : inner;
  return isObject(record) ? record : undefined;
}

// Read leaf by leaf instead of by a schema: absent, null, blank and mistyped all mean "not known" and none may cost
// the others, and a journey can have thousands of pages, each of which a schema would pay for in CPU.

function pagesOf(value: unknown): Page[] {
  return earliestFirst(
    itemsOf(value).flatMap((item): Page[] => {
      if (!isObject(item)) return looksLikePage(item) ? [{ url: item.slice(0, MAX_TEXT) }] : [];
      const page = textOf(item.url);
      return page === undefined ? [] : [{ url: page, at: momentOf(item.timestamp) }];
    }),
  );
}

const looksLikePage = (item: unknown): item is string =>
  typeof item === 'string' && /^[^\s]+\.[^\s]+|^\/\S*$/.test(item);

function goalsOf(value: unknown): Goal[] {
  return earliestFirst(
    itemsOf(value).flatMap((item): Goal[] => {
      const { name, origin, timestamp } = isObject(item) ? item : { name: item };
      const goal = textOf(name);
      if (goal === undefined) return [];
      return [{ name: goal, origin: textOf(origin), at: momentOf(timestamp) }];
    }),
  );
}

/** The order is not documented, so that either end may hold the landing page. */
function itemsOf(value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) return isObject(value) ? [value] : [];
  return value.length > MAX_ITEMS
    ? [...value.slice(0, MAX_ITEMS / 2), ...value.slice(-MAX_ITEMS / 2)]
    : value;
}

function predictionOf(value: unknown): Prediction | undefined {
  const record = recordOf(value);
  if (!record) return undefined;
  return {
    score: numberOf(record.score),
    conversionRate: numberOf(record.conversionRate),
    expectedValue: numberOf(record.expectedValue),
    confidence: numberOf(record.confidence),
  };
}

/** Items without a time keep their place at the front. */
function earliestFirst<Item extends { at?: string }>(items: Item[]): Item[] {
  const time = (item: Item) => item.at ?? '';
  return items.sort((a, b) => (time(a) < time(b) ? -1 : Number(time(a) > time(b))));
}
