// The webhook as a destination: a signed event for each signup, or a line in a chat.
import type { Destination } from '../destination.ts';
import { checkReceiver, wellOf } from './check.ts';
import { webhookClient } from './client.ts';
import { tellErasure } from './erase.ts';
import { fieldsFrom, webhookFields } from './fields.ts';
import { previewEvent } from './preview.ts';
import { LABEL, NAME, reasons } from './reasons.ts';
import type { Webhook } from './sending.ts';
import { fields as fieldsSetting, settings, when } from './settings.ts';
import { draftOf, sendEvents } from './upsert.ts';
import { conditionsFrom } from './when.ts';

/** One request for each event. Of the requests of an invocation the visitors need the most. */
const BATCH_SIZE = 10;
const requestsPerBatch = (events: number) => Math.min(events, BATCH_SIZE);

export const webhook: Destination = {
  name: NAME,
  label: LABEL,
  settings,
  reasons,
  fields: webhookFields,
  key: 'signup',
  reads: false,
  follows: true,
  batchSize: BATCH_SIZE,
  requestsPerBatch,
  open(values, io) {
    const client = webhookClient(values, io);
    const chosen = fieldsFrom(values.get(fieldsSetting.name));
    const wanted = conditionsFrom(values.get(when.name));
    const opened: Webhook = {
      client,
      // A setting that is wrong switches the destination off. This is for a caller that opens it nevertheless.
      fields: 'fields' in chosen ? chosen.fields : [],
      condition: 'condition' in wanted ? wanted.condition : () => false,
    };
    return {
      name: NAME,
      label: LABEL,
      key: 'signup',
      follows: true,
      // The lines of a batch share a message.
      batchSize: client.chat ? 100 : BATCH_SIZE,
      requestsPerBatch: client.chat ? (events) => Math.min(events, 1) : requestsPerBatch,
      fields: opened.fields,
      stopKey: client.url,
      check: () => checkReceiver(webhook, client),
      well: wellOf(client),
      draft: (contact) => draftOf(opened, contact),
      upsert: (contacts) => sendEvents(opened, contacts),
      erase: (person) => tellErasure(opened, person),
      preview: async (contact) => previewEvent(opened, contact),
    };
  },
};
