// Alerts: what is broken now, what a receiver gets, and the answer to a sample.
import * as z from 'zod';
import type { AlertEvent as EventModel } from '../health/alerts/alert-words.ts';
import type { DigestEvent as DigestModel } from '../health/alerts/digest.ts';
import { CHECKS } from '../health/alerts/finding.ts';
import type { OpenAlert as OpenAlertModel } from '../health/alerts/open-alerts.ts';
import type { Answer } from './answer.ts';
import { moment, momentOrNull } from './moment.ts';

const CHECK = { description: 'Which check found it.', example: 'refused' };
const about = z.string().nullable().meta({
  description: 'Which source or which reason; `null` where there is only one.',
  example: 'stripe',
});
const words = {
  title: z.string().meta({ example: 'Webhooks are refused: stripe' }),
  what: z.string().meta({
    description: 'What was found. It never says anything about a person.',
    example: 'stripe: 5 were refused, none was genuine. The signature does not fit the secret.',
  }),
  fix: z.string().meta({ description: 'What to do about it.' }),
};

const OpenAlert = z
  .object({
    check: z.enum(CHECKS).meta(CHECK),
    about,
    ...words,
    since: moment('When it was found first.'),
    raisedAt: momentOrNull('When a receiver accepted the alert.'),
  })
  .meta({ id: 'OpenAlert' }) satisfies z.ZodType<OpenAlertModel>;

export const Alerts = z.object({ alerts: z.array(OpenAlert) }).meta({ id: 'Alerts' });
export type Alerts = Answer<typeof Alerts>;

export const TestAlert = z
  .object({
    sent: z.boolean().meta({ description: 'Whether the receiver accepted it.' }),
    to: z.enum(['slack', 'discord', 'teams', 'webhook']).nullable().meta({
      description: 'What ALERT_URL was recognised as; `null` while it is not set.',
    }),
    problem: z.string().nullable().meta({ description: 'Why it was not sent.' }),
  })
  .meta({ id: 'TestAlert' });
export type TestAlert = Answer<typeof TestAlert>;

/** The body of a signed digest. */
export const DigestEvent = z
  .object({
    type: z.literal('digest.weekly'),
    timestamp: moment('When it was sent.'),
    data: z.object({
      from: z.iso.date().meta({ description: 'The first day of the week, in UTC.' }),
      until: z.iso.date().meta({ description: 'The day after the last one.' }),
      signups: z.int().meta({ description: 'People, not events.' }),
      signupsBefore: z.int().meta({ description: 'The same in the week before.' }),
      matchRate: z.number().nullable().meta({ description: 'From 0 to 1.' }),
      matchRateBefore: z.number().nullable(),
      channels: z
        .array(z.object({ channel: z.string().nullable(), signups: z.int(), before: z.int() }))
        .meta({ description: 'The most signups first.' }),
      bestCampaign: z.object({ name: z.string(), signups: z.int() }).nullable(),
      broken: z.array(z.string()).meta({ description: 'Titles of what is broken now.' }),
      url: z.url().nullable().meta({ description: 'The dashboard.' }),
    }),
  })
  .meta({ id: 'DigestEvent' }) satisfies z.ZodType<DigestModel>;

/** The body of a signed alert. */
export const AlertEvent = z
  .object({
    type: z.enum(['alert.raised', 'alert.resolved']),
    timestamp: moment('When it was sent.'),
    data: z.object({
      id: z.string().meta({
        description: 'The same for an alert, its reminders and its all-clear.',
        example: 'alert_refused-stripe_1795608000000',
      }),
      check: z.enum([...CHECKS, 'test']).meta(CHECK),
      about,
      ...words,
      count: z.int().nullable().meta({ description: 'How many signups or webhooks.' }),
      since: moment('When it was found first.'),
      reminder: z.boolean().meta({ description: 'Whether it was told before.' }),
      url: z.url().nullable().meta({
        description: 'The doctor of this Worker; `null` while its address is not known.',
      }),
    }),
  })
  .meta({ id: 'AlertEvent' }) satisfies z.ZodType<EventModel>;
