// The keys of DataFast's answers as its documentation has them. Those that Whence reads and that should always be there
// are not optional. https://datafa.st/docs/api/website/visitors/retrieve
import type { ExpectedKey, ValueType } from '../upstream/shape.ts';

const TEXT: readonly ValueType[] = ['text', 'null'];
const NUMBER: readonly ValueType[] = ['number', 'null'];
const OBJECT: readonly ValueType[] = ['object'];

const read = (types: readonly ValueType[], ...paths: readonly string[]): ExpectedKey[] =>
  paths.map((path) => ({ path, types }));
const unread = (types: readonly ValueType[], ...paths: readonly string[]): ExpectedKey[] =>
  paths.map((path) => ({ path, types, isOptional: true }));

/** Of Get visitor, below `data`. */
export const VISITOR_KEYS: readonly ExpectedKey[] = [
  ...read(['text'], 'visitorId'),
  ...read(OBJECT, 'identity', 'activity'),
  { path: 'identity.country', types: TEXT, or: 'identity.countryCode' },
  { path: 'identity.countryCode', types: TEXT, or: 'identity.country' },
  ...read(TEXT, 'identity.region', 'identity.city'),
  { path: 'identity.params', types: OBJECT },
  ...unread(
    TEXT,
    ...['ref', 'source', 'via', 'utm_source', 'utm_medium', 'utm_campaign'].map(inParams),
    ...['utm_term', 'utm_content'].map(inParams),
  ),
  // What stands there for a visitor without an ad click is not documented.
  { path: 'identity.adClickIds', types: ['object', 'null'], isOptional: true, isOpen: true },
  ...read(OBJECT, 'identity.browser', 'identity.os', 'identity.device'),
  ...read(TEXT, 'identity.browser.name', 'identity.os.name', 'identity.device.type'),
  ...unread(TEXT, 'identity.browser.version', 'identity.os.version'),
  ...unread(TEXT, 'identity.device.vendor', 'identity.device.model'),
  ...unread(['object', 'null'], 'identity.viewport'),
  ...unread(NUMBER, 'identity.viewport.width', 'identity.viewport.height'),
  ...read(['number'], 'activity.visitCount', 'activity.pageViewCount'),
  ...unread(NUMBER, 'activity.timeSinceFirstVisit', 'activity.timeSinceCurrentVisit'),
  ...read(TEXT, 'activity.firstVisitAt', 'activity.lastVisitAt', 'activity.currentUrl'),
  ...read(['list'], 'activity.visitedPages'),
  ...unread(OBJECT, 'activity.visitedPages[]'),
  ...read(['text'], 'activity.visitedPages[].url', 'activity.visitedPages[].timestamp'),
  // The first generation of the documentation has the other name.
  { path: 'activity.completedGoals', types: ['list'], or: 'activity.completedCustomGoals' },
  ...unread(['list'], 'activity.completedCustomGoals'),
  ...['activity.completedGoals[]', 'activity.completedCustomGoals[]'].flatMap((goal) => [
    ...unread(OBJECT, goal),
    ...read(['text'], `${goal}.name`, `${goal}.timestamp`),
    ...unread(TEXT, `${goal}.origin`, `${goal}.type`, `${goal}.description`),
    ...unread(['boolean'], `${goal}.isServer`),
  ]),
  // Somebody else's data, where the visitor ID is forged.
  { path: 'profile', types: ['object', 'null'], isOptional: true, isClosed: true },
  { path: 'prediction', types: ['object', 'null'], isOptional: true },
  ...read(NUMBER, 'prediction.score', 'prediction.conversionRate'),
  ...read(NUMBER, 'prediction.expectedValue', 'prediction.confidence'),
];

/** Of one row of List visitors. https://datafa.st/docs/api-list-visitors */
export const ROW_KEYS: readonly ExpectedKey[] = [
  ...read(['text'], 'visitorId'),
  ...unread(TEXT, 'lastSeenAt', 'currentUrl'),
  ...unread(OBJECT, 'identity'),
  ...['country', 'countryCode', 'region', 'city', 'browser', 'os', 'device'].flatMap((name) =>
    unread(TEXT, `identity.${name}`),
  ),
  { path: 'acquisition', types: OBJECT, isOpen: true },
  { path: 'acquisition.referrer', types: TEXT },
  { path: 'profile', types: ['object', 'null'], isOptional: true, isClosed: true },
];

function inParams(name: string): string {
  return `identity.params.${name}`;
}
