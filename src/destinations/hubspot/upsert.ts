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

/** One outcome per write, in the same order. */
export async function upsertContacts(
  options: HubspotOptions,
  writes: readonly Write[],
): Promise<readonly Outcome[]> {
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
  if (answer.kind === 'refused') {
    // HubSpot refuses some batches whole. Halving finds the culprit and lets the others through.
    if (writes.length > 1) {
      const middle = Math.ceil(writes.length / 2);
      return [
        ...(await upsertContacts(options, writes.slice(0, middle))),
        ...(await upsertContacts(options, writes.slice(middle))),
      ];
    }
    return [{ status: 'rejected', reason: refusalReason(answer.status, answer.error) }];
  }

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
      outcomes.set(traceId, { status: 'rejected', reason: refusalReason(undefined, error) });
    }
  }
  // Neither written nor refused: HubSpot can answer 200 COMPLETE and do nothing.
  return writes.map(
    (_, index) => outcomes.get(String(index)) ?? { status: 'retry', reason: 'hubspot_unconfirmed' },
  );
}
