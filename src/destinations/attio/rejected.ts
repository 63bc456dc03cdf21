// Which attribute an error of Attio is about. Attio names one at a time, in its message.
import type { RejectedProperty } from '../drop-rejected-properties.ts';
import type { Field } from '../field.ts';
import type { AttioError } from './client.ts';

const NO_ATTRIBUTE = 'ATTRIBUTE_NOT_FOUND';
const NO_OPTION = 'OPTION_NOT_FOUND';

/** True of the attribute for every person. Known once, it is left out of all further writes. */
export const isForEverybody = ({ code }: RejectedProperty) => code === NO_ATTRIBUTE;

/** `undefined` when the error is about something else. */
export function rejectedIn(
  fields: readonly Field[],
  properties: Readonly<Record<string, string>>,
  { code, message = '' }: AttioError,
): RejectedProperty | undefined {
  if (code !== 'value_not_found') return undefined;
  const named = [...message.matchAll(/"([^"]*)"/g)].map(([, text = '']) => text);
  const attribute = named.find((text) => text in properties);
  if (attribute !== undefined) return { property: attribute, code: NO_ATTRIBUTE };
  const choice = fields.find(
    ({ property, options }) => options && named.includes(properties[property] ?? '\0'),
  );
  return choice && { property: choice.property, code: NO_OPTION };
}
