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
    todo: `Run npm run provision. ${SLOWLY}`,
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
  overwrite_undone: {
    class: 'transient',
    says: 'It arrived. Another writer created the contact at the same moment, and Whence put its values back.',
    todo: 'Nothing to do.',
  },
} as const satisfies ReasonTable;

/** A reason of HubSpot. */
export const reason = reasonsOf(reasons, NAME);
