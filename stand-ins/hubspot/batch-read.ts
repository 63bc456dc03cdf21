// POST …/contacts/batch/read: contacts by email, by record id or by a unique property.
import type { Context, Handler } from 'hono';
import * as z from 'zod';
import type { HubspotContact } from './contacts.ts';
import { readBody, refuse } from './errors.ts';
import { duplicatesIn, isUnique, MAX_BATCH_SIZE, type Portal } from './portal.ts';

const BatchRead = z.object({
  inputs: z.array(z.strictObject({ id: z.string().min(1) })).default([]),
  properties: z.array(z.string()).default([]),
  propertiesWithHistory: z.array(z.string()).optional(),
  idProperty: z.string().default('hs_object_id'),
});

/** Without histories it is 100. */
const MAX_WITH_HISTORY = 50;
/** Always answered, whatever was requested. */
const ALWAYS = ['createdate', 'hs_object_id', 'lastmodifieddate'];
const BY_DEFAULT = ['email', 'firstname', 'lastname'];

export function batchRead(portal: Portal): Handler {
  return async function readContacts(c) {
    const body = await readBody(c, BatchRead);
    if (body instanceof Response) return body;
    const { inputs, properties, propertiesWithHistory = [], idProperty } = body;

    const refusal = refusalOfBatch(c, portal, body);
    if (refusal) return refusal;

    const found = new Map<string, HubspotContact>();
    const missing: string[] = [];
    for (const { id } of inputs) {
      const contact = portal.contacts.find(idProperty, id);
      if (contact) found.set(contact.id, contact);
      else missing.push(id);
    }
    const names = [...ALWAYS, ...(properties.length > 0 ? properties : BY_DEFAULT)].filter((name) =>
      portal.properties.has(name),
    );
    const at = portal.timestamp();
    const answer = {
      status: 'COMPLETE',
      // By record id: the order of the inputs is not promised.
      results: [...found.values()]
        .sort((a, b) => Number(a.id) - Number(b.id))
        .map((contact) => ({
          ...contact,
          properties: pick(contact.properties, names),
          ...(propertiesWithHistory.length > 0 && {
            propertiesWithHistory: Object.fromEntries(
              propertiesWithHistory
                .filter((name) => portal.properties.has(name))
                .map((name) => [name, portal.contacts.historyOf(contact.id, name)]),
            ),
          }),
        })),
      startedAt: at,
      completedAt: at,
    };
    if (missing.length === 0) return c.json(answer);

    const error = {
      status: 'error',
      category: 'OBJECT_NOT_FOUND',
      errors: [],
      links: {},
      message:
        'Could not get some CONTACT objects, they may be deleted or not exist. Check that ids are valid.',
      context: { ids: missing },
    };
    const partial = { ...answer, numErrors: 1, errors: [error] };
    // 2026-09 documents no 207.
    return c.json(partial, c.req.param('version') === '2026-09' ? 200 : 207);
  };
}

function pick(properties: Record<string, string>, names: readonly string[]) {
  return Object.fromEntries(names.map((name) => [name, properties[name] ?? null]));
}

/** Why the whole batch is refused before any contact is read. */
function refusalOfBatch(
  c: Context,
  portal: Portal,
  { inputs, propertiesWithHistory = [], idProperty }: z.infer<typeof BatchRead>,
): Response | undefined {
  if (inputs.length > MAX_BATCH_SIZE) {
    const message = `A batch holds at most ${MAX_BATCH_SIZE} inputs, not ${inputs.length}`;
    return refuse(c, 400, { message, category: 'VALIDATION_ERROR' });
  }
  if (propertiesWithHistory.length > 0 && inputs.length > MAX_WITH_HISTORY) {
    const message = `The maximum number of inputs supported in a batch request for property histories is ${MAX_WITH_HISTORY}.`;
    return refuse(c, 400, { message, category: 'VALIDATION_ERROR' });
  }
  if (idProperty !== 'hs_object_id' && !isUnique(portal, idProperty)) {
    const message = `Unable to perform read by non-unique 0-1 property ${idProperty}`;
    return refuse(c, 400, { message, category: 'VALIDATION_ERROR' });
  }
  const duplicates = [...duplicatesIn(inputs.map((input) => input.id.toLowerCase()))];
  if (duplicates.length > 0) {
    const message = `Duplicate IDs found in batch input: [${duplicates.join(', ')}]. IDs must be unique`;
    return refuse(c, 400, {
      message,
      category: 'VALIDATION_ERROR',
      context: { ids: duplicates },
    });
  }
  return undefined;
}
