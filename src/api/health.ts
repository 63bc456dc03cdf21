// Whether Whence runs, and for its operator what is misconfigured.
import * as z from 'zod';
import type { Problem } from '../model.ts';

const Misconfiguration = z
  .strictObject({
    key: z.string().meta({ description: 'The setting.', example: 'HUBSPOT_TOKEN' }),
    problem: z.string().meta({ example: 'is not set' }),
    fix: z.string().meta({ description: 'How to mend it.' }),
  })
  .meta({ id: 'Misconfiguration' }) satisfies z.ZodType<Problem>;

export const Health = z
  .strictObject({
    status: z.literal('ok'),
    version: z.string(),
    problems: z.array(Misconfiguration).optional().meta({ description: 'For the operator only.' }),
  })
  .meta({ id: 'Health' });
