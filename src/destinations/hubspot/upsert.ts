// Contacts written in one request, with an answer for each. HubSpot reports per record only when every
// record carries a trace ID; without, its first bad record fails them all.
import * as z from 'zod/mini';
import type { Outcome } from '../../model.ts';
import type { Refused } from '../bisect.ts';
import { callHubspot, type HubspotOptions, objectsPath, refusedWhole } from './client.ts';
import { describeLeftOut, type Write } from './drop-rejected-properties.ts';
import { type Fault, faultsOf, HubspotError, refusalReason } from './errors.ts';
import { ifReadable, otherwise } from './otherwise.ts';

const Result = z.object({
  id: z.string(),
  new: ifReadable(z.boolean()),
  objectWriteTraceId: z.optional(z.string()),
  properties: otherwise(z.object({ email: ifReadable(z.nullish(z.string())) }), {}),
});
/** An item of a shape nobody knows leaves its record unconfirmed, and only that. */
const Written = z.object({
  results: z._default(z.array(ifReadable(Result)), []),
  errors: z._default(z.array(otherwise(HubspotError, {})), []),
});

/** What HubSpot says of one record. */
export interface Receipt {
  outcome: Outcome;
  /** The properties at fault, where HubSpot names some. */
  faults?: readonly Fault[];
  /** Neither written nor refused: HubSpot can answer 200 COMPLETE and do nothing. */
  isMissing?: true;
  /** HubSpot had this contact although the read had not found it: somebody was quicker. */
  wasThere?: true;
}

/** One receipt per write, in the same order; or that the request came to nothing. */
export async function upsertContacts(
  options: HubspotOptions,
  writes: readonly Write[],
): Promise<readonly Receipt[] | Refused> {
  const inputs = writes.map(({ email, properties }, index) => ({
    id: email,
    idProperty: 'email',
    objectWriteTraceId: String(index),
    properties,
  }));
  const answer = await callHubspot(options, 'POST', `${objectsPath(options)}/batch/upsert`, {
    inputs,
  });
  if (answer.kind === 'unavailable') return { refused: answer.retry, bisectable: false };
  if (answer.kind === 'refused') {
    const values = writes.flatMap(({ email, properties }) => [email, ...Object.values(properties)]);
    return refusedWhole(answer.status, answer.error, values);
  }

  // The status says nothing: API 2026-09 reports failed records under 200.
  const parsed = Written.safeParse(answer.json);
  const receipts = new Map<string, Receipt>();
  for (const result of parsed.data?.results ?? []) {
    if (!result) continue;
    // The trace ID is optional in HubSpot's schema; the address says the same.
    const byEmail = writes.findIndex(({ email }) => email === result.properties.email);
    const index = Number(result.objectWriteTraceId ?? byEmail);
    const write = writes[index];
    if (write) receipts.set(String(index), receiptOf(write, result));
  }
  for (const error of parsed.data?.errors ?? []) {
    for (const traceId of error.context?.objectWriteTraceId ?? []) {
      const write = writes[Number(traceId)];
      if (write) receipts.set(traceId, refusalOf(write, error));
    }
  }
  return writes.map((_, index) => receipts.get(String(index)) ?? MISSING);
}

const MISSING: Receipt = {
  outcome: { status: 'retry', reason: 'hubspot_unconfirmed' },
  isMissing: true,
};

function receiptOf(write: Write, { id, new: isNew }: z.infer<typeof Result>): Receipt {
  const { properties: written, leftOut } = write;
  return {
    outcome: {
      status: 'delivered',
      externalId: id,
      written,
      reason: describeLeftOut(leftOut),
    },
    wasThere: write.isNew && isNew === false ? true : undefined,
  };
}

/** Faults of the record itself. Anything else, such as two writers that met, passes. */
const PERMANENT = [
  'VALIDATION_ERROR',
  'OBJECT_ALREADY_EXISTS',
  'MISSING_REQUIRED_PROPERTY',
  'PROPERTY_DOESNT_EXIST',
  'READ_ONLY_VALUE',
  'INVALID_OPTION',
  'INVALID_EMAIL',
];

function refusalOf({ email, properties }: Write, error: HubspotError): Receipt {
  const reason = refusalReason(undefined, error, [email, ...Object.values(properties)]);
  const isPermanent = PERMANENT.includes(error.category ?? '');
  return {
    outcome: isPermanent ? { status: 'rejected', reason } : { status: 'retry', reason },
    faults: faultsOf(error),
  };
}
