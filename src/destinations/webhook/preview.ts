// What the event of one signup would say: one row for each field, and the body as it would be sent.
import type { Contact } from '../../model.ts';
import type { Preview } from '../destination.ts';
import { lineOf } from './chat.ts';
import { signupEvent, toldValues } from './event.ts';
import { webhookFields } from './fields.ts';
import { textsOf, type Webhook } from './sending.ts';

/** Sends nothing. */
export function previewEvent({ client, fields }: Webhook, contact: Contact): Preview {
  const values = textsOf(toldValues(webhookFields, contact));
  return {
    properties: webhookFields.map(({ property, label }) => {
      const wouldBe = values[property] ?? null;
      const leaves = fields.some((field) => field.property === property);
      const why = leaves ? 'in every event' : 'not named in WEBHOOK_FIELDS';
      return {
        property,
        label,
        now: null,
        wouldBe,
        action: leaves && wouldBe !== null ? 'write' : 'kept',
        why: leaves && wouldBe === null ? 'no value' : why,
      };
    }),
    payload: client.chat
      ? lineOf(contact, fields).text
      : JSON.stringify(signupEvent('signup.enriched', contact, fields), null, 2),
  };
}
