// Lost races: two writers met on one new contact, or HubSpot's read lagged behind its writes. What was there first is
// put back. HubSpot has no write that leaves a filled property alone, but it keeps every value of a property.
import * as z from 'zod/mini';
import type { Contact } from '../../model.ts';
import type { Delivered, Outcome } from '../../outcome.ts';
import { timeOf } from '../../time.ts';
import type { Budget } from '../bisect.ts';
import { type Field, SNAPSHOTS, type Snapshot } from '../field.ts';
import { firstTouchAfter } from '../first-touch.ts';
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

/** The delivery's row says so, and the next attempt tries again. */
const NOT_UNDONE = reason('overwrite_not_undone');
const KEPT: Outcome = { status: 'retry', reason: NOT_UNDONE };

/** Whether an earlier attempt has overwritten the first values of the contact. */
export const hasOverwritten = ({ waitedFor = [] }: Contact) => waitedFor.includes(NOT_UNDONE.code);

/**
 * Undoes what our writes have overwritten, as far as the budget lasts. Returns the corrected outcomes. What could not
 * be undone waits.
 */
export async function undoOverwrites(
  client: HubspotClient,
  fields: readonly Field[],
  budget: Budget,
  { lostRaces, outcomes }: Written,
): Promise<ReadonlyMap<Contact, Outcome>> {
  const frozen = fields.filter(({ write }) => write !== 'always');
  const delivered = lostRaces.flatMap((write) => {
    const outcome = outcomes.get(write.contact);
    return outcome?.status === 'delivered' ? [{ write, outcome }] : [];
  });
  const corrected = new Map<Contact, Outcome>(
    delivered.map(({ write }) => [write.contact, KEPT] as const),
  );
  // A read and a write.
  if (delivered.length === 0 || budget.extraRequests < 2) return corrected;
  budget.extraRequests -= 2;
  const inReach = delivered.slice(0, MAX_WITH_HISTORY);
  const ids = inReach.flatMap(({ outcome }) => outcome.externalId ?? []);
  const histories = await readHistories(client, [...new Set(ids)], frozen);

  const undoing: { undo: Write; outcome: Delivered }[] = [];
  for (const { write, outcome } of inReach) {
    const history = histories.get(outcome.externalId ?? '');
    if (!history) continue;
    const before = replacedBy(write, frozen, history);
    const written = withoutReplaced(write, frozen, outcome, before);
    const firstTouch = firstTouchAfter(fields, before, written);
    const now: Delivered = { ...outcome, written, ...(firstTouch && { firstTouch }) };
    if (Object.keys(before).length === 0) corrected.set(write.contact, now);
    else undoing.push({ undo: { ...write, properties: before }, outcome: now });
  }
  if (undoing.length === 0) return corrected;
  const receipts = await upsertContacts(
    client,
    undoing.map(({ undo }) => undo),
  );
  if (isRefused(receipts)) return corrected;
  undoing.forEach(({ undo, outcome }, index) => {
    if (receipts[index]?.outcome.status !== 'delivered') return;
    corrected.set(undo.contact, { ...outcome, reason: reason('overwrite_undone') });
  });
  return corrected;
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

/** What is put back was not written by us. What an earlier attempt wrote, and stays, was. */
function withoutReplaced(
  { properties }: Write,
  frozen: readonly Field[],
  { written }: Delivered,
  before: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const ours = frozen.flatMap(({ property }) => {
    const value = properties[property];
    return value === undefined ? [] : [[property, value] as const];
  });
  const all = Object.entries({ ...Object.fromEntries(ours), ...written });
  return Object.fromEntries(all.filter(([property]) => !(property in before)));
}

/** The values that our write replaced, by property. An empty one clears what only we have written. */
function replacedBy(
  write: Write,
  frozen: readonly Field[],
  history: History,
): Readonly<Record<string, string>> {
  const before = SNAPSHOTS.flatMap((snapshot) => snapshotBefore(write, frozen, history, snapshot));
  for (const { property, snapshot } of frozen) {
    const theirs = history[property]?.[1]?.value;
    if (!snapshot && theirs && isStillOurs(write, history, property)) {
      before.push([property, theirs]);
    }
  }
  return Object.fromEntries(before);
}

/** A whole snapshot of the other writer's; nothing when ours was the first. */
function snapshotBefore(
  write: Write,
  frozen: readonly Field[],
  history: History,
  snapshot: Snapshot,
): (readonly [string, string])[] {
  const members = frozen.filter((field) => field.snapshot === snapshot);
  const marker = members.find(({ isMarker }) => isMarker)?.property ?? '';
  const [ours, theirs] = history[marker] ?? [];
  if (!theirs?.value || !isStillOurs(write, history, marker)) return [];
  // One write of ours gives all its values the same time.
  const isOurs = (property: string) =>
    property in write.properties && history[property]?.[0]?.timestamp === ours?.timestamp;
  return members
    .filter(({ property }) => isOurs(property))
    .map(({ property }) => [property, history[property]?.[1]?.value ?? '']);
}

/** Somebody may have written after us. HubSpot gives a moment back in a spelling of its own. */
function isStillOurs({ properties }: Write, history: History, property: string): boolean {
  const ours = properties[property];
  const held = history[property]?.[0]?.value;
  if (ours === undefined || held === undefined) return false;
  const oursMs = timeOf(ours);
  return ours === held || (oursMs !== undefined && [timeOf(held), Number(held)].includes(oursMs));
}
