// HubSpot as a destination: one read and one upsert for a batch of contacts.
import type { Contact, Outcome } from '../../model.ts';
import { changesFor } from '../changes.ts';
import type { Destination, Existing } from '../destination.ts';
import { fields } from '../fields.ts';
import type { HubspotOptions } from './client.ts';
import { formatValue } from './format.ts';
import { ownFields } from './own-fields.ts';
import { checkProperties, provision } from './provision.ts';
import { readContacts } from './read.ts';
import { upsertContacts, type Write } from './upsert.ts';

/** HubSpot's limit for every batch verb. */
const BATCH_SIZE = 100;

const allFields = [...fields, ...ownFields];

export function hubspot(options: HubspotOptions): Destination {
  const read = (emails: readonly string[]) =>
    readContacts(
      options,
      emails,
      allFields.map(({ property }) => property),
    );
  return {
    name: 'hubspot',
    batchSize: BATCH_SIZE,
    check: () => checkProperties(options, fields),
    prepare: () => provision(options, fields),
    read,
    async upsert(contacts) {
      const existing = await read(contacts.map(({ email }) => email));
      if ('failed' in existing) return contacts.map(() => existing.failed);
      return upsertOnce(options, contacts, existing);
    },
  };
}

/**
 * HubSpot refuses a batch that names one contact twice, and two addresses can be one contact's: the second
 * comes back a little later.
 */
async function upsertOnce(
  options: HubspotOptions,
  contacts: readonly Contact[],
  existing: ReadonlyMap<string, Existing>,
): Promise<readonly Outcome[]> {
  const taken = new Set<string>();
  const writes = new Map<Contact, Write>();
  for (const contact of contacts) {
    const held = existing.get(contact.email);
    if (held && taken.has(held.externalId)) continue;
    if (held) taken.add(held.externalId);
    writes.set(contact, writeFor(contact, held));
  }
  const outcomes = await upsertContacts(options, [...writes.values()]);
  const byContact = new Map([...writes.keys()].map((contact, index) => [contact, outcomes[index]]));
  return contacts.map(
    (contact) =>
      byContact.get(contact) ?? {
        status: 'retry',
        reason: 'hubspot_contact_twice_in_batch',
        afterSeconds: 5,
      },
  );
}

function writeFor(contact: Contact, existing: Existing | undefined): Write {
  const properties: Record<string, string> = {};
  // An additional address that found the contact must not become its primary one.
  if (!existing || existing.email === contact.email) properties.email = contact.email;
  const changes = changesFor(allFields, contact, existing);
  for (const { property, type } of allFields) {
    const value = changes.get(property);
    const formatted = value === undefined ? undefined : formatValue(type, value);
    if (formatted !== undefined) properties[property] = formatted;
  }
  return { email: contact.email, properties };
}
