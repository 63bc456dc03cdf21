// The answer to a webhook that is genuine and readable.
import * as z from 'zod';
import type { Answer } from './answer.ts';

export const WebhookAnswer = z
  .discriminatedUnion('status', [
    z.object({
      status: z.literal('accepted'),
      id: z.string().meta({ description: 'The id of the signup. It is on the queue.' }),
    }),
    z.object({
      status: z.literal('ignored'),
      reason: z.string().meta({
        description: 'Why a genuine event is not a signup, or was not taken.',
        example: 'not_a_signup_event',
      }),
    }),
  ])
  .meta({ id: 'WebhookAnswer' });
export type WebhookAnswer = Answer<typeof WebhookAnswer>;
