// One customer: what their metadata holds, and what is added to it.
import type { Contact } from '../../model.ts';
import type { Outcome, Skipped } from '../../outcome.ts';
import { convertingChannelAfter } from '../converting-touch.ts';
import type { Failure, Preview } from '../destination.ts';
import type { Field } from '../field.ts';
import { firstTouchAfter } from '../first-touch.ts';
import { previewRows } from '../preview-rows.ts';
import { type Held, propertiesToWrite } from '../write-rules.ts';
import {
  addMetadata,
  type Customer,
  type CustomerAnswer,
  OTHER_MODE,
  readCustomer,
  type StripeClient,
} from './client.ts';
import { format } from './fields.ts';
import { NAME, reason } from './reasons.ts';

/** A read and a write. */
export const REQUESTS_PER_CUSTOMER = 2;
/** https://docs.stripe.com/metadata#data */
const MAX_KEYS = 50;

export interface Account {
  client: StripeClient;
  /** Under the operator's names. */
  fields: readonly Field[];
}

export const skipped = (code: Parameters<typeof reason>[0]): Skipped => ({
  status: 'skipped',
  reason: reason(code),
});

/** Whether a visitor is known, or may become known. */
function hasVisitor({ latest, touches }: Contact): boolean {
  const { match, signup } = latest;
  if (touches.length > 0) return true;
  return signup.visitorId !== undefined && match !== 'bot' && match !== 'shared_visitor';
}

/** The customer of the signup; or why there is none that can be written to. */
function customerIn({ client }: Account, contact: Contact): { id: string } | Skipped {
  const { source, customerId: id = '', test } = contact.first.signup;
  if (source !== NAME || !/^cus_\w+$/.test(id)) return skipped('no_customer');
  if (test !== client.isTest) return OTHER_MODE;
  return hasVisitor(contact) ? { id } : skipped('no_visitor');
}

/** What may be written to them, as the account's own mode has it. */
export async function readHeld(account: Account, id: string): Promise<CustomerAnswer> {
  const answer = await readCustomer(account.client, id);
  if (answer.kind === 'none') return answer;
  const isOther = answer.customer.livemode === account.client.isTest;
  return isOther ? { kind: 'none', outcome: OTHER_MODE } : answer;
}

export const heldOf = ({ id, metadata }: Customer): Held => ({
  externalId: id,
  properties: Object.fromEntries(Object.entries(metadata).filter(([, value]) => value !== '')),
});

/** A read and, where anything is new, a write. Repeating it changes nothing. */
export async function upsertCustomer(account: Account, contact: Contact): Promise<Outcome> {
  const found = customerIn(account, contact);
  if ('status' in found) return found;
  const { fields, client } = account;
  const { id } = found;
  // Nothing is known of the visitor yet. A refresh may tell.
  if (contact.touches.length === 0) return { status: 'delivered', externalId: id, written: {} };
  const read = await readHeld(account, id);
  if (read.kind === 'none') return read.outcome;
  const held = heldOf(read.customer);
  const metadata = propertiesToWrite(fields, contact, held, format);
  const touches = {
    firstTouch: firstTouchAfter(fields, held.properties, metadata),
    convertingChannel: convertingChannelAfter(fields, contact, held.properties, metadata),
  };
  const delivered: Outcome = { status: 'delivered', externalId: id, written: metadata, ...touches };
  if (Object.keys(metadata).length === 0) return delivered;
  if (Object.keys({ ...held.properties, ...metadata }).length > MAX_KEYS) {
    return { status: 'rejected', reason: reason('metadata_full') };
  }
  const { attempts: attempt = 0 } = contact;
  const answer = await addMetadata(client, { id, metadata, attempt });
  return answer.kind === 'customer' ? delivered : answer.outcome;
}

/** What `upsertCustomer` would do. */
export async function previewCustomer(
  account: Account,
  contact: Contact,
): Promise<Preview | Failure> {
  const found = customerIn(account, contact);
  if ('status' in found) return { failed: found };
  const read = await readHeld(account, found.id);
  if (read.kind === 'none') return { failed: read.outcome };
  const held = heldOf(read.customer);
  return {
    externalId: held.externalId,
    properties: previewRows(account.fields, contact, held, format),
  };
}
