// The events that Whence sends, as a receiver gets them.
import * as z from 'zod';
import type { SignupEvent as Model, PersonErased } from '../destinations/signup-event.ts';
import { moment } from './moment.ts';
import { Match, Status } from './signup.ts';

const Reached = z
  .object({
    destination: z.string().meta({ example: 'hubspot' }),
    status: Status,
    reason: z.string().optional().meta({
      description: 'The code of the reason why it did not arrive, or did not arrive whole.',
    }),
    externalId: z.string().optional().meta({ description: 'The ID of the contact there.' }),
    url: z.url().optional().meta({ description: 'Where people see the contact.' }),
  })
  .meta({ id: 'ReachedDelivery', description: 'How far the signup has come at a destination.' });

export const ErasedEvent = z
  .object({
    type: z.literal('person.erased'),
    timestamp: moment('When the operator has erased the person.'),
    data: z.object({
      signups: z.array(z.string()).meta({ description: 'The IDs of their signups. Forget them.' }),
      email: z.string().optional().meta({ description: 'Only where you let it leave.' }),
    }),
  })
  .meta({
    id: 'ErasedEvent',
    description: 'A person to be forgotten.',
  }) satisfies z.ZodType<PersonErased>;

export const SignupEvent = z
  .object({
    type: z.enum(['signup.enriched', 'signup.updated', 'signup.failed']),
    timestamp: moment('When the signup arrived; of an update, when it was looked at again.'),
    data: z.object({
      id: z.string().meta({ description: '`<source>:<event id>`.', example: 'stripe:evt_1' }),
      source: z.string().meta({ description: 'The provider.', example: 'stripe' }),
      occurredAt: moment('When it happened, as the provider says.'),
      receivedAt: moment('When the webhook arrived.'),
      test: z.boolean().meta({ description: 'Whether it is from the provider’s test mode.' }),
      match: Match,
      outcome: Status.nullable().meta({
        description:
          'How it ended at the other destinations: `waiting` before all, then `delivered`, `failed`, `skipped`. `null` when there are none.',
      }),
      deliveries: z.array(Reached),
      scoreBand: z.enum(['low', 'medium', 'high']).optional().meta({
        description: 'Of the lead score: `low` below 40, `medium` below 70, `high` from 70 on.',
      }),
      changed: z
        .array(z.enum(['first_touch', 'score_band', 'outcome']))
        .optional()
        .meta({
          description: 'Only with `signup.updated`: what has changed.',
        }),
      fields: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).meta({
        description:
          'Field → value, as docs/fields.md names them, as far as the operator lets them leave.',
        example: { datafast_channel: 'Paid Search', datafast_source: 'Google' },
      }),
      links: z.object({
        story: z.url().optional().meta({ description: 'The signup’s page on the dashboard.' }),
      }),
    }),
  })
  .meta({
    id: 'SentEvent',
    description: 'What is known of one signup.',
  }) satisfies z.ZodType<Model>;
