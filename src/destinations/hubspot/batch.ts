// A batch of contacts: one read of what HubSpot holds, one upsert of what may be written.
import type { Contact } from '../../model.ts';
import type { Outcome } from '../../outcome.ts';
import { newBudget } from '../bisect.ts';
import { convertingChannelAfter } from '../converting-touch.ts';
import type { Field } from '../field.ts';
import { firstTouchAfter } from '../first-touch.ts';
import { mustStay, UNVERIFIED } from '../unverified.ts';
import { propertiesToWrite } from '../write-rules.ts';
import type { HubspotClient } from './client.ts';
import type { MappedProperties } from './definitions.ts';
import { formatValue } from './format.ts';
import { type Existing, type Reading, readContacts, UNCERTAIN } from './read.ts';
import { reason } from './reasons.ts';
import { hasOverwritten, undoOverwrites } from './undo-overwrite.ts';
import type { Write } from './upsert.ts';
import { TWICE } from './write-plan.ts';
import { writePrepared } from './write-prepared.ts';

/** A batch's own: the read, the upsert, the definitions of renamed properties, the account's time zone. */
const PLANNED_REQUESTS = 4;

export const requestsPerBatch = (contacts: number) => (contacts === 0 ? 0 : PLANNED_REQUESTS);

/** The HubSpot account that is written to. */
export interface Account {
  client: HubspotClient;
  /** Under the operator's names. */
  fields: readonly Field[];
  mapped(): Promise<MappedProperties>;
  requestsLeft(): number;
}

/** One reading per email. */
export function readBatch(
  { client, fields, requestsLeft }: Account,
  emails: readonly string[],
): Promise<ReadonlyMap<string, Reading>> {
  const budget = newBudget(requestsLeft(), PLANNED_REQUESTS);
  return readContacts(client, budget, emails, propertiesOf(fields));
}

/** One outcome per contact, in the same order. */
export async function upsertBatch(
  account: Account,
  contacts: readonly Contact[],
): Promise<readonly Outcome[]> {
  if (contacts.length === 0) return [];
  const { client, fields } = account;
  const budget = newBudget(account.requestsLeft(), PLANNED_REQUESTS);
  const emails = contacts.map(({ email }) => email);
  const readings = await readContacts(client, budget, emails, propertiesOf(fields));
  const mapped = await account.mapped();
  const { writes, outcomes } = planWrites(fields, mapped, contacts, readings);
  const written = await writePrepared(account, budget, writes, mapped.rejected);
  const again = writes.filter(({ contact, externalId }) => externalId && hasOverwritten(contact));
  const corrected = await undoOverwrites(client, fields, budget, {
    ...written,
    // As the earlier attempt wrote them: as new.
    lostRaces: [
      ...written.lostRaces,
      ...again.map(({ contact }) => writeOf(fields, mapped, contact, undefined)),
    ],
  });
  // The read said that there was no such contact, and there was one.
  const notNew = [...corrected].flatMap(([contact, { status }]) =>
    contact.onlyIfNew && status === 'delivered' ? [[contact, UNVERIFIED] as const] : [],
  );
  const all = new Map([...outcomes, ...written.outcomes, ...corrected, ...notNew]);
  return contacts.map((contact) => {
    const outcome = all.get(contact) ?? UNCERTAIN.failed;
    return withTouches(fields, contact, outcome, readings.get(contact.email));
  });
}

/** What the contact says of its touches after the write. */
function withTouches(
  fields: readonly Field[],
  contact: Contact,
  outcome: Outcome,
  reading: Reading | undefined,
): Outcome {
  if (outcome.status !== 'delivered') return outcome;
  const held = reading?.kind === 'exists' ? reading.existing.properties : undefined;
  return {
    ...outcome,
    // What was put back is told by the one who put it back.
    firstTouch: outcome.firstTouch ?? firstTouchAfter(fields, held, outcome.written),
    convertingChannel: convertingChannelAfter(fields, contact, held, outcome.written),
  };
}

const propertiesOf = (fields: readonly Field[]) => fields.map(({ property }) => property);

/** An operator has deleted the contact on purpose. */
const GONE: Outcome = { status: 'skipped', reason: reason('contact_gone') };

/** What is written, and the outcomes of the contacts that are not. */
function planWrites(
  fields: readonly Field[],
  mapped: MappedProperties,
  contacts: readonly Contact[],
  readings: ReadonlyMap<string, Reading>,
) {
  const outcomes = new Map<Contact, Outcome>();
  const writes: Write[] = [];
  const taken = new Set<string>();
  for (const contact of contacts) {
    const reading = readings.get(contact.email) ?? UNCERTAIN;
    if (reading.kind === 'failed') outcomes.set(contact, reading.failed);
    else if (reading.kind === 'absent') {
      if (contact.isRefresh) outcomes.set(contact, GONE);
      else writes.push(writeOf(fields, mapped, contact, undefined));
    } else if (mustStay(fields, contact, reading.existing)) outcomes.set(contact, UNVERIFIED);
    else if (taken.has(reading.existing.externalId)) outcomes.set(contact, TWICE);
    else {
      taken.add(reading.existing.externalId);
      writes.push(writeOf(fields, mapped, contact, reading.existing));
    }
  }
  return { writes, outcomes };
}

function writeOf(
  fields: readonly Field[],
  { definitions }: MappedProperties,
  contact: Contact,
  existing: Existing | undefined,
): Write {
  const { email } = contact;
  // An additional address that found the contact must not become its primary one.
  const isPrimary = !existing || existing.email === email;
  const properties = propertiesToWrite(fields, contact, existing, (field, value) =>
    formatValue(definitions.get(field.property) ?? field, value),
  );
  return {
    contact,
    properties: { ...(isPrimary && { email }), ...properties },
    leftOut: [],
    externalId: existing?.externalId,
  };
}
