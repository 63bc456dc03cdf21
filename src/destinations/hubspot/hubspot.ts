// HubSpot as a destination: one read and one upsert for a batch of contacts.
import type { Contact, Outcome } from '../../model.ts';
import { BATCH_REFUSED, type Budget, bisect, inPortions, isRefused, newBudget } from '../bisect.ts';
import type { Destination, Existing, Failure, Preview } from '../destination.ts';
import type { Field } from '../field.ts';
import { decide } from '../write-rules.ts';
import { checkHubspot } from './check.ts';
import type { HubspotOptions } from './client.ts';
import { type Definition, faultsOfMapped, readDefinitions } from './definitions.ts';
import type { Write } from './drop-rejected-properties.ts';
import type { Fault } from './errors.ts';
import { formatValue } from './format.ts';
import { previewRows } from './preview.ts';
import { provision } from './provision.ts';
import { readContacts } from './read.ts';
import { undoOverwrites } from './undo-overwrite.ts';
import { TWICE, writeContacts } from './write.ts';

/** HubSpot's limit for every batch verb. */
const BATCH_SIZE = 100;

/** `table`: our fields and HubSpot's own, by the operator's names. */
export function hubspot(options: HubspotOptions, table: readonly Field[]): Destination {
  const room = { options, table, targets: once(() => readTargets(options, table)) };
  return {
    name: 'hubspot',
    batchSize: BATCH_SIZE,
    check: () => checkHubspot(options, table),
    prepare: () => provision(options, table),
    read: (emails) => read(room, newBudget(options.requestsLeft), emails),
    upsert: (contacts) => upsert(room, contacts),
    preview: (contact) => preview(room, contact),
  };
}

interface Room {
  options: HubspotOptions;
  table: readonly Field[];
  targets(): Promise<Targets>;
}

/** The operator's own properties; empty when FIELD_NAMES names none, which costs no request. */
interface Targets {
  definitions: ReadonlyMap<string, Definition>;
  /** Those that cannot hold what they would be given. */
  faults: readonly Fault[];
}

async function readTargets(options: HubspotOptions, table: readonly Field[]): Promise<Targets> {
  const read = table.some(({ isMapped }) => isMapped) ? await readDefinitions(options) : new Map();
  // Unknown: our own format is tried, and HubSpot names what it does not take.
  if ('kind' in read) return { definitions: new Map(), faults: [] };
  const faults = faultsOfMapped(table, read);
  const unfit = faults.map(({ property }) => property);
  const fit = [...read].filter(([property]) => !unfit.includes(property));
  return { definitions: new Map(fit), faults };
}

/** Remembers the value, never a promise: an isolate must not wait for another request's. */
function once<Value>(read: () => Promise<Value>): () => Promise<Value> {
  let known: { value: Value } | undefined;
  return async () => {
    known ??= { value: await read() };
    return known.value;
  };
}

async function read(
  { options, table }: Room,
  budget: Budget,
  emails: readonly string[],
): Promise<ReadonlyMap<string, Existing | Failure>> {
  const properties = table.map(({ property }) => property);
  const found = new Map<string, Existing | Failure>();
  await inPortions(budget, emails, async (portion) => {
    const readings = await readContacts(options, portion, properties);
    if (isRefused(readings)) {
      const isDivided = readings.bisectable && portion.length > 1;
      const failed = isDivided ? BATCH_REFUSED : readings.refused;
      for (const email of portion) found.set(email, { failed });
      return isDivided ? bisect(portion) : [];
    }
    for (const email of portion) {
      const reading = readings.get(email);
      found.delete(email);
      if (reading?.kind === 'exists') found.set(email, reading.existing);
      else if (reading?.kind !== 'absent') found.set(email, { failed: UNCERTAIN });
    }
    return [];
  });
  return found;
}

/** Taking a contact that could not be read for a new one would overwrite its first touch. */
const UNCERTAIN: Failure['failed'] = { status: 'retry', reason: 'hubspot_read_incomplete' };

/** Whoever deleted the contact does not want it back. */
const GONE: Outcome = { status: 'skipped', reason: 'contact_gone' };

async function upsert(room: Room, contacts: readonly Contact[]): Promise<readonly Outcome[]> {
  const budget = newBudget(room.options.requestsLeft);
  const emails = contacts.map(({ email }) => email);
  const existing = await read(room, budget, emails);
  const { definitions, faults } = await room.targets();
  const outcomes = new Map<Contact, Outcome>();
  const writes: Write[] = [];
  const taken = new Set<string>();
  for (const contact of contacts) {
    const held = existing.get(contact.email);
    if (held && 'failed' in held) outcomes.set(contact, held.failed);
    else if (held && taken.has(held.externalId)) outcomes.set(contact, TWICE);
    else if (!held && contact.isRefresh) outcomes.set(contact, GONE);
    else {
      if (held) taken.add(held.externalId);
      writes.push(writeFor(room.table, definitions, contact, held));
    }
  }
  if (writes.length > 0) {
    const written = await writeContacts(room.options, room.table, budget, writes, faults);
    await undoOverwrites(room.options, room.table, budget, written);
    for (const [contact, outcome] of written.outcomes) outcomes.set(contact, outcome);
  }
  return contacts.map((contact) => outcomes.get(contact) ?? UNCERTAIN);
}

function writeFor(
  table: readonly Field[],
  definitions: ReadonlyMap<string, Definition>,
  contact: Contact,
  existing: Existing | undefined,
): Write {
  const { email } = contact;
  const properties: Record<string, string> = {};
  // An additional address that found the contact must not become its primary one.
  if (!existing || existing.email === email) properties.email = email;
  for (const { field, value, writes } of decide(table, contact, existing)) {
    if (!writes || value === undefined) continue;
    const formatted = formatValue(definitions.get(field.property) ?? field, value);
    if (formatted !== undefined) properties[field.property] = formatted;
  }
  return { contact, email, properties, leftOut: [], isNew: existing === undefined };
}

async function preview(room: Room, contact: Contact): Promise<Preview | Failure> {
  const { options, table } = room;
  const existing = (await read(room, newBudget(room.options.requestsLeft), [contact.email])).get(
    contact.email,
  );
  if (existing && 'failed' in existing) return existing;
  const answer = await readDefinitions(options);
  const definitions = 'kind' in answer ? undefined : answer;
  return {
    externalId: existing?.externalId,
    properties: previewRows(table, contact, existing, definitions),
  };
}
