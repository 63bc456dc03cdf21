// What an upsert would do with one contact of HubSpot's.
import type { Contact } from '../../model.ts';
import type { Failure, Preview } from '../destination.ts';
import type { Field } from '../field.ts';
import { previewRows } from '../preview-rows.ts';
import { type Account, readBatch } from './batch.ts';
import { conflictOf, type Definition, isUnread, readDefinitions } from './definitions.ts';
import { formatValue } from './format.ts';
import { UNCERTAIN } from './read.ts';

export async function previewContact(
  account: Account,
  contact: Contact,
): Promise<Preview | Failure> {
  const { client, fields } = account;
  const reading = (await readBatch(account, [contact.email])).get(contact.email) ?? UNCERTAIN;
  if (reading.kind === 'failed') return { failed: reading.failed };
  const existing = reading.kind === 'exists' ? reading.existing : undefined;
  const read = await readDefinitions(client);
  // Without definitions nothing is known to be in the way.
  const definitions = isUnread(read) ? undefined : read;
  const rows = previewRows(
    fields,
    contact,
    existing,
    (field, value) =>
      formatValue(definitions?.get(field.property) ?? field, value) ?? formatValue(field, value),
    (field, text) => definitions && obstacleOf(field, definitions.get(field.property), text),
  );
  return { ...(existing && { externalId: existing.externalId }), properties: rows };
}

/** What HubSpot would refuse. */
function obstacleOf(
  field: Field,
  definition: Definition | undefined,
  text: string,
): string | undefined {
  if (!definition) return 'does not exist in HubSpot';
  const isChoice = definition.type === 'enumeration' && definition.fieldType !== 'checkbox';
  if (isChoice && !definition.options.some(({ value }) => value === text)) {
    return 'is no option in HubSpot';
  }
  return conflictOf({ ...field, options: [] }, definition)?.problem;
}
