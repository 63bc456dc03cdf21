// What a Stripe customer's metadata gets: few keys, since all programs of the account share fifty. No click IDs.
// https://docs.stripe.com/metadata
import type { Field, Value } from '../field.ts';
import { fields as all, requestedFields } from '../fields.ts';
import { decimalText, momentText, safeText } from '../format.ts';

/** Stripe keeps 500 characters of a value. */
const MAX_LENGTH = 500;

const TOUCHES = [
  'datafast_visitor_id',
  'datafast_channel',
  'datafast_source',
  'datafast_medium',
  'datafast_campaign',
  'datafast_ref',
  'datafast_via',
  'datafast_landing_page',
  'datafast_first_seen_at',
  'datafast_converting_channel',
  'datafast_converting_source',
  'datafast_converting_campaign',
];
/** Each change of them is an event in the operator's account. */
const LIVE = ['datafast_lead_score', 'datafast_scored_at'];

const named = (names: readonly string[]) => all.filter(({ property }) => names.includes(property));

/** Metadata belongs to everybody who uses the account, so a key that is there stays. */
const touches = named(TOUCHES).map((field): Field => ({ ...field, keepsFilled: true }));

/** At most fifteen. */
export const fields: readonly Field[] = [...touches, ...named(LIVE), ...requestedFields];

export const fieldsFor = (hasLiveFields: boolean): readonly Field[] =>
  hasLiveFields ? fields : [...touches, ...requestedFields];

export function format({ type }: Pick<Field, 'type'>, value: Value): string | undefined {
  if (typeof value === 'number') return decimalText(value);
  return type === 'datetime' ? momentText(value) : safeText(value, MAX_LENGTH);
}
