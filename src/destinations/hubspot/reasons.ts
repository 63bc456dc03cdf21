// Why a contact did not arrive in HubSpot, or did not arrive whole.
import { type ReasonTable, reasonsOf } from '../../reasons.ts';
import { BY_ITSELF, standardReasons } from '../../upstream/reasons.ts';
import { SCOPES, TOKEN } from './settings.ts';

/** Stands in the ledger, and before each of these codes. */
export const NAME = 'hubspot';
export const LABEL = 'HubSpot';

const SLOWLY = 'Whence tries again every ten minutes, and nothing is lost.';

export const reasons = {
  ...standardReasons(LABEL, TOKEN),
  scope_missing: {
    class: 'configuration',
    says: 'The HubSpot key lacks a scope. The detail names it.',
    todo: `Give the key ${SCOPES}. ${SLOWLY}`,
  },
  daily_limit: {
    class: 'snooze',
    says: 'HubSpot allows no more requests today.',
    todo: 'It goes on at midnight in the time zone of the HubSpot account, and nothing is lost.',
  },
  locked: {
    class: 'transient',
    says: 'HubSpot has locked the contact for about two seconds.',
    todo: BY_ITSELF,
  },
  migrating: {
    class: 'transient',
    says: 'HubSpot is moving the account to another data center.',
    todo: BY_ITSELF,
  },
  conflict: {
    class: 'transient',
    says: 'Another writer changed the contact at the same moment.',
    todo: BY_ITSELF,
  },
  contact_refused: {
    class: 'permanent',
    says: 'HubSpot refuses the contact. The detail names the property and HubSpot’s code.',
    todo: 'With INVALID_EMAIL there is nothing to do, because HubSpot does not accept the address. Fix any other property in HubSpot, or leave it out with FIELD_NAMES. Then replay the signup.',
  },
  contact_failed: {
    class: 'transient',
    says: 'HubSpot did not write the contact this time. The detail says why.',
    todo: BY_ITSELF,
  },
  contact_gone: {
    class: 'permanent',
    says: 'The contact is no longer in HubSpot. A refresh does not bring it back.',
    todo: 'Nothing to do. Replay the signup if the contact should be there again.',
  },
  contact_twice_in_batch: {
    class: 'transient',
    says: 'Two addresses of one batch belong to the same contact. The second is written next.',
    todo: BY_ITSELF,
  },
  batch_refused: {
    class: 'transient',
    says: 'HubSpot refused several contacts together. Whence tries them in smaller groups.',
    todo: BY_ITSELF,
  },
  property_missing: {
    class: 'configuration',
    says: 'HubSpot does not accept a property that protects the first values of a contact. The detail names it.',
    todo: `Give the key crm.schemas.contacts.write, and Whence creates the property by itself. Or run npx whence-crm provision with a key that has it. ${SLOWLY}`,
  },
  property_limit: {
    class: 'configuration',
    says: 'HubSpot lacks a property that Whence needs, and the plan of the account allows no more properties. The detail has HubSpot’s words.',
    todo: `Delete properties that nobody uses in HubSpot, Settings → Properties, or take a plan with more of them. ${SLOWLY}`,
  },
  property_name_taken: {
    class: 'configuration',
    says: 'Something else in HubSpot has the name of a property that Whence needs. The detail has HubSpot’s words.',
    todo: `Rename or delete it in HubSpot, Settings → Properties, also among the archived properties. ${SLOWLY}`,
  },
  property_not_created: {
    class: 'configuration',
    says: 'HubSpot refuses to create a property that Whence needs. The detail has HubSpot’s words.',
    todo: `Fix what HubSpot names, then run npx whence-crm provision. ${SLOWLY}`,
  },
  property_refused: {
    class: 'transient',
    says: 'HubSpot does not accept a property. Whence writes the contact again without it.',
    todo: BY_ITSELF,
  },
  unconfirmed: {
    class: 'transient',
    says: 'HubSpot did not say whether it wrote the contact.',
    todo: BY_ITSELF,
  },
  read_incomplete: {
    class: 'transient',
    says: 'HubSpot could not say whether it has the contact.',
    todo: BY_ITSELF,
  },
  taken_with_warning: {
    class: 'permanent',
    says: 'It arrived, and HubSpot has a warning about it. The detail names the property.',
    todo: 'Look at the property in HubSpot. Whence sends nothing again because of a warning.',
  },
  nothing_to_erase: {
    class: 'permanent',
    says: 'HubSpot has no such contact, or nothing from Whence on it.',
    todo: 'Nothing to do.',
  },
  overwrite_not_undone: {
    class: 'transient',
    says: 'It arrived, but it replaced the first values of a contact that another writer had just created. Whence could not put them back yet.',
    todo: BY_ITSELF,
  },
  overwrite_undone: {
    class: 'transient',
    says: 'It arrived. Another writer created the contact at the same moment, and Whence put its values back.',
    todo: 'Nothing to do.',
  },
} as const satisfies ReasonTable;

/** A reason of HubSpot. */
export const reason = reasonsOf(reasons, NAME);
