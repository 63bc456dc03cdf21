// Totals of people.
import * as z from 'zod';
import { TOUCHES } from '../ledger/people/question.ts';
import type { Figures as FiguresModel } from '../ledger/people/tally.ts';
import type { Answer } from './answer.ts';
import { momentOrNull } from './moment.ts';
import { reasonKeys } from './reason.ts';
import { Status } from './signup.ts';

const people = (description: string) => z.int().meta({ description });
const figure = (description: string) => z.number().nullable().meta({ description });
const day = (description: string) => z.iso.date().meta({ description, example: '2026-11-23' });

const figures = {
  people: people('How many people signed up. Each counts once, at the time of their first signup.'),
  matched: people('How many have a visitor that DataFast knows.'),
  known: people('How many have a channel that is known, by the touch that is asked for.'),
  delivered: people('How many have arrived at every destination.'),
  failed: people('How many have not arrived, because a person must act.'),
  customers: people('How many of them have paid within the period.'),
  meanScore: figure("Mean of DataFast's lead score, 0 to 100."),
  meanExpectedValue: figure('Mean of the expected value, US dollars.'),
  expectedValue: figure('The expected value of all together, US dollars.'),
  medianDaysToSignup: figure('Median of the days from the first visit to the signup.'),
} satisfies Record<keyof FiguresModel, z.ZodType>;

export const Recounted = z
  .object({ days: z.int().meta({ description: 'How many days are counted again.' }) })
  .meta({ id: 'Recounted' });
export type Recounted = Answer<typeof Recounted>;

export const Stats = z
  .object({
    from: day('The first day, in the time zone.'),
    to: day('The last day, which is included.'),
    zone: z.string().meta({ description: 'The time zone of the days.', example: 'Europe/Berlin' }),
    touch: z.enum(TOUCHES).meta({
      description:
        'What channel, source, campaign and landing page are of: the first touch, or the visit of the signup.',
    }),
    ...figures,
    by: z.string().meta({ description: 'What the rows are.', example: 'channel' }),
    rows: z
      .array(
        z.object({
          value: z.string().nullable().meta({
            description: 'The day, channel, campaign and so on; null: there is none.',
            example: 'Paid Search',
          }),
          ...figures,
          previous: z.int().nullable().meta({
            description: 'How many people there were in the period before, if asked for.',
          }),
        }),
      )
      .meta({ description: 'The most people first; days in their order, each of them.' }),
    compare: z.string().nullable().meta({ description: 'What it is compared with.' }),
    previous: z
      .object({ from: day('The first day.'), to: day('The last day.'), ...figures })
      .nullable()
      .meta({ description: 'The period before, if asked for.' }),
    waiting: z
      .object({ count: z.int(), oldestReceivedAt: momentOrNull('When the oldest one arrived.') })
      .meta({ description: 'Over all time: how many signups wait, up to 500.' }),
    unfinished: z
      .array(z.object({ status: Status, reason: reasonKeys.reason, count: z.int() }))
      .meta({
        description:
          'Over all time: why signups wait or failed, and how many for each reason. The oldest 50 of each are looked at.',
      }),
    lag: z
      .object({
        signups: z.int(),
        medianSeconds: z.number().nullable(),
        p95Seconds: z.number().nullable(),
      })
      .meta({ description: 'From the webhook to the CRM, over the latest deliveries.' }),
  })
  .meta({ id: 'Stats' });
export type Stats = Answer<typeof Stats>;
