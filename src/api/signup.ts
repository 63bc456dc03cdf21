// A signup as the ledger tells of it: a row of the list, or everything there is.
import * as z from 'zod';
import type * as ledger from '../ledger/query.ts';
import { DELIVERY_STATUSES, MATCHES } from '../model.ts';
import { Attribution } from './attribution.ts';
import { moment, momentOrNull } from './moment.ts';

export const Status = z.enum(DELIVERY_STATUSES).meta({
  id: 'Status',
  description:
    '`delivered`; `skipped`: nothing to do; `waiting`: tried again by itself; `failed`: a person must act.',
});

export const Match = z.enum(MATCHES).meta({
  id: 'Match',
  description:
    'Whether DataFast knew the visitor. `no_visitor_id`: none was sent; `not_found`: an ad blocker, or the key of another website; `bot`; `invalid_visitor_id`; `rejected_by_datafast`.',
});

const deliveryKeys = {
  destination: z.string().meta({ description: 'The CRM.', example: 'hubspot' }),
  status: Status,
  attempts: z.int().meta({ description: 'Tries so far.' }),
  reason: z.string().nullable().meta({
    description: 'Why it is not delivered, or which fields were left out.',
  }),
  externalId: z.string().nullable().meta({ description: 'The contact’s id in the CRM.' }),
  deliveredAt: momentOrNull('When it arrived.'),
};

export const Delivery = z
  .strictObject(deliveryKeys)
  .meta({ id: 'Delivery', description: 'One signup on its way to one destination.' });

const signupKeys = {
  id: z.string().meta({ description: '`<source>:<event id>`.', example: 'signup:msg_1' }),
  source: z.string().meta({ description: 'Who told of it, or `backfill`.', example: 'stripe' }),
  email: z.string().nullable().meta({ description: 'Trimmed, lower case.' }),
  visitorId: z.string().nullable().meta({ description: 'The DataFast cookie’s UUID.' }),
  match: Match.nullable().meta({ description: '`null` until DataFast was asked.' }),
  status: Status.meta({ description: 'That of its delivery furthest from done.' }),
  channel: z.string().nullable().meta({
    description: 'What kind of traffic brought the person.',
    example: 'Paid Search',
  }),
  occurredAt: moment('When the provider says it happened.'),
  receivedAt: moment('When Whence was told.'),
};

export const SignupRow = z.strictObject({ ...signupKeys, deliveries: z.array(Delivery) }).meta({
  id: 'Signup',
  description: 'A signup as the list has it.',
}) satisfies z.ZodType<ledger.SignupRow>;

const Try = z
  .strictObject({
    at: moment('When.'),
    status: Status,
    reason: z.string().nullable(),
    refresh: z.boolean().meta({ description: 'Whether the live fields were written again.' }),
  })
  .meta({ id: 'Try', description: 'One try of one delivery.' });

const DeliveryStory = z
  .strictObject({
    ...deliveryKeys,
    nextAttemptAt: momentOrNull('When it is tried again by itself.'),
    fields: z.record(z.string(), z.string()).nullable().meta({
      description: 'The properties as they were written.',
    }),
    history: z.array(Try).nullable().meta({
      description: 'The first try and the latest, oldest first.',
    }),
  })
  .meta({ id: 'DeliveryStory', description: 'A delivery with its tries and what it wrote.' });

export const SignupDetail = z
  .strictObject({
    ...signupKeys,
    signup: z.unknown().meta({ description: 'The message as it was queued.' }),
    attribution: Attribution.nullable(),
    lookups: z.int().meta({ description: 'How often DataFast was asked for the visitor in vain.' }),
    score: z.number().nullable().meta({ description: 'DataFast’s newest prediction, 0–100.' }),
    expectedValue: z.number().nullable().meta({ description: 'In US dollars.' }),
    refreshAt: momentOrNull('When the live fields are written again.'),
    refreshedAt: momentOrNull('When they last were.'),
    refreshes: z.int().meta({ description: 'How often they were.' }),
    deliveries: z.array(DeliveryStory),
  })
  .meta({
    id: 'SignupStory',
    description: 'A signup with everything there is.',
  }) satisfies z.ZodType<ledger.SignupDetail>;

export const nextCursor = z.string().nullable().meta({
  description: 'Send it as `cursor` for what follows; `null` at the end.',
});

export const SignupPage = z
  .strictObject({ items: z.array(SignupRow), nextCursor })
  .meta({ id: 'SignupPage' });
