// What an event may hold of a person: the field table, and who they are. Personal fields leave only when they are named.
import { nearest } from '../../nearest.ts';
import type { Field } from '../field.ts';
import { requestedFields, fields as table } from '../fields.ts';

const text = (
  property: string,
  label: string,
  description: string,
  from: Field['from'],
): Field => ({
  property,
  label,
  type: 'string',
  description,
  write: 'always',
  from,
});

/** In no CRM’s table, because there they are the contact itself. */
const person: readonly Field[] = [
  text('email', 'Email', 'The address.', ({ signup }) => signup?.email),
  text('name', 'Name', 'The name, as the provider says it.', ({ signup }) => signup?.name),
  text(
    'company',
    'Company',
    'The company, as the provider says it.',
    ({ signup }) => signup?.company,
  ),
  text('user_id', 'User ID', 'The ID of the person in your app.', ({ signup }) => signup?.userId),
];

/** Every field there is, in the order in which an event holds them. */
export const webhookFields: readonly Field[] = [...person, ...table, ...requestedFields];

const PREFIX = 'datafast_';
const DEFAULT = 'default';
/** With them somebody can be found again elsewhere. */
const PERSONAL = [
  ...person.map(({ property }) => property),
  'datafast_visitor_id',
  'datafast_click_id',
];
const byDefault = webhookFields.filter(
  ({ property, isOnRequest }) => !isOnRequest && !PERSONAL.includes(property),
);

/** The fields that a text names, in the order of the table. `undefined`: those that leave by default. */
export function fieldsFrom(
  given: string | undefined,
): { fields: readonly Field[] } | { problem: string } {
  if (given === undefined) return { fields: byDefault };
  const chosen = new Set<Field>();
  for (const name of given.split(/[\s,]+/).filter((one) => one !== '')) {
    const word = name.toLowerCase();
    const found =
      word === DEFAULT
        ? byDefault
        : webhookFields.filter(({ property }) => property === word || property === PREFIX + word);
    if (found.length === 0) return { problem: unknown(name) };
    for (const field of found) chosen.add(field);
  }
  return chosen.size === 0
    ? { problem: 'names no field' }
    : { fields: webhookFields.filter((field) => chosen.has(field)) };
}

function unknown(name: string): string {
  const names = webhookFields.flatMap(({ property }) => [property, property.replace(PREFIX, '')]);
  const meant = nearest(name, [DEFAULT, ...names]);
  return `names “${name.slice(0, 50)}”, which is no field${meant ? `; the nearest one is ${meant}` : ''}`;
}
