// An error as every route answers it. https://www.rfc-editor.org/rfc/rfc9457
import * as z from 'zod';

const Mistake = z
  .strictObject({
    detail: z.string().meta({ description: 'What is wrong there.' }),
    parameter: z
      .string()
      .optional()
      .meta({ description: 'The parameter of path or query, where it is one.' }),
    pointer: z
      .string()
      .optional()
      .meta({ description: 'The place in the body, as a JSON pointer: `#/signups`.' }),
  })
  .meta({ id: 'Mistake', description: 'One thing that is wrong with a request.' });

export const Problem = z
  .strictObject({
    type: z.literal('about:blank'),
    title: z.string().meta({ description: 'The status in words.' }),
    status: z.int().meta({ description: 'The HTTP status, once more.' }),
    detail: z.string().optional().meta({
      description: 'What to do about it, for a person. Never what was sent.',
    }),
    errors: z.array(Mistake).optional(),
  })
  .meta({ id: 'Problem', description: 'An error, as RFC 9457 problem details.' });
