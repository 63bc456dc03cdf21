// The doctor's report: one line per check.
import * as z from 'zod';
import type { Report } from '../health/report.ts';
import type { Answer } from './answer.ts';
import { moment } from './moment.ts';

const Check = z
  .object({
    name: z.string().meta({ example: 'hubspot' }),
    status: z.enum(['ok', 'warning', 'problem']).meta({
      description: '`problem`: something to fix. `warning`: worth a look, but not an error.',
    }),
    what: z.string().meta({ description: 'What was found.' }),
    fix: z.string().optional().meta({ description: 'What to do about it.' }),
  })
  .meta({ id: 'Check', description: 'One thing that was checked.' });

export const DoctorReport = z
  .object({
    version: z.string().meta({ description: 'The version that was checked.' }),
    at: moment('When it was checked.'),
    checks: z.array(Check),
  })
  .meta({ id: 'DoctorReport' }) satisfies z.ZodType<Report>;
export type DoctorReport = Answer<typeof DoctorReport>;
