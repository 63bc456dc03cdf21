// What the doctor found.
import * as z from 'zod';
import { moment } from './moment.ts';

const Check = z
  .strictObject({
    name: z.string().meta({ example: 'hubspot' }),
    status: z.enum(['ok', 'warning', 'problem']).meta({
      description: '`problem`: something to mend; `warning`: worth a look, and no fault.',
    }),
    what: z.string().meta({ description: 'What was found.' }),
    fix: z.string().optional().meta({ description: 'What to do about it.' }),
  })
  .meta({ id: 'Check', description: 'One thing that was looked at.' });

export const DoctorReport = z
  .strictObject({
    version: z.string().meta({ description: 'Of what was examined.' }),
    at: moment('When.'),
    checks: z.array(Check),
  })
  .meta({ id: 'DoctorReport' });
