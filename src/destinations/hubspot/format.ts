// Values as HubSpot wants them: always strings. Its published specification refuses a number or a date.
import type { Field, Value } from '../field.ts';

/** HubSpot's limit for a text property. */
const MAX_LENGTH = 65_536;

/** `undefined` when the value cannot be said in this type, which writes nothing. */
export function formatValue(type: Field['type'], value: Value): string | undefined {
  switch (type) {
    case 'number':
      return typeof value === 'number' ? plainDecimal(value) : undefined;
    case 'datetime':
      return isoMoment(String(value));
    case 'enumeration':
    case 'string':
      return plainText(String(value));
  }
}

/** HubSpot takes one decimal point and no exponent. */
function plainDecimal(value: number): string | undefined {
  if (!Number.isFinite(value)) return undefined;
  const text = String(value);
  return text.includes('e') ? value.toFixed(10).replace(/\.?0+$/, '') : text;
}

function isoMoment(value: string): string | undefined {
  const time = Date.parse(value);
  return Number.isNaN(time) ? undefined : new Date(time).toISOString();
}

function plainText(value: string): string | undefined {
  const text = value
    .replace(/\p{Cc}+/gu, ' ')
    .trim()
    .slice(0, MAX_LENGTH);
  return text === '' ? undefined : text;
}
