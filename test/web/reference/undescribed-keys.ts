// The keys of an answer that its schema does not describe. The schemas themselves accept such keys, so that an older
// command reads the answers of a newer Worker.
import { isObject } from '../../../src/json.ts';

/** `parsed`: the answer after its schema, which drops every key that it does not describe. */
export function undescribedKeys(answer: unknown, parsed: unknown, place = 'answer'): string[] {
  if (Array.isArray(answer)) {
    const items: readonly unknown[] = Array.isArray(parsed) ? parsed : [];
    return answer.flatMap((item, index) =>
      undescribedKeys(item, items[index], `${place}[${index}]`),
    );
  }
  if (!isObject(answer)) return [];
  return Object.entries(answer).flatMap(([key, value]) =>
    isObject(parsed) && key in parsed
      ? undescribedKeys(value, parsed[key], `${place}.${key}`)
      : [`${place}.${key}`],
  );
}
