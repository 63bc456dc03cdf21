// Contacts by email, in one request. Never by search: HubSpot's search lags behind its own writes.
import * as z from 'zod/mini';
import type { Rejected, Waiting } from '../../outcome.ts';
import { type Budget, bisect, inPortions, type Step } from '../bisect.ts';
import type { Held } from '../write-rules.ts';
import { callHubspot, type HubspotClient, objectsPath, UNREADABLE } from './client.ts';
import { HubspotError } from './errors.ts';
import { reason } from './reasons.ts';
import { isRefused, type Refused, refusedWhole } from './refused.ts';

/** A contact of HubSpot. */
export interface Existing extends Held {
  /** The primary address, in lower case. */
  email: string;
}

/** What a read says about one email. Only a contact that HubSpot says is absent may be created. */
export type Reading =
  | { kind: 'exists'; existing: Existing }
  | { kind: 'absent' }
  | { kind: 'failed'; failed: Waiting | Rejected };

/** Taking a contact that could not be read for a new one would overwrite its first touch. */
export const UNCERTAIN = {
  kind: 'failed',
  failed: { status: 'retry', reason: reason('read_incomplete') },
} as const satisfies Reading;

interface ReadStep extends Step<string> {
  readings: ReadonlyMap<string, Reading>;
}

/** One reading per email, as far as the budget lasts. `properties` are those to know of each contact. */
export async function readContacts(
  client: HubspotClient,
  budget: Budget,
  emails: readonly string[],
  properties: readonly string[],
): Promise<ReadonlyMap<string, Reading>> {
  const steps = await inPortions<string, ReadStep>(budget, emails, async (portion) => {
    const readings = await readPortion(client, portion, properties);
    if (!isRefused(readings)) return { readings, again: [] };
    const isSplit = readings.isBisectable && portion.length > 1;
    const failed: Waiting | Rejected = isSplit
      ? { status: 'retry', reason: reason('batch_refused') }
      : readings.outcome;
    return {
      readings: new Map(portion.map((email) => [email, { kind: 'failed', failed }])),
      again: isSplit ? bisect(portion) : [],
    };
  });
  // What a later step says about an email replaces what an earlier one said.
  return new Map(steps.flatMap(({ readings }) => [...readings]));
}

const Value = z.nullable(
  z.pipe(
    z.union([z.string(), z.number(), z.boolean()]),
    z.transform((scalar: string | number | boolean) => String(scalar)),
  ),
);
const Answer = z.object({
  results: z.array(z.object({ id: z.string(), properties: z.record(z.string(), Value) })),
  errors: z._default(z.array(HubspotError), []),
});

/** One reading per email, or the refusal of the whole request. */
async function readPortion(
  client: HubspotClient,
  emails: readonly string[],
  properties: readonly string[],
): Promise<ReadonlyMap<string, Reading> | Refused> {
  const answer = await callHubspot(client, 'POST', `${objectsPath(client)}/batch/read`, {
    idProperty: 'email',
    properties: [...new Set(['email', 'hs_additional_emails', ...properties])],
    // Its reference wants this member even when no history is asked for.
    propertiesWithHistory: [],
    inputs: emails.map((id) => ({ id })),
  });
  if (answer.kind !== 'ok') return refusedWhole(answer);
  const parsed = Answer.safeParse(answer.json);
  const unreadable: Refused = { outcome: UNREADABLE, isBisectable: true };
  if (!parsed.success) return unreadable;

  const { results, errors } = parsed.data;
  const readings = new Map<string, Reading>(emails.map((email) => [email, UNCERTAIN]));
  for (const email of absentIn(errors, emails)) readings.set(email, { kind: 'absent' });
  // HubSpot may keep an address in another spelling than it was asked for. Alone, it can only be this one.
  const isOnly = emails.length === 1 && results.length === 1;
  for (const { id, properties: held } of results) {
    const known = addressesOf(held).filter((address) => readings.has(address));
    if (known.length === 0 && !isOnly) return unreadable;
    for (const address of known.length > 0 ? known : emails) {
      readings.set(address, { kind: 'exists', existing: existingOf(id, held) });
    }
  }
  return readings;
}

/** The contacts that HubSpot still has of these IDs. Merged ones come under the ID of the contact that is left. */
export async function readByIds(
  client: HubspotClient,
  ids: readonly string[],
  properties: readonly string[],
): Promise<readonly Existing[] | Refused> {
  const answer = await callHubspot(client, 'POST', `${objectsPath(client)}/batch/read`, {
    properties: [...new Set(['email', ...properties])],
    propertiesWithHistory: [],
    inputs: ids.map((id) => ({ id })),
  });
  if (answer.kind !== 'ok') return refusedWhole(answer);
  const { data } = Answer.safeParse(answer.json);
  const isWhole = data?.errors.every(({ category }) => category === 'OBJECT_NOT_FOUND');
  if (!data || !isWhole) return { outcome: UNCERTAIN.failed, isBisectable: false };
  return data.results.map(({ id, properties: held }) => existingOf(id, held));
}

/** The emails that HubSpot names as those of no contact. An email that an answer passes over may be anybody's. */
function absentIn(errors: readonly HubspotError[], emails: readonly string[]): readonly string[] {
  const idsOf = (error: HubspotError) =>
    (error.context?.ids ?? []).map((id) => id.trim().toLowerCase());
  const isNotFound = ({ category }: HubspotError) => category === 'OBJECT_NOT_FOUND';
  const named = errors.filter(isNotFound).flatMap(idsOf);
  const failed = errors.filter((error) => !isNotFound(error)).flatMap(idsOf);
  return emails.filter((email) => named.includes(email) && !failed.includes(email));
}

function existingOf(externalId: string, held: Readonly<Record<string, string | null>>): Existing {
  const filled = Object.entries(held).flatMap(([property, text]) =>
    text ? [[property, text] as const] : [],
  );
  return {
    externalId,
    email: held.email?.toLowerCase() ?? '',
    properties: Object.fromEntries(filled),
  };
}

/** The primary address and the additional ones. HubSpot finds a contact by any of them. */
function addressesOf(held: Readonly<Record<string, string | null>>): readonly string[] {
  const { email, hs_additional_emails: additional } = held;
  return [email ?? '', ...(additional?.split(';') ?? [])].map((address) =>
    address.trim().toLowerCase(),
  );
}
