// HubSpot as a destination: one read and one upsert for a batch of contacts.
import type { Contact, Outcome } from '../../model.ts';
import { changesFor } from '../changes.ts';
import type { Destination, Existing, Failure } from '../destination.ts';
import { fields } from '../fields.ts';
import type { HubspotOptions } from './client.ts';
import { inPortions, isRefused } from './divide.ts';
import { formatValue } from './format.ts';
import { ownFields } from './own-fields.ts';
import { checkProperties, provision } from './provision.ts';
import { readContacts } from './read.ts';
import { upsertContacts, type Write } from './upsert.ts';

/** HubSpot's limit for every batch verb. */
const BATCH_SIZE = 100;

const allFields = [...fields, ...ownFields];

export function hubspot(options: HubspotOptions): Destination {
  return {
    name: 'hubspot',
    batchSize: BATCH_SIZE,
    check: () => checkProperties(options, fields),
    prepare: () => provision(options, fields),
    read: (emails) => read(options, emails),
    upsert: (contacts) => upsert(options, contacts),
  };
}

const properties = allFields.map(({ property }) => property);

async function read(
  options: HubspotOptions,
  emails: readonly string[],
): Promise<ReadonlyMap<string, Existing | Failure>> {
  const found = new Map<string, Existing | Failure>();
  await inPortions(
    emails,
    (portion) => readContacts(options, portion, properties),
    (portion, readings) => {
      for (const email of portion) {
        if (isRefused(readings)) found.set(email, { failed: readings.refused });
        else {
          const reading = readings.get(email);
          if (reading?.kind === 'exists') found.set(email, reading.existing);
          else if (reading?.kind !== 'absent') found.set(email, { failed: UNCERTAIN });
        }
      }
    },
  );
  return found;
}

/** Taking a contact that could not be read for a new one would overwrite its first touch. */
const UNCERTAIN: Failure['failed'] = { status: 'retry', reason: 'hubspot_read_incomplete' };

async function upsert(
  options: HubspotOptions,
  contacts: readonly Contact[],
): Promise<readonly Outcome[]> {
  const existing = await read(
    options,
    contacts.map(({ email }) => email),
  );
  const outcomes = new Map<Contact, Outcome>();
  const writes = new Map<Write, Contact>();
  const taken = new Set<string>();
  for (const contact of contacts) {
    const held = existing.get(contact.email);
    if (held && 'failed' in held) outcomes.set(contact, held.failed);
    else if (held && taken.has(held.externalId)) outcomes.set(contact, TWICE);
    else {
      if (held) taken.add(held.externalId);
      writes.set(writeFor(contact, held), contact);
    }
  }
  if (writes.size > 0) {
    await inPortions(
      [...writes.keys()],
      (portion) => upsertContacts(options, portion),
      (portion, results) =>
        portion.forEach((write, index) => {
          const contact = writes.get(write);
          const outcome = isRefused(results) ? results.refused : results[index];
          if (contact && outcome) outcomes.set(contact, outcome);
        }),
    );
  }
  return contacts.map((contact) => outcomes.get(contact) ?? UNCERTAIN);
}

/** HubSpot refuses a batch that names one contact by two of its addresses: the second comes back. */
const TWICE: Outcome = {
  status: 'retry',
  reason: 'hubspot_contact_twice_in_batch',
  afterSeconds: 5,
};

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
