// Where an answer differs from the documented one. Moments, versions and the CRM's ids are as they come; `…` stands for
// what the documentation leaves out; all else is to the letter.
import { AND_SO_ON } from '../../../src/web/reference/examples.ts';

const AS_THEY_COME = [
  /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/,
  /^\d{4}-\d\d-\d\d$/,
  /^\d{4}-\d\d-\d\d\.\d+$/, // a rules version
  /^\d+\.\d+\.\d+$/, // a version of Whence
  /^\d{5,}$/, // an id of HubSpot
];

export function differences(documented: unknown, actual: unknown, place = 'answer'): string[] {
  if (Array.isArray(documented)) return inList(documented, actual, place);
  if (isRecord(documented)) return inRecord(documented, actual, place);
  const isDuration = place.endsWith('Seconds') && typeof documented === 'number';
  const isAlike =
    documented === actual ||
    (isDuration && typeof actual === 'number') ||
    (typeof documented === 'string' &&
      typeof actual === 'string' &&
      AS_THEY_COME.some((form) => form.test(documented) && form.test(actual)));
  return isAlike ? [] : [`${place} is ${JSON.stringify(actual)}`];
}

/** The documented items in their order; others only where `…` is. */
function inList(documented: readonly unknown[], actual: unknown, place: string): string[] {
  if (!Array.isArray(actual)) return [`${place} is no list`];
  const shown = documented.filter((item) => item !== AND_SO_ON);
  if (shown.length === documented.length) {
    return shown.length === actual.length
      ? shown.flatMap((item, index) => differences(item, actual[index], `${place}[${index}]`))
      : [`${place} has ${actual.length} items`];
  }
  let from = 0;
  return shown.flatMap((item, index) => {
    const at = actual.findIndex((one, i) => i >= from && differences(item, one).length === 0);
    if (at === -1) return [`${place} has no ${JSON.stringify(shown[index])}`];
    from = at + 1;
    return [];
  });
}

function inRecord(
  documented: Readonly<Record<string, unknown>>,
  actual: unknown,
  place: string,
): string[] {
  if (!isRecord(actual)) return [`${place} is no object`];
  const { [AND_SO_ON]: more, ...shown } = documented;
  const unknown = more === undefined ? Object.keys(actual).filter((key) => !(key in shown)) : [];
  return [
    ...Object.entries(shown).flatMap(([key, value]) =>
      differences(value, actual[key], `${place}.${key}`),
    ),
    ...unknown.map((key) => `${place}.${key} is not documented`),
  ];
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
