// One record of an upsert: what is written, or why HubSpot refuses it.
import * as z from 'zod';
import type { HubspotContact } from './contacts.ts';
import { invalidProperties, type PropertyFault, type RecordFault } from './errors.ts';
import { isUnique, type Portal } from './portal.ts';
import { accept } from './values.ts';

export const UpsertInput = z.strictObject({
  id: z.string().min(1),
  idProperty: z.string(),
  // Strings only: the specification has no JSON numbers, booleans or nulls here.
  properties: z.record(z.string(), z.string()),
  objectWriteTraceId: z.string().min(1).optional(),
});
export type UpsertInput = z.infer<typeof UpsertInput>;

export interface Upsert {
  /** Absent for a new contact. */
  contactId?: string;
  properties: Record<string, string>;
}

export type CheckedRecord = { ok: true; upsert: Upsert } | { ok: false; fault: RecordFault };

export function checkRecord(
  portal: Portal,
  { id, idProperty, properties }: UpsertInput,
  enforcesRequired: boolean,
): CheckedRecord {
  const contact = portal.contacts.find(idProperty, id);
  const accepted: Record<string, string> = {};
  const faults: PropertyFault[] = [];

  // A new contact gets its key. A contact found by an additional email keeps its own.
  const key = contact ? {} : { [idProperty]: id };
  for (const [name, raw] of Object.entries({ ...key, ...properties })) {
    const value = check(portal, name, raw, contact);
    if (typeof value === 'string') accepted[name] = value;
    else faults.push(value);
  }
  if (!contact && enforcesRequired) {
    for (const name of portal.requiredProperties) {
      if (accepted[name]) continue;
      const message = `Property "${name}" is required to create a contact`;
      faults.push({ name, code: 'MISSING_REQUIRED_PROPERTY', message });
    }
  }
  if (faults.length > 0) return { ok: false, fault: invalidProperties(faults) };

  const conflict = conflictOf(portal, accepted, contact);
  if (conflict) return { ok: false, fault: conflict };
  const kept = [contact?.properties[idProperty], idProperty === 'email' ? id.toLowerCase() : id];
  if (idProperty in accepted && !kept.includes(accepted[idProperty])) {
    return { ok: false, fault: invalidProperties([changedKey(idProperty)]) };
  }
  return {
    ok: true,
    upsert: { ...(contact && { contactId: contact.id }), properties: accepted },
  };
}

function check(
  portal: Portal,
  name: string,
  raw: string,
  contact: HubspotContact | undefined,
): string | PropertyFault {
  const definition = portal.properties.get(name);
  if (!definition) {
    return {
      name,
      code: 'PROPERTY_DOESNT_EXIST',
      message: `Property "${name}" does not exist`,
    };
  }
  if (definition.modificationMetadata.readOnlyValue) {
    const message = `"${name}" is a read only property; its value cannot be set.`;
    return { name, code: 'READ_ONLY_VALUE', message };
  }
  return accept(definition, raw, contact?.properties[name]);
}

/** A unique value that a contact has already, even as an additional email of this same contact. */
function conflictOf(
  portal: Portal,
  accepted: Record<string, string>,
  contact: HubspotContact | undefined,
): RecordFault | undefined {
  for (const [name, value] of Object.entries(accepted)) {
    if (!isUnique(portal, name) || contact?.properties[name] === value) continue;
    const holder = portal.contacts.find(name, value);
    if (!holder) continue;
    const message = `Contact already exists. Existing ID: ${holder.id}`;
    return { category: 'CONFLICT', message, errors: [] };
  }
  return undefined;
}

/** HubSpot lets an upsert by email change the email. Whence never intends that, so a test must fail here. */
function changedKey(name: string): PropertyFault {
  return { name, code: 'CHANGED_KEY', message: `${name} is not the id of the input` };
}
