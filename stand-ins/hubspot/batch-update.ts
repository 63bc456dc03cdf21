// POST …/contacts/batch/update: contacts that exist, by record ID. It creates nobody.
import type { Handler } from 'hono';
import * as z from 'zod';
import { checkRecord } from './check-record.ts';
import { multiStatusError, readBody, refuse } from './errors.ts';
import { duplicatesIn, MAX_BATCH_SIZE, type Portal } from './portal.ts';

const BatchUpdate = z.object({
  inputs: z
    .array(
      z.strictObject({
        id: z.string().min(1),
        properties: z.record(z.string(), z.string()),
        objectWriteTraceId: z.string().min(1).optional(),
      }),
    )
    .default([]),
});

export function batchUpdate(portal: Portal): Handler {
  return async function updateContacts(c) {
    const body = await readBody(c, BatchUpdate);
    if (body instanceof Response) return body;
    const { inputs } = body;
    const repeated = [...duplicatesIn(inputs.map(({ id }) => id))];
    if (inputs.length > MAX_BATCH_SIZE || repeated.length > 0) {
      const message = `The batch has ${inputs.length} inputs, with duplicate IDs: [${repeated.join(', ')}]`;
      return refuse(c, 400, { message, category: 'VALIDATION_ERROR' });
    }
    const results: object[] = [];
    const errors: object[] = [];
    const isTraced = inputs.every(({ objectWriteTraceId }) => objectWriteTraceId !== undefined);
    for (const { id, properties, objectWriteTraceId = '' } of inputs) {
      const contact = portal.contacts.find('hs_object_id', id);
      if (!contact) {
        errors.push({
          status: 'error',
          category: 'OBJECT_NOT_FOUND',
          message: 'Could not get some CONTACT objects, they may be deleted or not exist.',
          context: { ids: [id] },
          errors: [],
          links: {},
        });
        continue;
      }
      const checked = checkRecord(portal, { id, idProperty: 'hs_object_id', properties }, false);
      if (checked.ok) {
        const written = portal.contacts.write(contact.id, checked.upsert.properties);
        results.push({ ...written, objectWriteTraceId });
      } else if (isTraced) errors.push(multiStatusError(checked.fault, objectWriteTraceId));
      else return refuse(c, 400, checked.fault);
    }
    const at = portal.timestamp();
    const answer = { status: 'COMPLETE', results, startedAt: at, completedAt: at };
    if (errors.length === 0) return c.json(answer);
    const partial = { ...answer, numErrors: errors.length, errors };
    return c.json(partial, c.req.param('version') === '2026-09' ? 200 : 207);
  };
}
