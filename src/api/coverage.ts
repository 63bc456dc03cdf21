// How far signups got, by source, and where the others were lost.
import * as z from 'zod';
import type { Coverage as Model } from '../health/coverage.ts';
import { LOSS_CAUSES } from '../health/losses.ts';
import type { Answer } from './answer.ts';

const share = (description: string) => z.number().nullable().meta({ description, example: 0.71 });

const Loss = z
  .object({
    cause: z.enum(LOSS_CAUSES).meta({ description: 'Why.', example: 'no_cookie' }),
    count: z.int(),
    share: z.number().meta({ description: 'Of the signups received, from 0 to 1.' }),
    shareBefore: share('The same in as many days before; `null` where nothing came.'),
    says: z.string(),
    fix: z.string(),
    filters: z.record(z.string(), z.string()).meta({
      description: 'The parameters of GET /api/signups that list them.',
      example: { match: 'no_visitor_id', source: 'stripe' },
    }),
  })
  .meta({ id: 'Loss' });

const Coverage = z
  .object({
    source: z.string().nullable().meta({
      description: 'The provider; `null` for all together, which comes first.',
    }),
    received: z.int().meta({ description: 'Of many, the newest 2,000 are looked at.' }),
    withVisitorId: z.int(),
    matched: z.int().meta({ description: 'DataFast knew the visitor.' }),
    sourceKnown: z.int().meta({ description: 'The channel is known.' }),
    inCrm: z.int(),
    share: share('`sourceKnown` of `received`.'),
    shareBefore: share('The same in as many days before.'),
    losses: z.array(Loss).meta({ description: 'The most frequent cause first.' }),
  })
  .meta({ id: 'Coverage' }) satisfies z.ZodType<Model>;

export const Coverages = z
  .object({ days: z.int(), coverage: z.array(Coverage) })
  .meta({ id: 'Coverages' });
export type Coverages = Answer<typeof Coverages>;
