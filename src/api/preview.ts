// What would be written, next to what the CRM holds.
import * as z from 'zod';
import type { PreviewedProperty } from '../destinations/destination.ts';
import type { SideBySideRow } from '../destinations/side-by-side.ts';
import type { Answer } from './answer.ts';
import { Match } from './signup.ts';

const Property = z
  .object({
    property: z.string().meta({ example: 'datafast_channel' }),
    label: z.string(),
    now: z.string().nullable().meta({ description: 'What the CRM holds.' }),
    wouldBe: z.string().nullable().meta({
      description: 'The value Whence has, in the format of the CRM.',
    }),
    action: z.enum(['write', 'kept']),
    why: z.string().meta({ example: 'already written; the first touch is written once' }),
  })
  .meta({ id: 'PreviewedProperty' }) satisfies z.ZodType<PreviewedProperty>;

const Row = z
  .object({
    label: z.string().meta({ example: 'Channel' }),
    wouldChange: z.boolean().meta({
      description:
        'At one of the destinations at least. An event is sent anyway, and counts as no change.',
    }),
    destinations: z.record(z.string(), Property.omit({ label: true })).meta({
      description:
        'By the name of the destination: what it holds, and what it would hold. Absent where it does not have the field.',
    }),
  })
  .meta({ id: 'SideBySideRow' }) satisfies z.ZodType<SideBySideRow>;

export const Preview = z
  .object({
    email: z.string(),
    visitorId: z.uuid().nullable(),
    match: Match,
    destinations: z.array(
      z.union([
        z.object({
          name: z.string().meta({ example: 'hubspot' }),
          externalId: z.string().nullable().meta({
            description: 'The id of the contact; `null` when the CRM does not know them.',
          }),
          properties: z.array(Property),
          payload: z.string().optional().meta({
            description:
              'What would be sent, as it would be sent, where that is more than the properties.',
          }),
        }),
        z.object({
          name: z.string(),
          failed: z.string().meta({
            description: 'The code of the reason why the CRM could not be read.',
            example: 'hubspot_unauthorized',
          }),
          detail: z.string().nullable().meta({ description: 'What the code cannot say.' }),
        }),
        z.object({
          name: z.string(),
          skipped: z.string().meta({
            description: 'The code of the reason why nothing would be written there.',
            example: 'stripe_no_customer',
          }),
          detail: z.string().nullable().meta({ description: 'What the code cannot say.' }),
        }),
      ]),
    ),
    // A Worker of before does not have it.
    sideBySide: z.array(Row).optional().meta({
      description:
        'All destinations in one table: a row for each field, those that would change first.',
    }),
  })
  .meta({ id: 'Preview' });
export type Preview = Answer<typeof Preview>;
