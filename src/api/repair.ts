// What backfill, replay and erasure answer.
import * as z from 'zod';
import type { Erased as Model } from '../operations/erase.ts';
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

/** The answer to `dryRun`. */
export const Replayable = z
  .strictObject({
    total: z.int().meta({ description: 'How many signups it would be.' }),
    reasons: z
      .array(z.strictObject({ reason: z.string(), signups: z.int() }))
      .meta({ description: 'By the reason of their delivery, the most frequent first.' }),
  })
  .meta({ id: 'Replayable' });

export const Queue = z
  .strictObject({
    backlog: z
      .int()
      .nullable()
      .meta({ description: 'Messages that wait; null where the platform does not tell.' }),
  })
  .meta({ id: 'Queue' });

export const Erased = z
  .strictObject({
    signups: z.int().meta({ description: 'Signups removed from the ledger.' }),
    unreadable: z.int().meta({ description: 'Unreadable dead letters that named the person.' }),
    deliveries: z.int().meta({ description: 'Deliveries removed with them.' }),
    visitors: z.int().meta({ description: 'Visitors removed from the cache.' }),
  })
  .meta({ id: 'Erased' }) satisfies z.ZodType<Model>;
