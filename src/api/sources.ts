// What each source has sent: accepted, ignored and refused webhooks.
import * as z from 'zod';
import type { SourceHealth } from '../health/source-health.ts';
import type { Answer } from './answer.ts';
import { momentOrNull } from './moment.ts';

const byReason = (description: string, example: Record<string, number>) =>
  z.record(z.string(), z.int()).meta({ description, example });

const SourcePeriod = z
  .object({
    accepted: z.int().meta({ description: 'Signups.' }),
    withVisitorId: z.int().meta({ description: 'How many of them brought a visitor ID.' }),
    visitorIdShare: z.number().nullable().meta({
      description: 'The same as a share from 0 to 1; `null` while nothing was accepted.',
      example: 0.82,
    }),
    ignored: byReason('Genuine events that are no signup, by reason.', { not_a_signup_event: 12 }),
    refused: byReason('Webhooks that were refused, by reason.', { signature_mismatch: 3 }),
  })
  .meta({ id: 'SourcePeriod', description: 'What a source sent in some days. Days are in UTC.' });

const Source = z
  .object({
    source: z.string().meta({ example: 'stripe' }),
    isOn: z.boolean().meta({ description: 'Whether its secret is set.' }),
    lastHeardAt: momentOrNull('When the last genuine webhook came.'),
    lastAcceptedAt: momentOrNull('When the last signup came.'),
    lastRefusedAt: momentOrNull('When a webhook was last refused.'),
    refusedInARow: z.int().meta({ description: 'Refused since the last genuine webhook.' }),
    today: SourcePeriod,
    last7Days: SourcePeriod,
    last30Days: SourcePeriod,
  })
  .meta({ id: 'Source' }) satisfies z.ZodType<SourceHealth>;

export const Sources = z.object({ sources: z.array(Source) }).meta({ id: 'Sources' });
export type Sources = Answer<typeof Sources>;
