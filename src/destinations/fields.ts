// The field table: every property that Whence owns on a contact, in every destination. It drives mapping, provisioning
// and the documentation.
import { storyPath } from '../identifiers.ts';
import type { Enriched } from '../model.ts';
import type { Field, Value } from './field.ts';
import { liveFields } from './live-fields.ts';
import { convertingTouchFields, firstTouchFields, signupFields } from './snapshot-fields.ts';

/** Every field that is on by itself, in the order documentation shows them. */
export const fields: readonly Field[] = [
  ...signupFields.map((column): Field => ({ ...column, write: 'once', snapshot: 'signup' })),
  ...firstTouchFields.map(
    (column): Field => ({ ...column, write: 'once', snapshot: 'first_touch' }),
  ),
  ...convertingTouchFields.map(
    (column): Field => ({ ...column, write: 'once', snapshot: 'converting_touch' }),
  ),
  ...liveFields.map((column): Field => ({ ...column, write: 'always' })),
];

/** Those that are off unless the operator names them. */
export const requestedFields: readonly Field[] = [
  {
    property: 'datafast_story_url',
    label: 'Story',
    type: 'string',
    write: 'with_signup',
    isOnRequest: true,
    description: 'The signup’s page on the dashboard of Whence, which says why it has its source.',
    from: ({ signup }) => signup?.workerUrl && signup.workerUrl + storyPath(signup.id),
  },
];

/** The values of one person, by property: what a contact would get if it had nothing yet. */
export function valuesOf(table: readonly Field[], enriched: Enriched): Record<string, Value> {
  return Object.fromEntries(
    table.flatMap(({ property, snapshot, from }) => {
      // Without a visitor there is no first touch to write.
      const isWritten = snapshot !== 'first_touch' || enriched.visitor !== undefined;
      const value = isWritten ? from(enriched) : undefined;
      return value === undefined || value === '' ? [] : [[property, value]];
    }),
  );
}
