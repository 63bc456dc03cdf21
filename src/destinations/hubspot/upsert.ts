// Contacts written in one request, with an answer for each. HubSpot reports per record only when every record carries
// a trace ID. Without them, its first bad record fails them all.
import * as z from 'zod/mini';
import type { Contact } from '../../model.ts';
import type { Outcome } from '../../outcome.ts';
import {
  leftOutReason,
  type Omittable,
  type RejectedProperty,
} from '../drop-rejected-properties.ts';
import { callHubspot, type HubspotClient, objectsPath } from './client.ts';
import { describeRefusal, HubspotError, rejectedProperties } from './errors.ts';
import { reason } from './reasons.ts';
import { type Refused, refusedWhole } from './refused.ts';

/** One contact on its way. */
export interface Write extends Omittable {
  contact: Contact;
  /** Whether HubSpot did not have the contact when it was read. */
  isNew: boolean;
}

const Result = z.object({
  id: z.string(),
  new: z.catch(z.optional(z.boolean()), undefined),
  objectWriteTraceId: z.optional(z.string()),
  properties: z.catch(
    z.object({ email: z.catch(z.optional(z.nullable(z.string())), undefined) }),
    {},
  ),
});
/** An item that cannot be read leaves only its own record unconfirmed. */
const Answer = z.object({
  results: z._default(z.array(z.catch(z.optional(Result), undefined)), []),
  errors: z._default(z.array(z.catch(HubspotError, {})), []),
});

/** What HubSpot says about one record. */
export interface Receipt {
  outcome: Outcome;
  /** The properties that HubSpot names. */
  rejected?: readonly RejectedProperty[];
  /** Neither written nor refused: HubSpot can answer 200 COMPLETE and do nothing. */
  isMissing?: true;
  /** HubSpot had this contact although the read had not found it: another writer was faster. */
  isLostRace?: true;
}

/** One receipt per write, in the same order; or the refusal of the whole request. */
export async function upsertContacts(
  client: HubspotClient,
  writes: readonly Write[],
): Promise<readonly Receipt[] | Refused> {
  const answer = await callHubspot(client, 'POST', `${objectsPath(client)}/batch/upsert`, {
    inputs: writes.map(({ contact: { email }, properties }, index) => ({
      id: email,
      idProperty: 'email',
      objectWriteTraceId: String(index),
      properties,
    })),
  });
  if (answer.kind !== 'ok') return refusedWhole(answer, writes.flatMap(valuesIn));

  // The status says nothing: API 2026-09 reports failed records under 200.
  const parsed = Answer.safeParse(answer.json).data;
  const receipts = new Map<string, Receipt>();
  for (const result of parsed?.results ?? []) {
    // The trace ID is optional in HubSpot's schema. The address says the same.
    const byEmail = writes.findIndex(({ contact }) => contact.email === result?.properties.email);
    const traceId = result?.objectWriteTraceId ?? String(byEmail);
    const write = writes[Number(traceId)];
    if (result && write) receipts.set(traceId, receiptOf(write, result));
  }
  for (const error of parsed?.errors ?? []) {
    for (const traceId of error.context?.objectWriteTraceId ?? []) {
      const write = writes[Number(traceId)];
      if (write) receipts.set(traceId, refusalOf(write, error));
    }
  }
  return writes.map((_, index) => receipts.get(String(index)) ?? MISSING);
}

const valuesIn = ({ contact, properties }: Write) => [contact.email, ...Object.values(properties)];

const MISSING: Receipt = {
  outcome: { status: 'retry', reason: reason('unconfirmed') },
  isMissing: true,
};

function receiptOf(write: Write, { id, new: isCreated }: z.infer<typeof Result>): Receipt {
  const leftOut = leftOutReason(write.leftOut);
  return {
    outcome: {
      status: 'delivered',
      externalId: id,
      written: write.properties,
      ...(leftOut && { reason: leftOut }),
    },
    ...(write.isNew && isCreated === false && { isLostRace: true }),
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

function refusalOf(write: Write, error: HubspotError): Receipt {
  const detail = describeRefusal(error, valuesIn(write));
  return { outcome: outcomeOf(error.category, detail), rejected: rejectedProperties(error) };
}

function outcomeOf(category: string | undefined, detail: string): Outcome {
  if (category !== undefined && PERMANENT.includes(category)) {
    return { status: 'rejected', reason: reason('contact_refused', detail) };
  }
  const code = category === 'CONFLICT' ? 'conflict' : 'contact_failed';
  return { status: 'retry', reason: reason(code, detail) };
}
