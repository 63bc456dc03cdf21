// POST …/contacts/batch/upsert: what it accepts, what it refuses, and whether one refusal fails the whole batch.
import type { Context, Handler } from 'hono';
import * as z from 'zod';
import { checkRecord, type Upsert, UpsertInput } from './check-record.ts';
import { multiStatusError, type RecordFault, readBody, refuse } from './errors.ts';
import { duplicatesIn, isUnique, MAX_BATCH_SIZE, type Portal } from './portal.ts';

/** Without `inputs` HubSpot answers COMPLETE and writes nothing. */
const BatchUpsert = z.object({ inputs: z.array(UpsertInput).default([]) });

export function batchUpsert(portal: Portal): Handler {
  return async function upsertContacts(c) {
    const body = await readBody(c, BatchUpsert);
    if (body instanceof Response) return body;
    const { inputs } = body;
    const refusal = refusalOfBatch(c, portal, inputs);
    if (refusal) return refusal;

    const enforcesRequired = c.req.param('version') === '2026-09';
    const kept = inputs.filter(({ id }) => !portal.dropped.delete(id.toLowerCase()));
    const records = kept.map((input) => ({
      input,
      checked: checkRecord(portal, input, enforcesRequired),
    }));
    const faulty = records.flatMap(({ input, checked }) =>
      checked.ok ? [] : [{ traceId: input.objectWriteTraceId ?? '', fault: checked.fault }],
    );
    const [first] = faulty;
    if (first && !isTraced(inputs)) return refuseAll(c, first.fault);

    const results = records
      .flatMap(({ input, checked }) => (checked.ok ? [write(portal, input, checked.upsert)] : []))
      // By record id: the order of the inputs is not promised.
      .sort((a, b) => Number(a.id) - Number(b.id));
    const at = portal.timestamp();
    const answer = { status: 'COMPLETE', results, startedAt: at, completedAt: at };
    if (faulty.length === 0) return c.json(answer);

    const errors = faulty.map(({ fault, traceId }) => multiStatusError(fault, traceId));
    const partial = { ...answer, numErrors: errors.length, errors };
    // 2026-09 documents no 207: its status says nothing about a single record.
    return c.json(partial, c.req.param('version') === '2026-09' ? 200 : 207);
  };
}

/** Why the whole batch is refused before any record is checked. */
function refusalOfBatch(
  c: Context,
  portal: Portal,
  inputs: readonly UpsertInput[],
): Response | undefined {
  const invalid = (message: string, context?: Record<string, string[]>) =>
    refuse(c, 400, { message, category: 'VALIDATION_ERROR', ...(context && { context }) });

  if (inputs.length > MAX_BATCH_SIZE) {
    return invalid(`A batch holds at most ${MAX_BATCH_SIZE} inputs, not ${inputs.length}`);
  }
  const notUnique = inputs.find(({ idProperty }) => !isUnique(portal, idProperty))?.idProperty;
  if (notUnique !== undefined) {
    return invalid(`Unable to perform update/upsert by non-unique 0-1 property ${notUnique}`);
  }
  const targets = inputs.map((input) => targetOf(portal, input));
  const repeated = duplicatesIn(targets);
  if (repeated.size > 0) {
    const ids = inputs
      .filter((_, index) => repeated.has(targets[index] ?? ''))
      .map((input) => input.id.toLowerCase());
    const unique = [...new Set(ids)];
    const message = `Duplicate IDs found in batch input: [${unique.join(', ')}]. IDs must be unique`;
    return invalid(message, { ids: unique });
  }
  return undefined;
}

/** Two inputs with one target cannot share a batch: one id twice, or two emails of one contact. */
function targetOf(portal: Portal, { id, idProperty, properties }: UpsertInput): string {
  const contact = portal.contacts.find(idProperty, id);
  if (contact) return `contact ${contact.id}`;
  const email = idProperty === 'email' ? id : properties.email;
  return email ? `email ${email.toLowerCase()}` : `${idProperty} ${id}`;
}

/** HubSpot answers for each record only when every input has a trace id of its own. */
function isTraced(inputs: readonly UpsertInput[]): boolean {
  const traceIds = inputs.map((input) => input.objectWriteTraceId);
  return !traceIds.includes(undefined) && new Set(traceIds).size === inputs.length;
}

function refuseAll(c: Context, { category, message, errors }: RecordFault): Response {
  const status = category === 'CONFLICT' ? 409 : 400;
  return refuse(c, status, { message, category, ...(errors.length > 0 && { errors }) });
}

function write(portal: Portal, { objectWriteTraceId }: UpsertInput, upsert: Upsert) {
  const { contactId, properties } = upsert;
  const isNew = contactId === undefined;
  const contact = isNew
    ? // A contact that the API creates counts as offline unless the source is given.
      portal.contacts.create({ hs_analytics_source: 'OFFLINE', ...properties })
    : portal.contacts.write(contactId, properties);
  const shown = new Set([
    ...Object.keys(properties),
    'createdate',
    'hs_object_id',
    'lastmodifieddate',
  ]);
  const { id, createdAt, updatedAt, archived } = contact;
  return {
    id,
    new: isNew,
    properties: Object.fromEntries(
      [...shown].map((name) => [name, contact.properties[name] ?? null]),
    ),
    ...(objectWriteTraceId !== undefined && { objectWriteTraceId }),
    createdAt,
    updatedAt,
    archived,
  };
}
