// The attributes of people in one Attio workspace, as its API shows them.
import type { AttributeCreate } from './documented.ts';

export const WORKSPACE_ID = '14beef7a-99f7-4534-a87e-70b564330a4c';
export const OBJECT_ID = '97052eb9-e65e-443f-a297-f2d9a4a7f795';

export interface AttioAttribute {
  api_slug: string;
  title: string;
  description: string | null;
  type: AttributeCreate['type'] | 'interaction' | 'personal-name';
  is_system_attribute: boolean;
  is_writable: boolean;
  is_required: boolean;
  is_unique: boolean;
  is_multiselect: boolean;
  is_archived: boolean;
  id: string;
  /** Of a select. */
  options: { id: string; title: string; isArchived: boolean }[];
}

export const newAttribute = (
  given: Pick<AttioAttribute, 'api_slug' | 'type'> & Partial<AttioAttribute>,
): AttioAttribute => ({
  title: given.api_slug,
  description: null,
  is_system_attribute: false,
  is_writable: true,
  is_required: false,
  is_unique: false,
  is_multiselect: false,
  is_archived: false,
  id: crypto.randomUUID(),
  options: [],
  ...given,
});

/** Those that every workspace has. */
export function systemAttributes(): AttioAttribute[] {
  const system = { is_system_attribute: true };
  return [
    newAttribute({ ...system, api_slug: 'record_id', type: 'text', is_writable: false }),
    newAttribute({ ...system, api_slug: 'name', type: 'personal-name' }),
    newAttribute({
      ...system,
      api_slug: 'email_addresses',
      type: 'email-address',
      is_unique: true,
      is_multiselect: true,
    }),
    newAttribute({ ...system, api_slug: 'description', type: 'text' }),
    newAttribute({ ...system, api_slug: 'company', type: 'record-reference' }),
    newAttribute({ ...system, api_slug: 'job_title', type: 'text' }),
    newAttribute({
      ...system,
      api_slug: 'phone_numbers',
      type: 'phone-number',
      is_multiselect: true,
    }),
    newAttribute({ ...system, api_slug: 'created_at', type: 'timestamp', is_writable: false }),
  ];
}

export const attributeBody = ({ id, options: _, ...attribute }: AttioAttribute) => ({
  id: { workspace_id: WORKSPACE_ID, object_id: OBJECT_ID, attribute_id: id },
  ...attribute,
  is_default_value_enabled: false,
  default_value: null,
  relationship: null,
  created_at: '2026-01-01T00:00:00.000000000Z',
  config: {
    currency: { default_currency_code: null, display_type: null },
    record_reference: { allowed_object_ids: null },
  },
});

export const optionBody = (
  attribute: AttioAttribute,
  { id, title, isArchived }: AttioAttribute['options'][number],
) => ({
  id: {
    workspace_id: WORKSPACE_ID,
    object_id: OBJECT_ID,
    attribute_id: attribute.id,
    option_id: id,
  },
  title,
  is_archived: isArchived,
});
