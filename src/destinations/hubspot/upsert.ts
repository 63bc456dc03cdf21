// Contacts written in one request, with an answer for each. HubSpot reports per record only when every record carries
// a trace ID. Without them, its first bad record fails them all.
import * as z from 'zod/mini';
import type { Contact } from '../../model.ts';
import type { Outcome } from '../../outcome.ts';
import { reason as ourReason, type Reason } from '../../reasons.ts';
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
  /** HubSpot's ID of the contact; absent when HubSpot did not have it when it was read. */
  externalId?: string | undefined;
}

const Result = z.object({
  id: z.string(),
  new: z.catch(z.optional(z.boolean()), undefined),
  objectWriteTraceId: z.optional(z.string()),
  properties: z.catch(
    z.object({ email: z.catch(z.optional(z.nullable(z.string())), undefined) }),
    {},
  ),
  /** What HubSpot took with a reservation. Only API 2026-03 documents it. */
  warnings: z.catch(z._default(z.array(z.catch(HubspotError, {})), []), []),
});
type Result = z.infer<typeof Result>;
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
  const { results = [], errors = [] } = Answer.safeParse(answer.json).data ?? {};
  const receipts = new Map<number, Receipt>();
  for (const result of results) {
    const index = result ? indexOf(writes, result, results.length === 1) : -1;
    const write = writes[index];
    if (result && write) receipts.set(index, receiptOf(write, result));
  }
  const isAlone = writes.length === 1 && results.length === 0 && errors.length === 1;
  for (const error of errors) {
    for (const traceId of error.context?.objectWriteTraceId ?? (isAlone ? ['0'] : [])) {
      const index = indexOfTrace(writes, traceId);
      const write = writes[index];
      if (write) receipts.set(index, refusalOf(write, error));
    }
  }
  return writes.map((_, index) => receipts.get(index) ?? MISSING);
}

const indexOfTrace = (writes: readonly Write[], traceId: string | undefined) =>
  writes.findIndex((_, index) => String(index) === traceId);

/** Which write a result is about. HubSpot's schema promises neither the trace ID nor the email in a result. */
function indexOf(writes: readonly Write[], result: Result, isOnly: boolean): number {
  const email = result.properties.email?.toLowerCase();
  const found = [
    indexOfTrace(writes, result.objectWriteTraceId),
    writes.findIndex(({ contact }) => contact.email === email),
    writes.findIndex(({ externalId }) => externalId === result.id),
  ].find((index) => index >= 0);
  return found ?? (isOnly && writes.length === 1 ? 0 : -1);
}

const valuesIn = ({ contact, properties }: Write) => [contact.email, ...Object.values(properties)];

const MISSING: Receipt = {
  outcome: { status: 'retry', reason: reason('unconfirmed') },
  isMissing: true,
};

function receiptOf(write: Write, { id, new: isCreated, warnings }: Result): Receipt {
  const why = withWarnings(write, leftOutReason(write.leftOut), warnings);
  return {
    outcome: {
      status: 'delivered',
      externalId: id,
      written: write.properties,
      ...(why && { reason: why }),
    },
    ...(write.externalId === undefined && isCreated === false && { isLostRace: true }),
  };
}

/** What HubSpot took with a reservation stands beside what was left out. */
function withWarnings(
  write: Write,
  leftOut: Reason | undefined,
  warnings: readonly HubspotError[],
): Reason | undefined {
  if (warnings.length === 0) return leftOut;
  const detail = [...new Set(warnings.map((warning) => describeWarning(write, warning)))].join(
    ', ',
  );
  return leftOut
    ? ourReason('fields_left_out', `${leftOut.detail}, ${detail}`)
    : reason('taken_with_warning', detail);
}

/** The context is a free map, so a property may stand anywhere in it. */
function describeWarning(write: Write, warning: HubspotError): string {
  const words = describeRefusal(warning, valuesIn(write));
  const named = Object.values(warning.context ?? {})
    .flat()
    .filter((name) => name in write.properties && !words.includes(name));
  return [words, ...new Set(named)].join(' ');
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
