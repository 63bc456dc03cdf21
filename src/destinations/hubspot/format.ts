// Values as HubSpot wants them: always texts. Its published specification refuses a number or a date.
import type { Value } from '../field.ts';
import { decimalText, momentText, plainText, safeText } from '../format.ts';

/** HubSpot's limit for a text property. */
const MAX_LENGTH = 65_536;

/** The property of HubSpot that gets the value. */
export interface Target {
  type: string;
  /** `checkbox` takes several values. */
  fieldType?: string | undefined;
}

/** `undefined` when this type cannot hold the value, which writes nothing. */
export function formatValue({ type, fieldType }: Target, value: Value): string | undefined {
  switch (type) {
    case 'number':
      return typeof value === 'number' ? decimalText(value) : undefined;
    case 'datetime':
      return momentText(value);
    case 'date':
      // HubSpot keeps a day as midnight UTC.
      return momentText(value)?.slice(0, 10);
    case 'bool':
      return /^(true|false)$/.test(String(value)) ? String(value) : undefined;
    case 'enumeration':
      return fieldType === 'checkbox' ? choices(String(value)) : plainText(value, MAX_LENGTH);
    default:
      return typeof value === 'number' ? decimalText(value) : safeText(value, MAX_LENGTH);
  }
}

/** HubSpot separates by semicolons. A leading one would add to what is chosen already. */
function choices(value: string): string | undefined {
  const chosen = value.split(';').flatMap((choice) => plainText(choice, MAX_LENGTH) ?? []);
  return chosen.length === 0 ? undefined : [...new Set(chosen)].join(';');
}
