// Contacts by email, in one request. Never by search: HubSpot's search lags behind its own writes.
import * as z from 'zod';
import type { Existing, Failure } from '../destination.ts';
import {
  callHubspot,
  type HubspotOptions,
  objectsPath,
  type Refused,
  refusedWhole,
} from './client.ts';

const Results = z.object({
  results: z.array(
    z.object({
      id: z.string(),
      properties: z.record(z.string(), z.string().nullable().catch(null)),
    }),
  ),
});

/** The contacts that exist, by the email they were asked for: their primary one or an additional one. */
export async function readContacts(
  options: HubspotOptions,
  emails: readonly string[],
  properties: readonly string[],
): Promise<ReadonlyMap<string, Existing> | Failure | Refused> {
  const answer = await callHubspot(options, 'POST', `${objectsPath(options)}/batch/read`, {
    idProperty: 'email',
    properties: [...new Set(['email', 'hs_additional_emails', ...properties])],
    inputs: emails.map((id) => ({ id })),
  });
  if (answer.kind === 'unavailable') return { failed: answer.retry };
  if (answer.kind === 'refused') return refusedWhole(answer.status, answer.error);
  const parsed = Results.safeParse(answer.json);
  if (!parsed.success) return { failed: { status: 'retry', reason: 'hubspot_answer_unreadable' } };

  const asked = new Set(emails);
  const found = new Map<string, Existing>();
  for (const { id, properties: held } of parsed.data.results) {
    const email = held.email?.toLowerCase() ?? '';
    const additional = held.hs_additional_emails?.toLowerCase().split(';') ?? [];
    const existing: Existing = { externalId: id, email, properties: texts(held) };
    for (const address of [email, ...additional].map((item) => item.trim())) {
      if (asked.has(address)) found.set(address, existing);
    }
  }
  return found;
}

function texts(held: Readonly<Record<string, string | null>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(held).flatMap(([property, value]) => (value ? [[property, value]] : [])),
  );
}
