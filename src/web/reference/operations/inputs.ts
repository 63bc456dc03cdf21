// Parameters that several routes have.
import * as z from 'zod';

export const EMAIL = {
  description: 'The person’s email.',
  override: { format: 'email' },
  example: 'ada@example.com',
} as const;

export const VISITOR_ID = {
  description: 'The value of the cookie `datafast_visitor_id`.',
  override: { format: 'uuid' },
  example: 'a3ab2331-989f-4cfa-91c6-2461c9e3c6bd',
} as const;

export const CURSOR = { description: '`nextCursor` of the previous page.' };

export const SignupPath = z.object({
  id: z.string().meta({ description: 'The signup’s id, URL-encoded.', example: 'signup:msg_1' }),
});
