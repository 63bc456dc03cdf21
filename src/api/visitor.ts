// A visitor as DataFast knows them, and what a signup of theirs would bring.
import * as z from 'zod';
import type { Visitor as Model } from '../model.ts';
import { Attribution } from './attribution.ts';
import { momentOrNull } from './moment.ts';
import { Match } from './signup.ts';

const text = z.string().optional();
const number = z.number().optional();
const at = z.iso.datetime().optional();

const Visitor = z
  .strictObject({
    visitorId: z.uuid(),
    params: z.record(z.string(), z.string()).meta({
      description: 'URL parameters of the first session.',
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
    pages: z
      .array(z.strictObject({ url: z.string(), at }))
      .meta({ description: 'Earliest first.' }),
    goals: z
      .array(z.strictObject({ name: z.string(), origin: text, at }))
      .meta({ description: 'Earliest first.' }),
    prediction: z
      .strictObject({
        score: number.meta({ description: '0–100; 50 is the site’s average.' }),
        conversionRate: number.meta({ description: 'A fraction 0–1.' }),
        expectedValue: number.meta({ description: 'US dollars.' }),
        confidence: number.meta({ description: '0–1.' }),
      })
      .optional(),
  })
  .meta({
    id: 'Visitor',
    description: 'What DataFast knows of a visitor. What is absent is not known.',
  }) satisfies z.ZodType<Model>;

export const VisitorResult = z
  .strictObject({
    visitorId: z.uuid(),
    match: Match,
    visitor: Visitor.nullable(),
    attribution: Attribution,
    fields: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).meta({
      description: 'Property → value: what a contact would get that has nothing yet.',
    }),
    cachedAt: momentOrNull('When DataFast said so.'),
  })
  .meta({ id: 'VisitorResult' });
