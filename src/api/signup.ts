// A signup in the ledger: a row of the list, or everything there is.
import * as z from 'zod';
import type * as ledger from '../ledger/query.ts';
import { DELIVERY_STATUSES, MATCHES } from '../model.ts';
import type { Answer } from './answer.ts';
import { Attribution, Touch } from './attribution.ts';
import { moment, momentOrNull } from './moment.ts';
import { reasonKeys } from './reason.ts';

export const Status = z.enum(DELIVERY_STATUSES).meta({
  id: 'Status',
  description:
    '`delivered`. `skipped`: there is nothing to do. `waiting`: Whence tries again by itself. `failed`: a person must act.',
});

export const Match = z.enum(MATCHES).meta({
  id: 'Match',
  description:
    'Whether DataFast knew the visitor. `no_visitor_id`: the webhook had none. `not_found`: an ad blocker, or the key of another website. `bot`. `invalid_visitor_id`. `rejected_by_datafast`. `shared_visitor`: the visitor has brought two other people before.',
});

const deliveryKeys = {
  destination: z.string().meta({ description: 'The CRM.', example: 'hubspot' }),
  status: Status,
  attempts: z.int().meta({ description: 'Attempts so far.' }),
  ...reasonKeys,
  lastReason: z
    .string()
    .nullable()
    .meta({ description: 'After `gave_up`: the code of the reason before.' }),
  externalId: z.string().nullable().meta({ description: 'The id of the contact in the CRM.' }),
  deliveredAt: momentOrNull('When it arrived.'),
};

export const Delivery = z
  .object(deliveryKeys)
  .meta({ id: 'Delivery', description: 'One signup on its way to one destination.' });

/** `null` where it is not known, or where the contact keeps that of an earlier signup. */
const tag = (description: string) => z.string().nullable().meta({ description });

const signupKeys = {
  id: z.string().meta({ description: '`<source>:<event id>`.', example: 'signup:msg_1' }),
  source: z.string().meta({ description: 'The provider, or `backfill`.', example: 'stripe' }),
  email: z.string().nullable().meta({
    description: 'Trimmed, lower case. `null` for the holder of VIEWER_TOKEN.',
  }),
  visitorId: z.string().nullable().meta({ description: 'The UUID in the DataFast cookie.' }),
  match: Match.nullable().meta({
    description: '`null` until DataFast was asked for the visitor ID that the signup has.',
  }),
  status: Status.meta({ description: 'The status of the delivery that has the most left to do.' }),
  channel: z.string().nullable().meta({
    description:
      'The kind of traffic that brought the person, as the contact says it: of this signup, or of an earlier one whose first touch stays.',
    example: 'Paid Search',
  }),
  broughtBy: z.string().nullable().meta({
    description: 'The site, network or partner that the contact says.',
    example: 'Google',
  }),
  campaign: tag('`utm_campaign` of the first visit.'),
  landingPage: tag('The first page the person saw.'),
  partner: tag('The parameter `via`, else `ref`, of the first visit.'),
  convertingChannel: tag('The channel of the visit of the signup.'),
  country: tag('Two letters.'),
  occurredAt: moment('When it happened, as the provider says.'),
  receivedAt: moment('When the webhook arrived.'),
};

export const SignupRow = z.object({ ...signupKeys, deliveries: z.array(Delivery) }).meta({
  id: 'Signup',
  description: 'A signup in the list.',
}) satisfies z.ZodType<ledger.SignupRow>;
export type SignupRow = Answer<typeof SignupRow>;

const Attempt = z
  .object({
    at: moment('When.'),
    status: Status,
    ...reasonKeys,
    refresh: z.boolean().meta({ description: 'Whether it was a refresh.' }),
  })
  .meta({ id: 'Attempt', description: 'One attempt at one delivery.' });

const DeliveryStory = z
  .object({
    ...deliveryKeys,
    nextAttemptAt: momentOrNull('When Whence tries again by itself.'),
    fields: z.record(z.string(), z.string()).nullable().meta({
      description: 'The properties as they were written.',
    }),
    history: z.array(Attempt).nullable().meta({
      description: 'The first attempt and the latest ones, oldest first.',
    }),
  })
  .meta({ id: 'DeliveryStory', description: 'A delivery with its attempts and what it wrote.' });

export const SignupDetail = z
  .object({
    ...signupKeys,
    signup: z.unknown().meta({ description: 'The message on the queue.' }),
    payloadShape: z
      .array(z.string())
      .nullable()
      .meta({
        description:
          'The key names of a webhook without a visitor ID, as dotted paths, never a value. `null` when it had one.',
        example: ['data.object.metadata.plan'],
      }),
    attribution: Attribution.nullable().meta({
      description:
        'As it was written; without a visitor, nothing of it was. `null` when the contact keeps the first touch of an earlier signup.',
    }),
    conversion: Touch.nullable().meta({
      description:
        'What brought the person on the visit of the signup, as the contact holds it. `null` when that is not known, or when the contact holds the one of an earlier signup.',
    }),
    lookups: z.int().meta({ description: 'How many times a lookup of the visitor failed.' }),
    score: z.number().nullable().meta({ description: 'The newest prediction of DataFast, 0–100.' }),
    expectedValue: z.number().nullable().meta({ description: 'In US dollars.' }),
    refreshAt: momentOrNull(
      'When the visitor is fetched again. The live fields are then written again, and a first touch that is unknown until then.',
    ),
    refreshedAt: momentOrNull('When that last changed something.'),
    refreshes: z.int().meta({ description: 'How many times it changed something lately.' }),
    deliveries: z.array(DeliveryStory),
  })
  .meta({
    id: 'SignupStory',
    description: 'A signup with everything there is.',
  }) satisfies z.ZodType<ledger.SignupDetail>;
export type SignupDetail = Answer<typeof SignupDetail>;

export const nextCursor = z.string().nullable().meta({
  description: 'Send it as `cursor` to get the next page; `null` on the last page.',
});

export const SignupPage = z
  .object({ items: z.array(SignupRow), nextCursor })
  .meta({ id: 'SignupPage' });
export type SignupPage = Answer<typeof SignupPage>;
