// What would be written, beside what is there.
import * as z from 'zod';
import type { PreviewedProperty } from '../destinations/destination.ts';
import { Match } from './signup.ts';

const Property = z
  .strictObject({
    property: z.string().meta({ example: 'datafast_channel' }),
    label: z.string(),
    now: z.string().nullable().meta({ description: 'What the CRM holds.' }),
    wouldBe: z.string().nullable().meta({
      description: 'What Whence has to say, in the CRM’s format.',
    }),
    action: z.enum(['write', 'kept']),
    why: z.string().meta({ example: 'first_touch is frozen' }),
  })
  .meta({ id: 'PreviewedProperty' }) satisfies z.ZodType<PreviewedProperty>;

export const Preview = z
  .strictObject({
    email: z.string(),
    visitorId: z.uuid().nullable(),
    match: Match,
    destinations: z.array(
      z.union([
        z.strictObject({
          name: z.string().meta({ example: 'hubspot' }),
          externalId: z.string().nullable().meta({
            description: 'The contact’s id; `null` when the CRM does not know them.',
          }),
          properties: z.array(Property),
        }),
        z.strictObject({
          name: z.string(),
          failed: z.string().meta({ description: 'Why the CRM could not be read.' }),
        }),
      ]),
    ),
  })
  .meta({ id: 'Preview' });
