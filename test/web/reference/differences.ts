// Where a response differs from the documented one. Moments, versions and ids of the CRM may differ. `…` stands for what
// the documentation leaves out. Everything else must be equal.
import { isObject, type JsonObject } from '../../../src/json.ts';
import { ELLIPSIS } from '../../../src/web/reference/examples.ts';

const VARYING = [
  /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/,
  /^\d{4}-\d\d-\d\d$/,
  /^\d{4}-\d\d-\d\d\.\d+$/, // a rules version
  /^\d+\.\d+\.\d+$/, // a version of Whence
  /^\d{5,}$/, // an id of HubSpot
];

export function differences(documented: unknown, actual: unknown, place = 'response'): string[] {
  if (Array.isArray(documented)) return inList(documented, actual, place);
  if (isObject(documented)) return inObject(documented, actual, place);
  const isDuration = place.endsWith('Seconds') && typeof documented === 'number';
  const isAlike =
    documented === actual ||
    (isDuration && typeof actual === 'number') ||
    (typeof documented === 'string' &&
      typeof actual === 'string' &&
      VARYING.some((form) => form.test(documented) && form.test(actual)));
  return isAlike ? [] : [`${place} is ${JSON.stringify(actual)}`];
}

/** The documented items in their order. Others may only be where `…` is. */
function inList(documented: readonly unknown[], actual: unknown, place: string): string[] {
  if (!Array.isArray(actual)) return [`${place} is not a list`];
  const shown = documented.filter((item) => item !== ELLIPSIS);
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

function inObject(documented: JsonObject, actual: unknown, place: string): string[] {
  if (!isObject(actual)) return [`${place} is not an object`];
  const { [ELLIPSIS]: more, ...shown } = documented;
  const unknown = more === undefined ? Object.keys(actual).filter((key) => !(key in shown)) : [];
  return [
    ...Object.entries(shown).flatMap(([key, value]) =>
      differences(value, actual[key], `${place}.${key}`),
    ),
    ...unknown.map((key) => `${place}.${key} is not documented`),
  ];
}
