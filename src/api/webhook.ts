// What a webhook is answered when nothing is wrong with it.
import * as z from 'zod';

export const WebhookAnswer = z
  .discriminatedUnion('status', [
    z.strictObject({
      status: z.literal('accepted'),
      id: z.string().meta({ description: 'The signup is on the queue, and this is its id.' }),
    }),
    z.strictObject({
      status: z.literal('ignored'),
      reason: z.string().meta({
        description: 'Genuine, but no signup, or from test mode.',
        example: 'not_a_signup_event',
      }),
    }),
  ])
  .meta({ id: 'WebhookAnswer' });
