// HubSpot as a destination: contacts by email, in batches, with properties that Whence creates.
import type { Destination } from '../destination.ts';
import { withNames } from '../field-names.ts';
import { fields, requestedFields } from '../fields.ts';
import { once } from '../once.ts';
import { requestsPerBatch, upsertBatch } from './batch.ts';
import { checkHubspot } from './check.ts';
import { hubspotClient } from './client.ts';
import { readMapped } from './definitions.ts';
import { deleteSample } from './delete-sample.ts';
import { eraseContacts } from './erase.ts';
import { locateAccount } from './locate.ts';
import { ownFields } from './own-fields.ts';
import { previewContact } from './preview.ts';
import { provision } from './provision.ts';
import { LABEL, NAME, reasons } from './reasons.ts';
import { createSegments } from './segments.ts';
import { settings } from './settings.ts';
import { shapeOfHubspot } from './shape.ts';

/** HubSpot's limit for every batch verb. */
const BATCH_SIZE = 100;

export const hubspot: Destination = {
  name: NAME,
  label: LABEL,
  settings,
  reasons,
  fields: [...fields, ...requestedFields, ...ownFields],
  naming: {
    pattern: /^[a-z][a-z0-9_]*$/,
    rule: 'lower-case letters, digits and _',
    identity: ['email', 'hs_additional_emails', 'hs_object_id'],
  },
  key: 'email',
  reads: true,
  batchSize: BATCH_SIZE,
  requestsPerBatch,
  open(values, io) {
    const client = hubspotClient(values, io);
    const named = withNames(hubspot.fields, io.names);
    const account = {
      client,
      fields: named,
      mapped: once(() => readMapped(client, named)),
      requestsLeft: io.requestsLeft,
    };
    return {
      name: NAME,
      label: LABEL,
      key: 'email',
      batchSize: BATCH_SIZE,
      requestsPerBatch,
      fields: named,
      check: () => checkHubspot(client, named),
      contactUrl: (id) => (io.state.place ? `${io.state.place}/record/0-1/${id}` : undefined),
      locate: () => locateAccount(client, io),
      shape: (email) => shapeOfHubspot(client, email),
      prepare: () => provision(client, named),
      createSegments: (isDryRun) => createSegments(client, io.names, isDryRun),
      upsert: (contacts) => upsertBatch(account, contacts),
      preview: (contact) => previewContact(account, contact),
      erase: (person) => eraseContacts(account, hubspot.fields, person),
      deleteSample: (email) => deleteSample(account, email),
    };
  },
};
