// Contacts by email, in one request. Never by search: HubSpot's search lags behind its own writes.
import * as z from 'zod/mini';
import type { Refused } from '../bisect.ts';
import type { Existing } from '../destination.ts';
import { callHubspot, type HubspotOptions, objectsPath, refusedWhole } from './client.ts';
import { HubspotError } from './errors.ts';

/** What a read says of each email asked for. Only what HubSpot says is not there may be created. */
export type Reading =
  | { kind: 'exists'; existing: Existing }
  | { kind: 'absent' }
  | { kind: 'uncertain' };

const value = z.nullable(
  z.pipe(
    z.union([z.string(), z.number(), z.boolean()]),
    z.transform((scalar: string | number | boolean) => String(scalar)),
  ),
);
const Answer = z.object({
  results: z.array(z.object({ id: z.string(), properties: z.record(z.string(), value) })),
  errors: z._default(z.array(HubspotError), []),
});

/** One reading per email. `properties` are those to know of each contact. */
export async function readContacts(
  options: HubspotOptions,
  emails: readonly string[],
  properties: readonly string[],
): Promise<ReadonlyMap<string, Reading> | Refused> {
  const answer = await callHubspot(options, 'POST', `${objectsPath(options)}/batch/read`, {
    idProperty: 'email',
    properties: [...new Set(['email', 'hs_additional_emails', ...properties])],
    // Its reference wants this named, even when nobody does.
    propertiesWithHistory: [],
    inputs: emails.map((id) => ({ id })),
  });
  if (answer.kind === 'unavailable') return { refused: answer.retry, bisectable: false };
  if (answer.kind === 'refused') return refusedWhole(answer.status, answer.error);
  const parsed = Answer.safeParse(answer.json);
  if (!parsed.success) return unread;

  const readings = new Map<string, Reading>();
  for (const { id, properties: held } of parsed.data.results) {
    const existing = existingOf(id, held);
    const known = addressesOf(held).filter((address) => emails.includes(address));
    // HubSpot may keep an address in another spelling than it was asked for. Alone, it can only be this one.
    const [only, ...others] = emails;
    if (known.length === 0 && (only === undefined || others.length > 0)) return unread;
    for (const address of known.length > 0 ? known : emails) {
      readings.set(address, { kind: 'exists', existing });
    }
  }
  const clean = parsed.data.errors.every(({ category }) => category === 'OBJECT_NOT_FOUND');
  for (const email of emails) {
    if (!readings.has(email)) readings.set(email, { kind: clean ? 'absent' : 'uncertain' });
  }
  return readings;
}

const unread: Refused = {
  refused: { status: 'retry', reason: 'hubspot_answer_unreadable' },
  bisectable: true,
};

function existingOf(externalId: string, held: Record<string, string | null>): Existing {
  const properties: Record<string, string> = {};
  for (const [property, text] of Object.entries(held)) if (text) properties[property] = text;
  return { externalId, email: held.email?.toLowerCase() ?? '', properties };
}

/** The primary address and the additional ones, by any of which HubSpot finds a contact. */
function addressesOf({ email, hs_additional_emails: additional }: Record<string, string | null>) {
  return [email ?? '', ...(additional?.split(';') ?? [])].map((address) =>
    address.trim().toLowerCase(),
  );
}
