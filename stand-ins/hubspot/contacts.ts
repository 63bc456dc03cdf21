// The contacts of the portal. Any of its emails finds a contact, and each property is written by itself.
import { LIFECYCLE_STAGES } from './standard-properties.ts';

export interface HubspotContact {
  /** HubSpot's record id. */
  id: string;
  properties: Record<string, string>;
  createdAt: string;
  updatedAt: string;
  archived: false;
}

/** A value that a property has had. */
export interface Version {
  value: string;
  timestamp: string;
  /** The specification requires it. */
  sourceType: string;
}

interface StoredContact {
  id: string;
  values: Map<string, string>;
  /** Newest first. */
  history: Map<string, Version[]>;
  createdAt: string;
  updatedAt: string;
}

export interface Contacts {
  all(): HubspotContact[];
  /** Only a unique property finds a contact. `email` also finds it by its additional emails. */
  find(property: string, value: string): HubspotContact | undefined;
  create(properties: Record<string, string>): HubspotContact;
  /** An empty string clears. */
  write(id: string, properties: Record<string, string>): HubspotContact;
  /** As if a person had deleted it in HubSpot. Nothing finds it afterwards. */
  remove(id: string): void;
  /** Every value the property has had, newest first. */
  historyOf(id: string, property: string): readonly Version[];
}

export function createContacts(now: () => number): Contacts {
  const contacts = new Map<string, StoredContact>();
  let created = 0;
  /** An index: thousands of contacts are found by email only. */
  const byEmail = new Map<string, StoredContact>();

  function search(property: string, value: string): StoredContact | undefined {
    if (property === 'hs_object_id') return contacts.get(value);
    if (property === 'email') return byEmail.get(value.toLowerCase());
    return [...contacts.values()].find(({ values }) => values.get(property) === value);
  }

  function write(contact: StoredContact, properties: Record<string, string>): HubspotContact {
    for (const email of emailsOf(contact)) byEmail.delete(email);
    contact.updatedAt = new Date(now()).toISOString();
    for (const [name, value] of Object.entries(properties)) {
      if (name === 'lifecyclestage' && isStepBack(contact.values.get(name), value)) continue;
      if (value !== (contact.values.get(name) ?? '')) {
        const past = contact.history.get(name) ?? [];
        contact.history.set(name, [
          { value, timestamp: contact.updatedAt, sourceType: 'INTEGRATION' },
          ...past,
        ]);
      }
      if (value === '') contact.values.delete(name);
      else contact.values.set(name, value);
    }
    contact.values.set('lastmodifieddate', contact.updatedAt);
    for (const email of emailsOf(contact)) byEmail.set(email, contact);
    return snapshot(contact);
  }

  return {
    all: () => [...contacts.values()].map(snapshot),
    find(property, value) {
      const contact = search(property, value);
      return contact && snapshot(contact);
    },
    create(properties) {
      created += 1;
      const id = String(25_000 + created);
      const createdAt = new Date(now()).toISOString();
      const values = new Map([
        ['hs_object_id', id],
        ['createdate', createdAt],
      ]);
      const contact = { id, values, history: new Map(), createdAt, updatedAt: createdAt };
      contacts.set(id, contact);
      return write(contact, properties);
    },
    write(id, properties) {
      const contact = contacts.get(id);
      if (!contact) throw new Error(`There is no contact ${id}.`);
      return write(contact, properties);
    },
    remove(id) {
      const contact = contacts.get(id);
      for (const email of contact ? emailsOf(contact) : []) byEmail.delete(email.toLowerCase());
      contacts.delete(id);
    },
    historyOf: (id, property) => contacts.get(id)?.history.get(property) ?? [],
  };
}

function emailsOf({ values }: StoredContact): string[] {
  const additional = values.get('hs_additional_emails')?.toLowerCase().split(';') ?? [];
  return [values.get('email') ?? '', ...additional].filter((email) => email !== '');
}

/** HubSpot accepts a lifecycle stage that goes backwards and ignores it silently. */
function isStepBack(current: string | undefined, next: string): boolean {
  if (current === undefined || next === '') return false;
  return LIFECYCLE_STAGES.indexOf(next) < LIFECYCLE_STAGES.indexOf(current);
}

function snapshot({ id, values, createdAt, updatedAt }: StoredContact): HubspotContact {
  return { id, properties: Object.fromEntries(values), createdAt, updatedAt, archived: false };
}
