// HubSpot's own properties that Whence fills. They belong to the operator, so only empty ones are filled.
import type { Enriched } from '../../model.ts';
import type { Field } from '../field.ts';

const clickId =
  (names: readonly string[]) =>
  ({ attribution }: Enriched) =>
    attribution.clickId && names.includes(attribution.clickId.name)
      ? attribution.clickId.value
      : undefined;

const nameParts = ({ signup }: Enriched) => signup?.name?.split(/\s+/) ?? [];

export const ownFields: readonly Field[] = [
  {
    property: 'firstname',
    label: 'First name',
    type: 'string',
    description: 'Of the signup, on a new contact only.',
    write: 'when_new',
    from: (enriched) => nameParts(enriched)[0],
  },
  {
    property: 'lastname',
    label: 'Last name',
    type: 'string',
    description: 'Of the signup, on a new contact only.',
    write: 'when_new',
    from: (enriched) => nameParts(enriched).slice(1).join(' '),
  },
  {
    property: 'company',
    label: 'Company name',
    type: 'string',
    description: 'Of the signup, on a new contact only.',
    write: 'when_new',
    from: ({ signup }) => signup?.company,
  },
  {
    property: 'hs_google_click_id',
    label: 'Google ad click ID',
    type: 'string',
    // HubSpot matches it with Google Ads, which knows no other ID by this property.
    description: 'gclid, if empty.',
    write: 'when_empty',
    from: clickId(['gclid']),
  },
  {
    property: 'hs_facebook_click_id',
    label: 'Facebook click ID',
    type: 'string',
    description: 'fbclid, if empty.',
    write: 'when_empty',
    from: clickId(['fbclid']),
  },
];
