// The attributes of people in Attio, and what is in the way of writing the fields.
import * as z from 'zod/mini';
import type { Waiting } from '../../outcome.ts';
import type { DestinationProblem } from '../destination.ts';
import { type Field, isOurs } from '../field.ts';
import { type AttioClient, callAttio, PEOPLE, UNREADABLE } from './client.ts';
import { typeOfOwn } from './values.ts';

const Attributes = z.object({
  data: z.array(
    z.object({
      api_slug: z.string(),
      type: z.string(),
      is_writable: z.boolean(),
      is_multiselect: z.boolean(),
      is_archived: z.boolean(),
    }),
  ),
});
export type Attribute = z.infer<typeof Attributes>['data'][number];
export type Attributes = ReadonlyMap<string, Attribute>;

/** A wait: nothing was read. */
export type Unread = { unread: Waiting };
export const isUnread = (read: object): read is Unread => 'unread' in read;

/** All attributes of people, archived ones too, by slug. */
export async function readAttributes(client: AttioClient): Promise<Attributes | Unread> {
  const answer = await callAttio(
    client,
    'GET',
    `${PEOPLE}/attributes?limit=500&offset=0&show_archived=true`,
  );
  const read = answer.kind === 'ok' ? Attributes.safeParse(answer.json).data : undefined;
  if (!read) return { unread: answer.kind === 'unavailable' ? answer.wait : UNREADABLE };
  return new Map(read.data.map((attribute) => [attribute.api_slug, attribute]));
}

const Options = z.object({
  data: z.array(z.object({ title: z.string(), is_archived: z.boolean() })),
});

/** The options that a select attribute offers. */
export async function readOptions(
  client: AttioClient,
  slug: string,
): Promise<{ titles: readonly string[] } | Unread> {
  const answer = await callAttio(client, 'GET', `${PEOPLE}/attributes/${slug}/options`);
  const read = answer.kind === 'ok' ? Options.safeParse(answer.json).data : undefined;
  if (!read) return { unread: answer.kind === 'unavailable' ? answer.wait : UNREADABLE };
  const active = read.data.filter(({ is_archived: isArchived }) => !isArchived);
  return { titles: active.map(({ title }) => title) };
}

const WRITABLE = [
  'text',
  'number',
  'currency',
  'checkbox',
  'date',
  'timestamp',
  'select',
  'status',
];

/** What is in the way of writing one field; `undefined` when nothing is. */
export function problemOf(
  field: Field,
  attribute: Attribute | undefined,
): DestinationProblem | undefined {
  const key = field.property;
  if (!attribute) {
    const absent = { key, code: 'missing_property', problem: 'does not exist in Attio' } as const;
    return isOurs(field)
      ? { ...absent, isCreatable: true, fix: 'Run npx whence-crm provision.' }
      : { ...absent, fix: 'Create it in Attio, on People, or correct FIELD_NAMES.' };
  }
  if (attribute.is_archived) {
    return {
      key,
      code: 'archived_property',
      problem: 'is archived in Attio',
      fix: 'Restore it in Attio, Settings → Objects → People → Attributes.',
    };
  }
  const wanted = field.isMapped ? WRITABLE : [typeOfOwn(field)];
  if (!attribute.is_writable || !wanted.includes(attribute.type)) {
    return {
      key,
      code: 'property_conflict',
      problem: attribute.is_writable
        ? `is of type ${attribute.type} in Attio, not ${wanted.join(' or ')}`
        : 'cannot be written in Attio',
      fix: `Rename or delete it in Attio, then run npx whence-crm provision; or FIELD_NAMES={"attio":{"${key}":…}}.`,
    };
  }
  return undefined;
}
