// A visitor as DataFast knows them, and what a signup of theirs would write.
import * as z from 'zod';
import type { Visitor as Model } from '../model.ts';
import type { Answer } from './answer.ts';
import { Attribution } from './attribution.ts';
import { momentOrNull } from './moment.ts';
import { Match } from './signup.ts';

const text = z.string().optional();
const number = z.number().optional();
const at = z.iso.datetime().optional();

const Visitor = z
  .object({
    visitorId: z.uuid(),
    params: z.record(z.string(), z.string()).meta({
      description: 'The URL parameters of the first session.',
    }),
    clickIds: z.record(z.string(), z.string()),
    country: text,
    region: text,
    city: text,
    device: text,
    os: text,
    browser: text,
    visits: number,
    pageviews: number,
    firstSeenAt: at,
    lastSeenAt: at,
    currentUrl: text,
    pages: z.array(z.object({ url: z.string(), at })).meta({ description: 'Earliest first.' }),
    goals: z
      .array(z.object({ name: z.string(), origin: text, at }))
      .meta({ description: 'Earliest first.' }),
    prediction: z
      .object({
        score: number.meta({ description: '0–100; 50 is the average of the site.' }),
        conversionRate: number.meta({ description: 'A fraction 0–1.' }),
        expectedValue: number.meta({ description: 'US dollars.' }),
        confidence: number.meta({ description: '0–1.' }),
      })
      .optional(),
  })
  .meta({
    id: 'Visitor',
    description: 'What DataFast knows of a visitor. An absent key is unknown.',
  }) satisfies z.ZodType<Model>;

const Values = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]));

export const VisitorResult = z
  .object({
    visitorId: z.uuid(),
    match: Match,
    visitor: Visitor.nullable(),
    attribution: Attribution,
    fields: Values.meta({ description: 'Field → value, under the names of Whence.' }),
    destinations: z
      .array(
        z.object({
          name: z.string().meta({ example: 'hubspot' }),
          fields: Values.meta({
            description: 'Property → value: what Whence would write onto an empty contact.',
          }),
        }),
      )
      .meta({ description: 'The destinations that are on, each with the names of FIELD_NAMES.' }),
    cachedAt: momentOrNull('When DataFast gave this answer.'),
  })
  .meta({ id: 'VisitorResult' });
export type VisitorResult = Answer<typeof VisitorResult>;
