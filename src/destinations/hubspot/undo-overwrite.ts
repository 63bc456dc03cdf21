// Two writers met on one new contact, or HubSpot's read lagged behind its writes: what was there first is put
// back. HubSpot has no write that leaves a filled property alone; it keeps every value a property has had.
import * as z from 'zod/mini';
import type { Budget } from '../bisect.ts';
import type { Field } from '../field.ts';
import { callHubspot, type HubspotOptions, objectsPath } from './client.ts';
import type { Write } from './drop-rejected-properties.ts';
import { otherwise } from './otherwise.ts';
import { upsertContacts } from './upsert.ts';
import type { Written } from './write.ts';

/** HubSpot's limit for a read with histories. */
const MAX_WITH_HISTORY = 50;

const Histories = z.object({
  results: z.array(
    z.object({
      id: z.string(),
      propertiesWithHistory: z.record(
        z.string(),
        z.array(z.object({ value: otherwise(z.string(), ''), timestamp: z.string() })),
      ),
    }),
  ),
});
type History = z.infer<typeof Histories>['results'][number]['propertiesWithHistory'];

/** Puts back what `overwritten` writes have replaced, as far as the budget lasts, and corrects their outcomes. */
export async function undoOverwrites(
  options: HubspotOptions,
  table: readonly Field[],
  budget: Budget,
  { overwritten, outcomes }: Written,
): Promise<void> {
  const frozen = table.filter(({ write }) => write !== 'always');
  const byId = new Map(
    overwritten.slice(0, MAX_WITH_HISTORY).flatMap((write) => {
      const outcome = outcomes.get(write.contact);
      return outcome?.status === 'delivered' && outcome.externalId
        ? [[outcome.externalId, write] as const]
        : [];
    }),
  );
  // A read and a write; without them the contact keeps the later of two whole snapshots.
  if (byId.size === 0 || budget.extraRequests < 2) return;
  budget.extraRequests -= 2;
  const answer = await callHubspot(options, 'POST', `${objectsPath(options)}/batch/read`, {
    properties: ['email'],
    propertiesWithHistory: frozen.map(({ property }) => property),
    inputs: [...byId.keys()].map((id) => ({ id })),
  });
  const read = answer.kind === 'ok' ? Histories.safeParse(answer.json).data : undefined;
  const repairs: Write[] = [];
  for (const { id, propertiesWithHistory } of read?.results ?? []) {
    const write = byId.get(id);
    const before = write && replacedBy(write, frozen, propertiesWithHistory);
    if (!write || !before || Object.keys(before).length === 0) continue;
    repairs.push({ ...write, properties: before });
  }
  if (repairs.length === 0) return;
  const receipts = await upsertContacts(options, repairs);
  repairs.forEach(({ contact, properties }, index) => {
    const outcome = outcomes.get(contact);
    const isBack = !('refused' in receipts) && receipts[index]?.outcome.status === 'delivered';
    if (outcome?.status !== 'delivered' || !isBack) return;
    const written = Object.entries(outcome.written).filter(
      ([property]) => !(property in properties),
    );
    const reason = 'another writer was first: what it had written was put back';
    outcomes.set(contact, { ...outcome, written: Object.fromEntries(written), reason });
  });
}

/** What stood where our write now stands, by property; empty clears what only we have written. */
function replacedBy(write: Write, frozen: readonly Field[], history: History) {
  const before: Record<string, string> = {};
  const isOurs = (property: string, at: string | undefined) =>
    property in write.properties && history[property]?.[0]?.timestamp === at;
  for (const snapshot of ['signup', 'first_touch'] as const) {
    const members = frozen.filter((field) => field.snapshot === snapshot);
    const marker = members.find(({ isMarker }) => isMarker)?.property ?? '';
    const [ours, theirs] = history[marker] ?? [];
    // Nobody's snapshot was replaced: ours was the first.
    if (!ours || !theirs?.value || !isOurs(marker, ours.timestamp)) continue;
    for (const { property } of members) {
      if (isOurs(property, ours.timestamp)) before[property] = history[property]?.[1]?.value ?? '';
    }
  }
  for (const { property, snapshot } of frozen) {
    const theirs = history[property]?.[1]?.value;
    if (!snapshot && property in write.properties && theirs) before[property] = theirs;
  }
  return before;
}
