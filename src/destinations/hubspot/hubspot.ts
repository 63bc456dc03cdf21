// HubSpot as a destination: one read and one upsert for a batch of contacts.
import type { Contact, Outcome } from '../../model.ts';
import { changesFor } from '../changes.ts';
import type { Destination, Existing } from '../destination.ts';
import { fields } from '../fields.ts';
import type { HubspotOptions, Refused } from './client.ts';
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
    async read(emails) {
      const existing = await read(options, emails);
      return 'refused' in existing ? { failed: existing.refused } : existing;
    },
    upsert: (contacts) => upsert(options, contacts),
  };
}

const read = (options: HubspotOptions, emails: readonly string[]) =>
  readContacts(
    options,
    emails,
    allFields.map(({ property }) => property),
  );

/** HubSpot refuses some batches whole. Halving finds the culprit and lets the others through. */
async function upsert(
  options: HubspotOptions,
  contacts: readonly Contact[],
): Promise<readonly Outcome[]> {
  const outcomes = await upsertOnce(options, contacts);
  if (!('refused' in outcomes)) return outcomes;
  if (!outcomes.divisible || contacts.length === 1) return contacts.map(() => outcomes.refused);
  const middle = Math.ceil(contacts.length / 2);
  return [
    ...(await upsert(options, contacts.slice(0, middle))),
    ...(await upsert(options, contacts.slice(middle))),
  ];
}

/**
 * HubSpot refuses a batch that names one contact twice, and two addresses can be one contact's: the second
 * comes back a little later.
 */
async function upsertOnce(
  options: HubspotOptions,
  contacts: readonly Contact[],
): Promise<readonly Outcome[] | Refused> {
  const existing = await read(
    options,
    contacts.map(({ email }) => email),
  );
  if ('refused' in existing) return existing;
  if ('failed' in existing) return contacts.map(() => existing.failed);

  const taken = new Set<string>();
  const writes = new Map<Contact, Write>();
  for (const contact of contacts) {
    const held = existing.get(contact.email);
    if (held && taken.has(held.externalId)) continue;
    if (held) taken.add(held.externalId);
    writes.set(contact, writeFor(contact, held));
  }
  const outcomes = await upsertContacts(options, [...writes.values()]);
  if ('refused' in outcomes) return outcomes;
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
