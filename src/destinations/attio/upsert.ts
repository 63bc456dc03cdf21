// A batch of people: one read, then one write for each. A person is created, or changed by record ID. Attio's assert is
// never used: it would replace every address of a person by the one of the signup.
import type { Contact } from '../../model.ts';
import { configurationRetry, type Outcome, type Retry } from '../../outcome.ts';
import { convertingChannelAfter } from '../converting-touch.ts';
import {
  type Blocked,
  describeRejected,
  isBlocked,
  leftOutReason,
  omit,
  type RejectedProperty,
} from '../drop-rejected-properties.ts';
import { eachContact } from '../each-contact.ts';
import type { Field } from '../field.ts';
import { firstTouchAfter } from '../first-touch.ts';
import { mustStay, UNVERIFIED } from '../unverified.ts';
import { type Held, propertiesToWrite } from '../write-rules.ts';
import { type AttioAnswer, type AttioClient, callAttio, describe, PEOPLE } from './client.ts';
import { readPeople, recordIn, rememberPlace } from './read.ts';
import { NAME, reason, reasons } from './reasons.ts';
import { isForEverybody, rejectedIn } from './rejected.ts';
import { formatValue, type TypeOf, wireValue } from './values.ts';

export interface Workspace {
  client: AttioClient;
  /** Under the operator's names. */
  fields: readonly Field[];
  /** Knows the operator's own attributes as well. */
  types(): Promise<TypeOf>;
  requestsLeft(): number;
}

/** The read, the attributes where the operator has own ones, and a write for each. */
export const requestsPerBatch = (contacts: number) => (contacts === 0 ? 0 : 2 + contacts);

const GONE: Outcome = { status: 'skipped', reason: reason('person_gone') };
export const CONFLICT: Retry = { status: 'retry', reason: reason('conflict') };
const TWICE: Outcome = {
  status: 'retry',
  reason: reason('person_twice_in_batch'),
  afterSeconds: 5,
};

/** One outcome per contact, in the same order. */
export async function upsertBatch(
  workspace: Workspace,
  contacts: readonly Contact[],
): Promise<readonly Outcome[]> {
  if (contacts.length === 0) return [];
  const { client } = workspace;
  const emails = contacts.map(({ email }) => email);
  const known = await readPeople(client, emails);
  if ('status' in known) return contacts.map(() => known);
  const batch = { ...workspace, typeOf: await workspace.types(), rejected: [] };
  const taken = new Set<string>();
  const twice = new Set<Contact>();
  for (const contact of contacts) {
    const id = known.get(contact.email)?.externalId;
    if (id !== undefined && taken.has(id)) twice.add(contact);
    if (id !== undefined) taken.add(id);
  }
  return eachContact({ name: NAME, reasons }, contacts, async (contact) =>
    twice.has(contact) ? TWICE : writePerson(batch, contact, known.get(contact.email)),
  );
}

interface Batch extends Workspace {
  typeOf: TypeOf;
  /** What Attio has refused for everybody. */
  rejected: RejectedProperty[];
}

/** What is to be written of one person, so far. */
interface Write {
  contact: Contact;
  held: Held | undefined;
  properties: Readonly<Record<string, string>>;
  leftOut: readonly RejectedProperty[];
}

async function writePerson(
  batch: Batch,
  contact: Contact,
  held: Held | undefined,
): Promise<Outcome> {
  if (!held && contact.isRefresh) return GONE;
  if (mustStay(batch.fields, contact, held)) return UNVERIFIED;
  const properties = propertiesToWrite(batch.fields, contact, held, (field, value) =>
    formatValue(batch.typeOf(field), value),
  );
  return send(batch, { contact, held, properties, leftOut: [] });
}

/** Without its marker a snapshot would be overwritten later, so the person waits for the operator. */
const blocked = ({ blockedBy }: Blocked): Outcome =>
  configurationRetry(reason('attribute_missing', describeRejected(blockedBy)));

/** Sends the write, without what Attio does not accept, as often as requests are left for that. */
async function send(batch: Batch, write: Write): Promise<Outcome> {
  const { fields } = batch;
  const smaller = omit(fields, write, batch.rejected) ?? write;
  if (isBlocked(smaller)) return blocked(smaller);
  const { contact, held } = smaller;
  if (held && Object.keys(smaller.properties).length === 0) return delivered(batch, smaller, held);
  const answer = await request(batch, smaller);
  if (answer.kind === 'unavailable') return answer.wait;
  if (answer.kind === 'ok') {
    const record = recordIn(answer.json);
    if (!record) return { status: 'retry', reason: reason('answer_unreadable') };
    rememberPlace(batch.client, record.web_url);
    return delivered(batch, smaller, { externalId: record.id.record_id });
  }
  const { status, error } = answer;
  if (error.code === 'uniqueness_conflict' && !held) return writeAfterAll(batch, contact);
  if (status === 404 || status === 409 || error.code === 'merge_in_progress') return CONFLICT;
  const rejected = rejectedIn(fields, smaller.properties, error);
  const next = rejected && omit(fields, smaller, [rejected]);
  if (!rejected || !next) {
    return { status: 'rejected', reason: reason('person_refused', describe(status, error)) };
  }
  if (isForEverybody(rejected)) batch.rejected.push(rejected);
  if (isBlocked(next)) return blocked(next);
  // The next batch has more requests.
  return batch.requestsLeft() > 0 ? send(batch, next) : CONFLICT;
}

/** Somebody has just created the person: what is there now is read, and only what may be changed is. */
async function writeAfterAll(batch: Batch, contact: Contact): Promise<Outcome> {
  if (batch.requestsLeft() < 2) return CONFLICT;
  const known = await readPeople(batch.client, [contact.email]);
  if ('status' in known) return known;
  const held = known.get(contact.email);
  return held ? writePerson(batch, contact, held) : CONFLICT;
}

function request(
  { client, fields, typeOf }: Batch,
  { contact: { email }, held, properties }: Write,
): Promise<AttioAnswer> {
  const types = new Map(fields.map((field) => [field.property, typeOf(field)]));
  const values: Record<string, readonly object[]> = Object.fromEntries(
    Object.entries(properties).map(([slug, text]) => [
      slug,
      wireValue(types.get(slug) ?? 'text', text),
    ]),
  );
  // An address is written with a new person only: a change would add it to those of the person.
  if (!held) values.email_addresses = [{ email_address: email }];
  const path = held ? `${PEOPLE}/records/${held.externalId}` : `${PEOPLE}/records`;
  return callAttio(client, held ? 'PATCH' : 'POST', path, {
    body: { data: { values } },
    subject: email,
  });
}

function delivered(
  { fields }: Batch,
  { contact, held, properties, leftOut }: Write,
  { externalId }: Pick<Held, 'externalId'>,
): Outcome {
  const why = leftOutReason(leftOut);
  const before = held?.properties;
  const convertingChannel = convertingChannelAfter(fields, contact, before, properties);
  return {
    status: 'delivered',
    externalId,
    written: properties,
    firstTouch: firstTouchAfter(fields, before, properties),
    ...(convertingChannel && { convertingChannel }),
    ...(why && { reason: why }),
  };
}
