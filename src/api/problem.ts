// An error as every route answers it. https://www.rfc-editor.org/rfc/rfc9457
import * as z from 'zod';
import type { Answer } from './answer.ts';

const Mistake = z
  .object({
    detail: z.string().meta({ description: 'What is wrong there.' }),
    parameter: z
      .string()
      .optional()
      .meta({ description: 'The parameter of the path or the query.' }),
    pointer: z
      .string()
      .optional()
      .meta({ description: 'The place in the body, as a JSON pointer: `#/signups`.' }),
  })
  .meta({ id: 'Mistake', description: 'One thing that is wrong with a request.' });
export type Mistake = Answer<typeof Mistake>;

export const Problem = z
  .object({
    type: z.literal('about:blank'),
    title: z.string().meta({ description: 'The status in words.' }),
    status: z.int().meta({ description: 'The HTTP status.' }),
    detail: z.string().optional().meta({
      description: 'What to do about it, for a person. It never repeats what was sent.',
    }),
    errors: z.array(Mistake).optional(),
  })
  .meta({ id: 'Problem', description: 'An error, as RFC 9457 problem details.' });
export type Problem = Answer<typeof Problem>;
