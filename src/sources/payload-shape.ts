// The key names of a webhook without a visitor ID, so that an operator sees where the ID did not stand. Never a value.
import { isObject, type JsonObject } from '../json.ts';

const MAX_PATHS = 80;
const MAX_DEPTH = 6;
/** A key that may itself be somebody's data, such as an address or an ID, is shown as `*`. */
const NAME = /^(?=.{1,40}$)(?![\w-]*\d[\w-]*\d[\w-]*\d)[A-Za-z_$][\w$-]*$/;

/** Dotted paths of the keys that hold a value, in the payload's order, e.g. `data.object.metadata.plan`. */
export function payloadShape(payload: JsonObject): string[] {
  const paths = new Set<string>();
  collect(payload, '', 1, paths);
  return [...paths];
}

function collect(value: unknown, path: string, depth: number, paths: Set<string>): void {
  if (paths.size >= MAX_PATHS) return;
  const items = Array.isArray(value) ? value.slice(0, 3) : undefined;
  if (items && items.length > 0 && depth <= MAX_DEPTH) {
    for (const item of items) collect(item, `${path}[]`, depth + 1, paths);
  } else if (isObject(value) && depth <= MAX_DEPTH && Object.keys(value).length > 0) {
    for (const [key, inner] of Object.entries(value)) {
      const name = NAME.test(key) ? key : '*';
      collect(inner, path === '' ? name : `${path}.${name}`, depth + 1, paths);
    }
  } else if (path !== '') paths.add(path);
}
