// The smallest destination that keeps every promise: a CRM that takes one person per request. It is not in the registry.
import * as z from 'zod/mini';
import type {
  Destination,
  ErasedPerson,
  Erasure,
  Failure,
} from '../../../src/destinations/destination.ts';
import { divideHeld, mergeErasures } from '../../../src/destinations/erasure.ts';
import type { Field, Value } from '../../../src/destinations/field.ts';
import { withNames } from '../../../src/destinations/field-names.ts';
import { fields, requestedFields } from '../../../src/destinations/fields.ts';
import { firstTouchAfter } from '../../../src/destinations/first-touch.ts';
import { decimalText, momentText, safeText } from '../../../src/destinations/format.ts';
import { previewRows } from '../../../src/destinations/preview-rows.ts';
import { requestProblem } from '../../../src/destinations/request-problem.ts';
import { mustStay, UNVERIFIED } from '../../../src/destinations/unverified.ts';
import { type Held, propertiesToWrite } from '../../../src/destinations/write-rules.ts';
import type { Contact } from '../../../src/model.ts';
import type { Outcome, Waiting } from '../../../src/outcome.ts';
import { settingValue } from '../../../src/settings/setting.ts';
import {
  compareShape,
  type ExpectedKey,
  learnShape,
  newShape,
} from '../../../src/upstream/shape.ts';
import { ask, type UpstreamAnswer, type UpstreamOptions } from '../../../src/upstream/upstream.ts';
import { LABEL, NAME, reason, reasons } from './reasons.ts';
import { settings, token, url } from './settings.ts';

const declared = [...fields, ...requestedFields];
const MAX_LENGTH = 500;
const BATCH_SIZE = 20;
/** One read, and one write for each person. */
const requestsPerBatch = (contacts: number) => (contacts === 0 ? 0 : 1 + contacts);

