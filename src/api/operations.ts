// The answers to backfill, replay and erasure.
import * as z from 'zod';
import type { Replayable as ReplayableModel } from '../ledger/replays.ts';
import type { Erased as ErasedModel } from '../operations/erase.ts';
import type { Answer } from './answer.ts';
import { nextCursor, Status } from './signup.ts';

export const Backfilled = z
  .object({
    items: z
      .array(
        z.discriminatedUnion('status', [
          z.object({ status: z.literal('accepted'), id: z.string() }),
          z.object({
            status: z.literal('refused'),
            problem: z.string().meta({ example: 'email is not an email address' }),
          }),
        ]),
      )
      .meta({ description: 'One result per signup, in the same order.' }),
  })
  .meta({ id: 'Backfilled' });
export type Backfilled = Answer<typeof Backfilled>;

const replayedKeys = {
  replayed: z.array(z.string()).meta({ description: 'Ids of the signups now on the queue.' }),
  unreadable: z.array(z.string()).meta({
    description: 'Ids of messages that this version cannot read.',
  }),
};
export const Replayed = z.object(replayedKeys).meta({ id: 'Replayed' });
export type Replayed = Answer<typeof Replayed>;

export const ReplayedPage = z.object({ ...replayedKeys, nextCursor }).meta({ id: 'ReplayedPage' });
export type ReplayedPage = Answer<typeof ReplayedPage>;

/** The answer to `dryRun`. */
export const Replayable = z
  .object({
    total: z.int().meta({ description: 'How many signups a replay would send.' }),
    reasons: z
      .array(z.object({ reason: z.string(), signups: z.int() }))
      .meta({ description: 'By the reason of their delivery, the most frequent first.' }),
  })
  .meta({ id: 'Replayable' }) satisfies z.ZodType<ReplayableModel>;
export type Replayable = Answer<typeof Replayable>;

export const SwitchedOn = z
  .object({
    name: z.string().meta({ description: 'The destination.' }),
    wasOff: z.boolean().meta({ description: 'Whether its service had switched it off.' }),
  })
  .meta({ id: 'SwitchedOn' });
export type SwitchedOn = Answer<typeof SwitchedOn>;

export const Queue = z
  .object({
    backlog: z.int().nullable().meta({
      description: 'How many messages wait; `null` where the platform does not say.',
    }),
  })
  .meta({ id: 'Queue' });
export type Queue = Answer<typeof Queue>;

export const Erased = z
  .object({
    signups: z.int().meta({ description: 'Signups removed from the ledger.' }),
    unreadable: z.int().meta({ description: 'Unreadable dead letters that named the person.' }),
    deliveries: z.int().meta({ description: 'Deliveries removed with them.' }),
    visitors: z.int().meta({ description: 'Visitors removed from the cache.' }),
    destinations: z
      .array(
        z.object({
          name: z.string(),
          status: Status,
          reason: z.string().nullable().meta({ description: 'The code of a reason.' }),
          erased: z.array(z.string()).meta({ description: 'The properties that are empty now.' }),
          kept: z.array(z.string()).meta({
            description:
              'Properties that still have a value which Whence may have written. They belong to the CRM or to you.',
            example: ['firstname'],
          }),
          deleted: z.boolean().meta({
            description:
              'Whether the record itself is gone: only that of the sample which setup sends.',
          }),
        }),
      )
      .optional()
      .meta({ description: 'With `destinations=true`: how it ended at each that can erase.' }),
  })
  .meta({ id: 'Erased' }) satisfies z.ZodType<ErasedModel>;
export type Erased = Answer<typeof Erased>;
