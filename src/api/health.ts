// Whether Whence runs and delivers. The operator also sees which settings are missing or wrong.
import * as z from 'zod';
import type { Problem } from '../model.ts';
import type { Answer } from './answer.ts';

const Misconfiguration = z
  .object({
    key: z.string().meta({ description: 'The setting.', example: 'HUBSPOT_TOKEN' }),
    problem: z.string().meta({ example: 'is not set' }),
    fix: z.string().meta({ description: 'How to fix it.' }),
  })
  .meta({ id: 'Misconfiguration' }) satisfies z.ZodType<Problem>;

export const Health = z
  .object({
    status: z.enum(['ok', 'failing']).meta({
      description: '`failing`, with status 503, while nothing can be delivered.',
    }),
    version: z.string(),
    problems: z.array(Misconfiguration).optional().meta({ description: 'For operators only.' }),
    trouble: z
      .array(z.string())
      .readonly()
      .optional()
      .meta({ description: 'Why it is failing. For operators only.', example: [] }),
  })
  .meta({ id: 'Health' });
export type Health = Answer<typeof Health>;