export const example: Destination = {
  name: NAME,
  label: LABEL,
  settings,
  reasons,
  fields: declared,
  naming: {
    pattern: /^[a-z_]+$/,
    rule: 'lower-case letters and _',
    identity: ['email'],
  },
  key: 'email',
  reads: true,
  batchSize: BATCH_SIZE,
  requestsPerBatch,
  open(values, io) {
    const upstream: UpstreamOptions = {
      ...io,
      reason,
      timeoutMs: 10_000,
      recordStatuses: [422],
    };
    const call: Call = (method, path, body) =>
      ask(upstream, {
        method,
        url: `${settingValue(values, url)}/v1/${path}`,
        headers: {
          authorization: `Bearer ${settingValue(values, token)}`,
          'content-type': 'application/json',
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
    const named = withNames(declared, io.names);
    return {
      name: NAME,
      label: LABEL,
      key: 'email',
      batchSize: BATCH_SIZE,
      requestsPerBatch,
      fields: named,
      async check() {
        const answer = await call('GET', 'me');
        return answer.kind === 'ok' ? [] : [requestProblem(example, waitOf(answer).reason)];
      },
      async shape(email) {
        const answer = await call('POST', 'people/query', { emails: email ? [email] : [] });
        if (answer.kind !== 'ok') return [];
        const shape = newShape();
        learnShape(shape, PEOPLE_KEYS, answer.json);
        return [compareShape('Query people', PEOPLE_KEYS, shape)];
      },
      upsert: (contacts) => upsert(call, named, contacts),
      async preview(contact) {
        const read = await readPeople(call, [contact]);
        if ('status' in read) return { failed: read };
        const held = read.get(contact.email);
        const rows = previewRows(named, contact, held, format);
        return { ...(held && { externalId: held.externalId }), properties: rows };
      },
      erase: (person) => erase(call, named, person),
    };
  },
};

type Call = (
  method: 'GET' | 'POST' | 'PUT',
  path: string,
  body?: unknown,
) => Promise<UpstreamAnswer>;

async function upsert(
  call: Call,
  named: readonly Field[],
  contacts: readonly Contact[],
): Promise<readonly Outcome[]> {
  if (contacts.length === 0) return [];
  const read = await readPeople(call, contacts);
  if ('status' in read) return contacts.map(() => read);
  const outcomes: Outcome[] = [];
  for (const contact of contacts) {
    const last = outcomes.at(-1);
    const isStopped = last?.status === 'retry' || (last?.status === 'snooze' && !last.isParked);
    outcomes.push(isStopped ? last : await write(call, named, contact, read.get(contact.email)));
  }
  return outcomes;
}

const Written = z.object({ id: z.string() });
const Refusal = z.object({ attribute: z.string() });

async function write(
  call: Call,
  named: readonly Field[],
  contact: Contact,
  held: Held | undefined,
): Promise<Outcome> {
  if (!held && contact.isRefresh) return { status: 'skipped', reason: reason('person_gone') };
  if (mustStay(named, contact, held)) return UNVERIFIED;
  const values = propertiesToWrite(named, contact, held, format);
  const answer = await call('PUT', `people/${encodeURIComponent(contact.email)}`, { values });
  if (answer.kind === 'refused') {
    const attribute = Refusal.safeParse(answer.json).data?.attribute;
    return { status: 'rejected', reason: reason('person_refused', attribute) };
  }
  const written = answer.kind === 'ok' ? Written.safeParse(answer.json).data : undefined;
  return written
    ? {
        status: 'delivered',
        externalId: written.id,
        written: values,
        firstTouch: firstTouchAfter(named, held?.properties, values),
      }
    : waitOf(answer);
}

async function erase(
  call: Call,
  named: readonly Field[],
  { emails }: ErasedPerson,
): Promise<Erasure | Failure> {
  const read = await readPeople(
    call,
    emails.map((email) => ({ email })),
  );
  if ('status' in read) return { failed: read };
  const erasures: Erasure[] = [];
  for (const [email, { properties }] of read) {
    const found = divideHeld(declared, named, properties);
    if (found.erased.length === 0) continue;
    const values = Object.fromEntries(found.erased.map((name) => [name, null]));
    const answer = await call('PUT', `people/${encodeURIComponent(email)}`, { values });
    if (answer.kind !== 'ok') return { failed: waitOf(answer) };
    erasures.push(found);
  }
  return erasures.length > 0
    ? mergeErasures(erasures)
    : { failed: { status: 'skipped', reason: reason('nothing_to_erase') } };
}

const People = z.object({
  people: z.array(
    z.object({ id: z.string(), email: z.string(), values: z.record(z.string(), z.string()) }),
  ),
});

const PEOPLE_KEYS: readonly ExpectedKey[] = [
  { path: 'people', types: ['list'] },
  { path: 'people[]', types: ['object'], isOptional: true },
  { path: 'people[].id', types: ['text'] },
  { path: 'people[].email', types: ['text'] },
  { path: 'people[].values', types: ['object'], isClosed: true },
];

/** Those that the CRM knows, by email; or why nobody can be read. */
async function readPeople(
  call: Call,
  contacts: readonly Pick<Contact, 'email'>[],
): Promise<ReadonlyMap<string, Held> | Waiting> {
  const answer = await call('POST', 'people/query', { emails: contacts.map(({ email }) => email) });
  const read = answer.kind === 'ok' ? People.safeParse(answer.json).data : undefined;
  if (!read) return waitOf(answer);
  return new Map(
    read.people.map(({ id, email, values }) => [email, { externalId: id, properties: values }]),
  );
}

/** The wait of a request that came to nothing, or was answered in an unknown form. */
function waitOf(answer: UpstreamAnswer): Waiting {
  return answer.kind === 'unavailable'
    ? answer.wait
    : { status: 'retry', reason: reason('answer_unreadable') };
}

function format({ type }: Field, value: Value): string | undefined {
  if (typeof value === 'number') return decimalText(value);
  return type === 'datetime' ? momentText(value) : safeText(value, MAX_LENGTH);
}
