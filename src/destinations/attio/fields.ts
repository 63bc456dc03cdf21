// What a person in Attio gets: every field of the table, and the name of a person who is new.
import type { Field } from '../field.ts';
import { fields as all, requestedFields } from '../fields.ts';

export const fields: readonly Field[] = [
  ...all,
  ...requestedFields,
  {
    property: 'name',
    label: 'Name',
    type: 'string',
    description: 'Of the signup, on a new person only.',
    write: 'when_new',
    from: ({ signup }) => signup?.name,
  },
];
