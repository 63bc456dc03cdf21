// Whether HubSpot accepts a value for a property, and in which form it keeps it.
import type { PropertyDefinition } from './definitions.ts';
import type { PropertyFault } from './errors.ts';

export const MAX_VALUE_LENGTH = 65_536;

/** Ends of addresses that HubSpot refuses although they are well-formed: typing errors, and names that are no public domain. */
const NO_TOP_LEVEL_DOMAINS = new Set(
  'con cmo ocm comm invalid test example local localhost internal'.split(' '),
);

const ISO_UTC = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?Z$/;
const DAY_MS = 86_400_000;

/** The value as HubSpot keeps it. `''` clears the property. */
export function accept(
  definition: PropertyDefinition,
  raw: string,
  current: string | undefined,
): string | PropertyFault {
  const { name, type } = definition;
  const fault = (code: string, message: string): PropertyFault => ({ name, code, message });
  if (raw === '') return '';
  if (name === 'email') {
    const email = raw.toLowerCase();
    return isEmail(email) ? email : fault('INVALID_EMAIL', `Email address ${raw} is invalid`);
  }

  switch (type) {
    case 'string':
    case 'phone_number':
      if (raw.length <= MAX_VALUE_LENGTH) return raw;
      return fault('INVALID_LENGTH', `Values must be at most ${MAX_VALUE_LENGTH} characters`);
    case 'number':
      if (/^-?\d+(\.\d+)?$/.test(raw)) return raw;
      return fault('INVALID_INTEGER', `${raw} was not a valid number.`);
    case 'bool':
    case 'enumeration':
      return chosen(definition, raw, current);
    case 'datetime':
      return instant(raw) ?? fault('INVALID_LONG', `${raw} was not a valid long.`);
    case 'date':
      return day(raw) ?? fault('INVALID_DATE', `${raw} is not a date at midnight UTC`);
  }
}

function isEmail(email: string): boolean {
  const [local = '', domain = '', ...rest] = email.split('@');
  const labels = domain.split('.');
  const topLevel = labels.at(-1) ?? '';
  return (
    rest.length === 0 &&
    email.length <= 254 &&
    /^[\w!#$%&'*+/=?^`{|}~-]+(\.[\w!#$%&'*+/=?^`{|}~-]+)*$/.test(local) &&
    labels.length > 1 &&
    labels.every((label) => /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/.test(label)) &&
    /^([a-z]{2,}|xn--.+)$/.test(topLevel) &&
    !NO_TOP_LEVEL_DOMAINS.has(topLevel)
  );
}

function chosen(
  { name, fieldType, options }: PropertyDefinition,
  raw: string,
  current: string | undefined,
): string | PropertyFault {
  const isMultiple = fieldType === 'checkbox';
  // A leading semicolon adds to the present choice.
  const isAppending = isMultiple && raw.startsWith(';');
  const picked = isMultiple ? raw.split(';').filter((value) => value !== '') : [raw];
  const unknown = picked.find((value) => !options.some((option) => option.value === value));
  if (unknown === undefined) {
    const kept = isAppending && current ? current.split(';') : [];
    return [...new Set([...kept, ...picked])].join(';');
  }
  const allowed = options.map(
    ({ label, value, displayOrder, hidden }) =>
      `label: "${label}"\nvalue: "${value}"\ndisplay_order: ${displayOrder}\nhidden: ${hidden}\nread_only: false\n`,
  );
  const message = `${unknown} was not one of the allowed options: [${allowed.join(', ')}]`;
  return { name, code: 'INVALID_OPTION', message };
}

function instant(raw: string): string | undefined {
  const ms = /^-?\d+$/.test(raw) ? Number(raw) : ISO_UTC.test(raw) ? Date.parse(raw) : Number.NaN;
  const date = new Date(ms);
  if (Number.isNaN(date.getTime())) return undefined;
  // HubSpot returns whole seconds without a fraction: the text that is read is not the text that was written.
  return date.toISOString().replace('.000Z', 'Z');
}

function day(raw: string): string | undefined {
  if (/^\d{4}-\d{2}-\d{2}$/.test(raw)) {
    const date = new Date(`${raw}T00:00:00Z`);
    return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(raw) ? raw : undefined;
  }
  if (!/^-?\d+$/.test(raw) || Number(raw) % DAY_MS !== 0) return undefined;
  const date = new Date(Number(raw));
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString().slice(0, 10);
}
