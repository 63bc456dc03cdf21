// One HubSpot account: its property groups, its property definitions and its contacts.
import { type Contacts, createContacts } from './contacts.ts';
import type { PropertyDefinition, PropertyGroup } from './definitions.ts';
import { STANDARD_GROUPS, standardProperties } from './standard-properties.ts';

export const MAX_BATCH_SIZE = 100;

export interface Portal {
  groups: Map<string, PropertyGroup>;
  properties: Map<string, PropertyDefinition>;
  /** Archived: neither listed nor writable. Creating the name again makes it active. */
  archived: Map<string, PropertyDefinition>;
  contacts: Contacts;
  /** Emails whose next write is lost silently. */
  dropped: Set<string>;
  /** A property that is younger is not listed yet. */
  listLagMs: number;
  /** What an admin requires of every new contact. 2026-09 enforces it, 2026-03 does not. */
  requiredProperties: readonly string[];
  /** How many properties the plan of the account allows beside HubSpot's own. */
  maxCustomProperties: number;
  /** ISO 8601. */
  timestamp(): string;
}

export function createPortal(now: () => number, requiredProperties: readonly string[]): Portal {
  const timestamp = () => new Date(now()).toISOString();
  const groups = STANDARD_GROUPS.map((group): [string, PropertyGroup] => [
    group.name,
    { ...group, archived: false },
  ]);
  return {
    groups: new Map(groups),
    properties: new Map(standardProperties(timestamp()).map((item) => [item.name, item])),
    archived: new Map(),
    contacts: createContacts(now),
    dropped: new Set(),
    listLagMs: 0,
    requiredProperties,
    maxCustomProperties: 1_000,
    timestamp,
  };
}

/** `email`, or a custom property with unique values. The record id is not one of them. */
export function isUnique(portal: Portal, property: string): boolean {
  return property === 'email' || portal.properties.get(property)?.hasUniqueValue === true;
}

/** The values that occur more than once. */
export function duplicatesIn(values: readonly string[]): Set<string> {
  return new Set(values.filter((value, index) => values.indexOf(value) !== index));
}
