// People by email, in one request. Only somebody whom Attio does not name may be created.
import * as z from 'zod/mini';
import type { Waiting } from '../../outcome.ts';
import type { Held } from '../write-rules.ts';
import { type AttioClient, callAttio, describe, PEOPLE, UNREADABLE } from './client.ts';
import { reason } from './reasons.ts';
import { heldText } from './values.ts';

/** Attio's default, and its most. */
const LIMIT = 500;

const RecordAnswer = z.object({
  id: z.object({ record_id: z.string() }),
  created_at: z.catch(z.string(), ''),
  web_url: z.catch(z.optional(z.string()), undefined),
  values: z.catch(z.record(z.string(), z.array(z.unknown())), {}),
});
const Query = z.object({ data: z.array(RecordAnswer) });
const One = z.object({ data: RecordAnswer });
const Address = z.object({ email_address: z.string() });

/** A record as Attio answers it after a write. */
export const recordIn = (json: unknown) => One.safeParse(json).data?.data;

/** Those that Attio has, by email; or why nobody can be read. */
export async function readPeople(
  client: AttioClient,
  emails: readonly string[],
): Promise<ReadonlyMap<string, Held> | Waiting> {
  // `$in` is not documented for addresses.
  const $or = emails.map((email) => ({ email_addresses: { email_address: { $eq: email } } }));
  const answer = await callAttio(client, 'POST', `${PEOPLE}/records/query`, {
    body: { filter: { $or }, limit: LIMIT, offset: 0 },
  });
  if (answer.kind === 'unavailable') return answer.wait;
  if (answer.kind === 'refused') {
    const detail = describe(answer.status, answer.error);
    return { status: 'retry', reason: reason('request_refused', detail), afterSeconds: 600 };
  }
  const read = Query.safeParse(answer.json).data?.data;
  if (!read) return UNREADABLE;
  const known = new Map<string, Held>();
  // Where two records have one address, the older one counts.
  for (const record of read.toSorted((a, b) => (a.created_at < b.created_at ? 1 : -1))) {
    rememberPlace(client, record.web_url);
    for (const email of addressesOf(record)) {
      if (emails.includes(email)) known.set(email, heldOf(record));
    }
  }
  return known;
}

/** The record of this ID; `undefined` when Attio has none; or why it cannot be read. */
export async function readRecord(
  client: AttioClient,
  id: string,
): Promise<Held | undefined | Waiting> {
  if (!/^[0-9a-f-]{36}$/i.test(id)) return undefined;
  const answer = await callAttio(client, 'GET', `${PEOPLE}/records/${id}`, { subject: id });
  if (answer.kind === 'unavailable') return answer.wait;
  if (answer.kind === 'refused') return undefined;
  const record = recordIn(answer.json);
  return record ? heldOf(record) : UNREADABLE;
}

function heldOf({ id, values }: z.infer<typeof RecordAnswer>): Held {
  const texts = Object.entries(values).flatMap(([slug, held]) => {
    const text = heldText(held);
    return text === undefined ? [] : [[slug, text] as const];
  });
  return { externalId: id.record_id, properties: Object.fromEntries(texts) };
}

/** In lower case. */
export const addressesOf = ({ values }: z.infer<typeof RecordAnswer>): string[] =>
  (values.email_addresses ?? []).flatMap(
    (value) => Address.safeParse(value).data?.email_address.toLowerCase() ?? [],
  );

/** Where the workspace shows its people: every record says it. */
export function rememberPlace(
  { upstream: { state } }: AttioClient,
  webUrl: string | undefined,
): void {
  const place = webUrl && /^(https:\/\/[^/]+\/[^/]+)\/person\//.exec(webUrl)?.[1];
  if (place) state.place = place;
}
