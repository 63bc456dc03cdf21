// Contacts written in one request, with an outcome for each. HubSpot reports per record only when every
// record carries a trace ID; without, its first bad record fails them all.
import * as z from 'zod';
import type { Outcome } from '../../model.ts';
import {
  callHubspot,
  HubspotError,
  type HubspotOptions,
  objectsPath,
  refusalReason,
  refusedWhole,
} from './client.ts';
import type { Refused } from './divide.ts';

export interface Write {
  email: string;
  properties: Readonly<Record<string, string>>;
}

const Result = z.object({
  id: z.string(),
  objectWriteTraceId: z.string().optional(),
  properties: z.object({ email: z.string().optional().catch(undefined) }).catch({}),
});
/** An item of a shape nobody knows leaves its record unconfirmed, and only that. */
const Written = z.object({
  results: z.array(Result.optional().catch(undefined)).default([]),
  errors: z.array(HubspotError.catch({})).default([]),
});

/** One outcome per write, in the same order; or that the request came to nothing. */
export async function upsertContacts(
  options: HubspotOptions,
  writes: readonly Write[],
): Promise<readonly Outcome[] | Refused> {
  const inputs = writes.map(({ email, properties }, index) => ({
    id: email,
    idProperty: 'email',
    objectWriteTraceId: String(index),
    properties,
  }));
  const answer = await callHubspot(options, 'POST', `${objectsPath(options)}/batch/upsert`, {
    inputs,
  });
  if (answer.kind === 'unavailable') return { refused: answer.retry, divisible: false };
  if (answer.kind === 'refused') return refusedWhole(answer.status, answer.error);

  // The status says nothing: API 2026-09 reports failed records under 200.
  const parsed = Written.safeParse(answer.json);
  const outcomes = new Map<string, Outcome>();
  for (const result of parsed.data?.results ?? []) {
    if (!result) continue;
    // The trace ID is optional in HubSpot's schema; the address says the same.
    const byEmail = writes.findIndex(({ email }) => email === result.properties.email);
    const index = Number(result.objectWriteTraceId ?? byEmail);
    const written = writes[index]?.properties;
    if (!written) continue;
    outcomes.set(String(index), { status: 'delivered', externalId: result.id, written });
  }
  for (const error of parsed.data?.errors ?? []) {
    for (const traceId of error.context?.objectWriteTraceId ?? []) {
      outcomes.set(traceId, recordOutcome(error));
    }
  }
  // Neither written nor refused: HubSpot can answer 200 COMPLETE and do nothing.
  return writes.map(
    (_, index) => outcomes.get(String(index)) ?? { status: 'retry', reason: 'hubspot_unconfirmed' },
  );
}

/** Faults of the record itself. Anything else, such as two writers that met, passes. */
const PERMANENT = ['VALIDATION_ERROR', 'OBJECT_ALREADY_EXISTS', 'MISSING_REQUIRED_PROPERTY'];

function recordOutcome(error: HubspotError): Outcome {
  const reason = refusalReason(undefined, error);
  const isPermanent = PERMANENT.includes(error.category ?? '');
  return isPermanent ? { status: 'rejected', reason } : { status: 'retry', reason };
}
