// Incoming webhooks of Slack, Discord and Teams, as strict as each publishes: the shape of a message, its length, one message
// a second, and their own answers, none of which is JSON where all is well.
// https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks
// https://docs.discord.com/developers/resources/webhook
import { Hono } from 'hono';
import * as z from 'zod';
import { createRecorder, type Failure, type RecordedRequest } from './requests.ts';

export interface ChatStandIn {
  app: Hono;
  /** The text of each message, as the service would show it. */
  messages: readonly string[];
  /** What was refused, and why. */
  refusals: readonly string[];
  requests: readonly RecordedRequest[];
  failWith(next: Failure | undefined): void;
}

const Slack = z.strictObject({ text: z.string().min(1).max(4000), unfurl_links: z.boolean() });
const Discord = z.strictObject({
  content: z.string().min(1).max(2000),
  allowed_mentions: z.strictObject({ parse: z.array(z.enum(['users', 'roles', 'everyone'])) }),
});
const TextRun = z.strictObject({
  type: z.literal('TextRun'),
  text: z.string().min(1),
  weight: z.literal('Bolder').optional(),
  selectAction: z.strictObject({ type: z.literal('Action.OpenUrl'), url: z.url() }).optional(),
});
const Teams = z.object({
  type: z.literal('message'),
  attachments: z.tuple([
    z.object({
      contentType: z.literal('application/vnd.microsoft.card.adaptive'),
      content: z.object({
        type: z.literal('AdaptiveCard'),
        body: z.array(
          z.strictObject({ type: z.literal('RichTextBlock'), inlines: z.array(TextRun).min(1) }),
        ),
      }),
    }),
  ]),
});

interface Service {
  read(json: unknown): string | undefined;
  ok(): Response;
  invalid(): Response;
  limited(): Response;
}

const empty = (status: number) => () => new Response(null, { status });
const SERVICES: Readonly<Record<'slack' | 'discord' | 'teams', Service>> = {
  slack: {
    read: (json) => Slack.safeParse(json).data?.text,
    ok: () => new Response('ok'),
    invalid: () => new Response('invalid_payload', { status: 400 }),
    limited: () => new Response('rate_limited', { status: 429, headers: { 'retry-after': '1' } }),
  },
  discord: {
    read: (json) => Discord.safeParse(json).data?.content,
    ok: empty(204),
    invalid: () =>
      Response.json({ message: 'Cannot send an empty message', code: 50006 }, { status: 400 }),
    limited: () =>
      Response.json(
        { message: 'You are being rate limited.', retry_after: 1, global: false },
        { status: 429, headers: { 'retry-after': '1' } },
      ),
  },
  teams: {
    read: (json) =>
      Teams.safeParse(json)
        .data?.attachments[0].content.body.map(({ inlines }) =>
          inlines.map(({ text }) => text).join(''),
        )
        .join('\n'),
    ok: empty(202),
    invalid: () =>
      new Response('Bad payload received by generic incoming webhook.', { status: 400 }),
    limited: empty(429),
  },
};

export function createChat(
  service: keyof typeof SERVICES,
  now: () => number = Date.now,
): ChatStandIn {
  const { read, ok, invalid, limited } = SERVICES[service];
  const messages: string[] = [];
  const refusals: string[] = [];
  let lastMs = Number.NEGATIVE_INFINITY;
  const recorder = createRecorder({ now, errorBody: () => '' });
  const app = new Hono();
  // A network that fails is no answer.
  app.onError((error) => {
    throw error;
  });
  app.use(recorder.record);
  app.get('*', () => (service === 'discord' ? Response.json({ id: '1', type: 1 }) : invalid()));
  app.post('*', async (c) => {
    const text = read(await c.req.json().catch(() => undefined));
    if (text === undefined) {
      refusals.push('It is no message.');
      return invalid();
    }
    if (now() - lastMs < 1000) {
      refusals.push('More than one a second.');
      return limited();
    }
    lastMs = now();
    messages.push(text);
    return ok();
  });
  return { app, messages, refusals, requests: recorder.requests, failWith: recorder.failWith };
}
