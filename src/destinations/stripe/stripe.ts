// Stripe as a destination: what brought a customer, in the customer's metadata. It creates no customers.
import { settingValue } from '../../settings/setting.ts';
import type { Destination } from '../destination.ts';
import { eachContact } from '../each-contact.ts';
import { withNames } from '../field-names.ts';
import { checkStripe } from './check.ts';
import { stripeClient } from './client.ts';
import { eraseCustomers } from './erase.ts';
import { fields, fieldsFor } from './fields.ts';
import { LABEL, NAME, reasons } from './reasons.ts';
import { liveFields, settings } from './settings.ts';
import { previewCustomer, REQUESTS_PER_CUSTOMER, upsertCustomer } from './upsert.ts';

const BATCH_SIZE = 25;
const requestsPerBatch = (contacts: number) => contacts * REQUESTS_PER_CUSTOMER;

export const stripe: Destination = {
  name: NAME,
  label: LABEL,
  settings,
  reasons,
  fields,
  naming: {
    // https://docs.stripe.com/metadata#data
    pattern: /^[^[\]]{1,40}$/,
    rule: 'at most 40 characters, without square brackets',
    identity: [],
  },
  key: 'customerId',
  reads: true,
  batchSize: BATCH_SIZE,
  requestsPerBatch,
  open(values, io) {
    const client = stripeClient(values, io);
    const hasLiveFields = settingValue(values, liveFields) === 'true';
    const account = { client, fields: withNames(fieldsFor(hasLiveFields), io.names) };
    return {
      name: NAME,
      label: LABEL,
      key: 'customerId',
      batchSize: BATCH_SIZE,
      requestsPerBatch,
      fields: account.fields,
      contactUrl: (id) =>
        `https://dashboard.stripe.com/${client.isTest ? 'test/' : ''}customers/${id}`,
      check: () => checkStripe(client),
      upsert: (contacts) =>
        eachContact({ name: NAME, reasons }, contacts, (contact) =>
          upsertCustomer(account, contact),
        ),
      preview: (contact) => previewCustomer(account, contact),
      erase: (person) => eraseCustomers(account, person),
    };
  },
};
