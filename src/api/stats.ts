// Totals over the last days.
import * as z from 'zod';
import type { Stats as Model } from '../ledger/stats.ts';
import type { Answer } from './answer.ts';
import { momentOrNull } from './moment.ts';
import { reasonKeys } from './reason.ts';
import { Match, Status } from './signup.ts';

const count = z.int().meta({ description: 'How many signups.' });
const day = z.iso.date().meta({ description: 'In UTC.', example: '2026-11-23' });
const channel = z.string().nullable().meta({ example: 'Paid Search' });

export const Stats = z
  .object({
    days: z.int(),
    since: day.meta({ description: 'The first day, in UTC.' }),
    total: count,
    byDay: z
      .array(z.object({ day, count, channels: z.record(z.string(), z.int()) }))
      .meta({ description: 'Every day, oldest first. Days without a signup are included.' }),
    byChannel: z.array(z.object({ value: channel, count })),
    bySource: z.array(
      z.object({
        value: z.string().meta({ description: 'The provider.', example: 'stripe' }),
        count,
        matched: z.int().meta({ description: 'How many of them had a known visitor.' }),
      }),
    ),
    byStatus: z.array(z.object({ value: Status, count })),
    byMatch: z.array(z.object({ value: Match.nullable(), count })),
    byAttributionSource: z
      .array(
        z.object({
          source: z.string().nullable().meta({ example: 'Google' }),
          channel: z.string(),
          count,
          meanScore: z.number().nullable(),
          meanExpectedValue: z.number().nullable().meta({ description: 'US dollars.' }),
        }),
      )
      .meta({ description: 'Where the matched ones came from, the most frequent first.' }),
    byConvertingChannel: z.array(z.object({ value: z.string(), count })).meta({
      description:
        'What brought people on the visit of the signup, where that is known, the most frequent first.',
    }),
    waiting: z
      .object({ count: z.int(), oldestReceivedAt: momentOrNull('When the oldest one arrived.') })
      .meta({ description: 'Over all time: what waits.' }),
    unfinished: z.array(z.object({ status: Status, reason: reasonKeys.reason, count })).meta({
      description: 'Over all time: why signups wait or failed, and how many for each reason.',
    }),
    lag: z
      .object({
        signups: z.int(),
        medianSeconds: z.number().nullable(),
        p95Seconds: z.number().nullable(),
      })
      .meta({ description: 'From the webhook to the CRM, over the latest deliveries.' }),
  })
  .meta({ id: 'Stats' }) satisfies z.ZodType<Model>;
export type Stats = Answer<typeof Stats>;
