// Contacts written in one request, with an outcome for each. HubSpot reports per record only when every
// record carries a trace ID; without, its first bad record fails them all.
import * as z from 'zod';
import type { Outcome } from '../../model.ts';
import {
  callHubspot,
  HubspotError,
  type HubspotOptions,
  objectsPath,
  type Refused,
  refusalReason,
  refusedWhole,
} from './client.ts';

export interface Write {
  email: string;
  properties: Readonly<Record<string, string>>;
}

const Result = z.object({ id: z.string(), objectWriteTraceId: z.string() });
/** An item of a shape nobody knows leaves its record unconfirmed, and only that. */
const Written = z.object({
  results: z.array(Result.optional().catch(undefined)).default([]),
  errors: z.array(HubspotError.catch({})).default([]),
});

/** One outcome per write, in the same order; or that HubSpot took none of them. */
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
  if (answer.kind === 'unavailable') return writes.map(() => answer.retry);
  if (answer.kind === 'refused') return refusedWhole(answer.status, answer.error);

  // The status says nothing: API 2026-09 reports failed records under 200.
  const parsed = Written.safeParse(answer.json);
  const outcomes = new Map<string, Outcome>();
  for (const result of parsed.data?.results ?? []) {
    const written = result && writes[Number(result.objectWriteTraceId)]?.properties;
    if (written) {
      const outcome: Outcome = { status: 'delivered', externalId: result.id, written };
      outcomes.set(result.objectWriteTraceId, outcome);
    }
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

/** Two writers that met on one record pass; anything else HubSpot will say again. */
function recordOutcome(error: HubspotError): Outcome {
  const reason = refusalReason(undefined, error);
  return error.category === 'CONFLICT'
    ? { status: 'retry', reason }
    : { status: 'rejected', reason };
}
