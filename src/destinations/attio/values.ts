// Values as Attio wants them, and as it gives them back. Between reading and writing each is a text.
// https://docs.attio.com/docs/attribute-types/attribute-types
import * as z from 'zod/mini';
import type { Field, Value } from '../field.ts';
import { decimalText, momentText, plainText, safeText } from '../format.ts';

/** Attio keeps up to 10 MB; nobody reads that much of a URL. */
const MAX_LENGTH = 10_000;

const TYPES: Readonly<Record<Field['type'], string>> = {
  string: 'text',
  number: 'number',
  datetime: 'timestamp',
  enumeration: 'select',
};

/** The type of the attribute that a field gets, or has, where the operator has chosen it. */
export type TypeOf = (field: Pick<Field, 'property' | 'type'>) => string;

export const typeOfOwn: TypeOf = ({ property, type }) =>
  property === 'name' ? 'personal-name' : TYPES[type];

/** `undefined` when an attribute of this type cannot hold the value, which writes nothing. */
export function formatValue(type: string, value: Value): string | undefined {
  switch (type) {
    case 'number':
    case 'currency':
      return typeof value === 'number' ? decimalText(value) : undefined;
    case 'timestamp':
      return momentText(value);
    case 'date':
      return momentText(value)?.slice(0, 10);
    case 'select':
    case 'status':
    case 'personal-name':
      return plainText(value, MAX_LENGTH);
    case 'checkbox':
      return /^(true|false)$/.test(String(value)) ? String(value) : undefined;
    case 'text':
      return typeof value === 'number' ? decimalText(value) : safeText(value, MAX_LENGTH);
    default:
      return undefined;
  }
}

/** A text of `formatValue` as it goes over the wire. */
export function wireValue(type: string, text: string): readonly [object] {
  switch (type) {
    case 'number':
      return [{ value: Number(text) }];
    case 'currency':
      return [{ currency_value: Number(text) }];
    case 'checkbox':
      return [{ value: text === 'true' }];
    case 'select':
      return [{ option: text }];
    case 'status':
      return [{ status: text }];
    case 'personal-name': {
      const [first = '', ...others] = text.split(/\s+/);
      return [{ first_name: first, last_name: others.join(' '), full_name: text }];
    }
    default:
      return [{ value: text }];
  }
}

const Titled = z.union([z.string(), z.object({ title: z.string() })]);
const Held = z.object({
  attribute_type: z.string(),
  value: z.optional(z.union([z.string(), z.number(), z.boolean()])),
  currency_value: z.optional(z.number()),
  option: z.optional(Titled),
  status: z.optional(Titled),
  full_name: z.optional(z.string()),
});

/** The first value as `formatValue` would write it; `undefined` where there is none, or none that is read. */
export function heldText([first]: readonly unknown[]): string | undefined {
  const { data } = Held.safeParse(first);
  if (!data) return undefined;
  const { attribute_type: type, option, status } = data;
  const titled = option ?? status;
  const value =
    (typeof titled === 'object' ? titled.title : titled) ??
    data.value ??
    data.currency_value ??
    data.full_name;
  if (value === undefined || value === '') return undefined;
  // Attio gives nine digits of a second.
  if (type === 'timestamp') return momentText(value) ?? String(value);
  return typeof value === 'number' ? decimalText(value) : String(value);
}
