// The definition of a HubSpot contact property, and which new definitions HubSpot refuses.
import * as z from 'zod';
import type { ErrorDetail } from './errors.ts';

export const PropertyOption = z.strictObject({
  label: z.string().min(1),
  value: z.string().min(1),
  displayOrder: z.int(),
  hidden: z.boolean(),
  description: z.string().optional(),
});
export type PropertyOption = z.infer<typeof PropertyOption>;

/** Calculations are left out: they need a formula. */
const FIELD_TYPES = {
  bool: ['booleancheckbox'],
  date: ['date'],
  datetime: ['date'],
  enumeration: ['booleancheckbox', 'checkbox', 'radio', 'select'],
  number: ['number'],
  phone_number: ['phonenumber'],
  string: ['file', 'html', 'phonenumber', 'text', 'textarea'],
} as const;

/** The body of a create. HubSpot's specification has no other keys. */
export const PropertyCreate = z.strictObject({
  name: z.string(),
  label: z.string().min(1),
  type: z.enum(['bool', 'date', 'datetime', 'enumeration', 'number', 'phone_number', 'string']),
  fieldType: z.string(),
  groupName: z.string(),
  description: z.string().optional(),
  options: z.array(PropertyOption).optional(),
  displayOrder: z.int().optional(),
  hasUniqueValue: z.boolean().optional(),
  hidden: z.boolean().optional(),
  formField: z.boolean().optional(),
  numberDisplayHint: z
    .enum(['currency', 'duration', 'formatted', 'percentage', 'probability', 'unformatted'])
    .optional(),
});
export type PropertyCreate = z.infer<typeof PropertyCreate>;

export const GroupCreate = z.strictObject({
  name: z.string(),
  label: z.string().min(1),
  displayOrder: z.int().optional(),
});
export type PropertyGroup = z.infer<typeof GroupCreate> & { displayOrder: number; archived: false };

export interface PropertyDefinition extends PropertyCreate {
  description: string;
  options: PropertyOption[];
  displayOrder: number;
  hasUniqueValue: boolean;
  hidden: boolean;
  formField: boolean;
  calculated: boolean;
  externalOptions: boolean;
  hubspotDefined: boolean;
  archived: false;
  createdAt: string;
  updatedAt: string;
  modificationMetadata: {
    archivable: boolean;
    readOnlyDefinition: boolean;
    readOnlyValue: boolean;
  };
}

export function defineProperty(
  property: PropertyCreate,
  given: { at: string; hubspotDefined?: boolean; readOnlyValue?: boolean },
): PropertyDefinition {
  const hubspotDefined = given.hubspotDefined ?? false;
  return {
    description: '',
    options: [],
    displayOrder: -1,
    hasUniqueValue: false,
    hidden: false,
    formField: false,
    ...property,
    calculated: false,
    externalOptions: false,
    hubspotDefined,
    archived: false,
    createdAt: given.at,
    updatedAt: given.at,
    modificationMetadata: {
      archivable: !hubspotDefined,
      readOnlyDefinition: hubspotDefined,
      readOnlyValue: given.readOnlyValue ?? false,
    },
  };
}

/** Lower case, beginning with a letter. */
export function isInternalName(name: string): boolean {
  return /^[a-z][a-z0-9_]*$/.test(name);
}

/** What is wrong with the definition of a new property. */
export function faultOf(
  property: PropertyCreate,
  groups: ReadonlyMap<string, PropertyGroup>,
  uniqueProperties: number,
): ErrorDetail | undefined {
  const { name, type, fieldType, groupName, options = [] } = property;
  const fault = (code: string, message: string): ErrorDetail => ({
    message,
    code,
    context: { propertyName: [name] },
  });
  const fieldTypes: readonly string[] = FIELD_TYPES[type];

  if (!isInternalName(name)) return fault('INVALID_NAME', `Property name "${name}" is invalid`);
  if (!fieldTypes.includes(fieldType)) {
    return fault('INVALID_FIELD_TYPE', `fieldType ${fieldType} is not valid for type ${type}`);
  }
  if (!groups.has(groupName)) {
    return fault('GROUP_DOESNT_EXIST', `Property group "${groupName}" does not exist`);
  }
  if (new Set(options.map((option) => option.value)).size !== options.length) {
    return fault('DUPLICATE_OPTION', 'Option values must be unique');
  }
  if (type === 'enumeration' && options.length === 0) {
    return fault('MISSING_OPTIONS', 'An enumeration needs options');
  }
  const values = options.map((option) => option.value).sort();
  if (type === 'bool' && values.join() !== 'false,true') {
    return fault('INVALID_OPTIONS', 'A bool needs exactly the options true and false');
  }
  if (type !== 'enumeration' && type !== 'bool' && options.length > 0) {
    return fault('INVALID_OPTIONS', `A property of type ${type} has no options`);
  }
  if (property.hasUniqueValue && uniqueProperties >= 10) {
    return fault('UNIQUE_PROPERTY_LIMIT', 'An object has at most 10 unique properties');
  }
  return undefined;
}
