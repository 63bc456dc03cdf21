// Why a signup is not on the Stripe customer.
import { type ReasonTable, reasonsOf } from '../../reasons.ts';
import { BY_ITSELF, standardReasons } from '../../upstream/reasons.ts';
import { API_KEY } from './settings.ts';

/** Stands in the ledger, and before each of these codes. */
export const NAME = 'stripe';
export const LABEL = 'Stripe';

export const reasons = {
  ...standardReasons(LABEL, API_KEY),
  permission_missing: {
    class: 'configuration',
    says: 'The Stripe key lacks a permission. The detail names it.',
    todo: `Give the key of ${API_KEY} the permission Customers: Write. Whence tries again every ten minutes, and nothing is lost.`,
  },
  no_customer: {
    class: 'permanent',
    says: 'The signup names no Stripe customer. A guest who pays has none.',
    todo: 'Nothing to do.',
  },
  no_visitor: {
    class: 'permanent',
    says: 'No visitor is known, so there is nothing to write onto the customer.',
    todo: 'Nothing to do here. docs/sources.md says how the visitor ID gets into the checkout.',
  },
  other_mode: {
    class: 'permanent',
    says: 'The customer belongs to the other mode of Stripe: test or live.',
    todo: `Set ${API_KEY} to a key of the mode that sends the webhooks, then replay the signup.`,
  },
  customer_gone: {
    class: 'permanent',
    says: 'Stripe has no such customer any more.',
    todo: 'Nothing to do.',
  },
  metadata_full: {
    class: 'permanent',
    says: 'The customer has no room for more metadata. Stripe keeps 50 keys.',
    todo: 'Remove keys that nobody uses from the customer’s metadata, or leave fields out with FIELD_NAMES. Then replay the signup.',
  },
  customer_refused: {
    class: 'permanent',
    says: 'Stripe refuses the change. The detail has Stripe’s code.',
    todo: 'Fix what the code names, or leave the field out with FIELD_NAMES. Then replay the signup.',
  },
  nothing_to_erase: {
    class: 'permanent',
    says: 'No customer of this person has anything from Whence.',
    todo: 'Nothing to do.',
  },
  conflict: {
    class: 'transient',
    says: 'Another program changed the customer at the same moment.',
    todo: BY_ITSELF,
  },
} as const satisfies ReasonTable;

/** A reason of Stripe. */
export const reason = reasonsOf(reasons, NAME);
