// Lost races: two writers met on one new contact, or HubSpot's read lagged behind its writes. What was there first is
// put back. HubSpot has no write that leaves a filled property alone, but it keeps every value of a property.
import * as z from 'zod/mini';
import type { Contact } from '../../model.ts';
import type { Outcome } from '../../outcome.ts';
import type { Budget } from '../bisect.ts';
import type { Field, Snapshot } from '../field.ts';
import { callHubspot, type HubspotClient, objectsPath } from './client.ts';
import { reason } from './reasons.ts';
import { isRefused } from './refused.ts';
import { upsertContacts, type Write } from './upsert.ts';
import type { Written } from './write.ts';

/** HubSpot's limit for a read with histories. */
const MAX_WITH_HISTORY = 50;

const Histories = z.object({
  results: z.array(
    z.object({
      id: z.string(),
      propertiesWithHistory: z.record(
        z.string(),
        z.array(z.object({ value: z.catch(z.string(), ''), timestamp: z.string() })),
      ),
    }),
  ),
});
/** The values that each property has had, newest first. */
type History = z.infer<typeof Histories>['results'][number]['propertiesWithHistory'];

/** Undoes what our writes have overwritten, as far as the budget lasts. Returns the corrected outcomes. */
export async function undoOverwrites(
  client: HubspotClient,
  fields: readonly Field[],
  budget: Budget,
  { lostRaces, outcomes }: Written,
): Promise<ReadonlyMap<Contact, Outcome>> {
  const frozen = fields.filter(({ write }) => write !== 'always');
  const byId = new Map(
    lostRaces.slice(0, MAX_WITH_HISTORY).flatMap((write) => {
      const outcome = outcomes.get(write.contact);
      return outcome?.status === 'delivered' && outcome.externalId
        ? [[outcome.externalId, write] as const]
        : [];
    }),
  );
  // A read and a write. Without them the contact keeps the later of two whole snapshots.
  if (byId.size === 0 || budget.extraRequests < 2) return new Map();
  budget.extraRequests -= 2;
  const histories = await readHistories(client, [...byId.keys()], frozen);
  const undoing = [...byId].flatMap(([id, write]): Write[] => {
    const properties = replacedBy(write, frozen, histories.get(id) ?? {});
    return Object.keys(properties).length > 0 ? [{ ...write, properties }] : [];
  });
  if (undoing.length === 0) return new Map();
  const receipts = await upsertContacts(client, undoing);
  if (isRefused(receipts)) return new Map();
  const undone = undoing.filter((_, index) => receipts[index]?.outcome.status === 'delivered');
  return new Map(undone.flatMap((write) => correctedOutcome(write, outcomes)));
}

async function readHistories(
  client: HubspotClient,
  ids: readonly string[],
  frozen: readonly Field[],
): Promise<ReadonlyMap<string, History>> {
  const answer = await callHubspot(client, 'POST', `${objectsPath(client)}/batch/read`, {
    properties: ['email'],
    propertiesWithHistory: frozen.map(({ property }) => property),
    inputs: ids.map((id) => ({ id })),
  });
  const read = answer.kind === 'ok' ? Histories.safeParse(answer.json).data : undefined;
  return new Map(read?.results.map(({ id, propertiesWithHistory: held }) => [id, held]));
}

/** What is put back was not written by us. */
function correctedOutcome(
  { contact, properties }: Write,
  outcomes: ReadonlyMap<Contact, Outcome>,
): readonly (readonly [Contact, Outcome])[] {
  const outcome = outcomes.get(contact);
  if (outcome?.status !== 'delivered') return [];
  const written = Object.entries(outcome.written).filter(([property]) => !(property in properties));
  const corrected = {
    ...outcome,
    written: Object.fromEntries(written),
    reason: reason('overwrite_undone'),
  };
  return [[contact, corrected]];
}

/** The values that our write replaced, by property. An empty one clears what only we have written. */
function replacedBy(
  write: Write,
  frozen: readonly Field[],
  history: History,
): Readonly<Record<string, string>> {
  const before = (['signup', 'first_touch'] as const).flatMap((snapshot) =>
    snapshotBefore(write, frozen, history, snapshot),
  );
  for (const { property, snapshot } of frozen) {
    const theirs = history[property]?.[1]?.value;
    if (!snapshot && property in write.properties && theirs) before.push([property, theirs]);
  }
  return Object.fromEntries(before);
}

/** A whole snapshot of the other writer's; nothing when ours was the first. */
function snapshotBefore(
  { properties }: Write,
  frozen: readonly Field[],
  history: History,
  snapshot: Snapshot,
): (readonly [string, string])[] {
  const members = frozen.filter((field) => field.snapshot === snapshot);
  const marker = members.find(({ isMarker }) => isMarker)?.property ?? '';
  const [ours, theirs] = history[marker] ?? [];
  // One write of ours gives all its values the same time.
  const isOurs = (property: string) =>
    property in properties && history[property]?.[0]?.timestamp === ours?.timestamp;
  if (!theirs?.value || !isOurs(marker)) return [];
  return members
    .filter(({ property }) => isOurs(property))
    .map(({ property }) => [property, history[property]?.[1]?.value ?? '']);
}
