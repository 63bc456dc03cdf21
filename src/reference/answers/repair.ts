// What backfill, replay and erasure answer.
import * as z from 'zod';
import type { Erased as Model } from '../../delivery/erase.ts';
import { nextCursor } from './signup.ts';

export const Backfilled = z
  .strictObject({
    items: z
      .array(
        z.discriminatedUnion('status', [
          z.strictObject({ status: z.literal('accepted'), id: z.string() }),
          z.strictObject({
            status: z.literal('refused'),
            problem: z.string().meta({ example: 'email is not an email address' }),
          }),
        ]),
      )
      .meta({ description: 'One result per signup, in the same order.' }),
  })
  .meta({ id: 'Backfilled' });

const replayedKeys = {
  replayed: z.array(z.string()).meta({ description: 'Ids of what is on the queue again.' }),
  unreadable: z.array(z.string()).meta({
    description: 'Ids of messages that this version cannot read.',
  }),
};
export const Replayed = z.strictObject(replayedKeys).meta({ id: 'Replayed' });
export const ReplayedPage = z.strictObject({ ...replayedKeys, nextCursor }).meta({
  id: 'ReplayedPage',
});

export const Erased = z
  .strictObject({
    signups: z.int().meta({ description: 'Signups removed from the ledger.' }),
    visitors: z.int().meta({ description: 'Visitors removed from the cache.' }),
  })
  .meta({ id: 'Erased' }) satisfies z.ZodType<Model>;
