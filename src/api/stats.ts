// Totals over the last days.
import * as z from 'zod';
import { momentOrNull } from './moment.ts';
import { Match, Status } from './signup.ts';

const count = z.int().meta({ description: 'How many signups.' });
const day = z.iso.date().meta({ description: 'In UTC.', example: '2026-11-23' });
const channel = z.string().nullable().meta({ example: 'Paid Search' });

export const Stats = z
  .strictObject({
    days: z.int(),
    since: day.meta({ description: 'The first day, in UTC.' }),
    total: count,
    byDay: z
      .array(z.strictObject({ day, count, channels: z.record(z.string(), z.int()) }))
      .meta({ description: 'Every day, oldest first, also those without a signup.' }),
    byChannel: z.array(z.strictObject({ value: channel, count })),
    bySource: z.array(
      z.strictObject({
        value: z.string().meta({ description: 'The webhook’s provider.', example: 'stripe' }),
        count,
        matched: z.int().meta({ description: 'How many of them had a visitor.' }),
      }),
    ),
    byStatus: z.array(z.strictObject({ value: Status, count })),
    byMatch: z.array(z.strictObject({ value: Match.nullable(), count })),
    byAttributionSource: z
      .array(
        z.strictObject({
          source: z.string().nullable().meta({ example: 'Google' }),
          channel: z.string(),
          count,
          meanScore: z.number().nullable(),
          meanExpectedValue: z.number().nullable().meta({ description: 'US dollars.' }),
        }),
      )
      .meta({ description: 'What brought the matched ones, most first.' }),
    waiting: z
      .strictObject({ count: z.int(), oldestReceivedAt: momentOrNull('Since when.') })
      .meta({ description: 'Over all time: what waits.' }),
    unfinished: z
      .array(z.strictObject({ status: Status, reason: z.string().nullable(), count }))
      .meta({ description: 'Over all time: why deliveries wait or failed.' }),
    lag: z
      .strictObject({
        signups: z.int(),
        medianSeconds: z.number().nullable(),
        p95Seconds: z.number().nullable(),
      })
      .meta({ description: 'From webhook to CRM, over the latest arrivals.' }),
  })
  .meta({ id: 'Stats' });
