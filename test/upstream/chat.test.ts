// Messages in the shapes that Slack, Discord and Teams publish.
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { type ChatService, chatBody, chatServiceOf } from '../../src/upstream/chat.ts';

/** As each service documents what its incoming webhook takes. */
const Slack = z.strictObject({ text: z.string().min(1).max(4000), unfurl_links: z.boolean() });
const Discord = z.strictObject({
  content: z.string().min(1).max(2000),
  allowed_mentions: z.strictObject({ parse: z.array(z.enum(['users', 'roles', 'everyone'])) }),
});
const TextRun = z.strictObject({
  type: z.literal('TextRun'),
  text: z.string(),
  weight: z.literal('Bolder').optional(),
});
const Teams = z.strictObject({
  type: z.literal('message'),
  attachments: z.tuple([
    z.strictObject({
      contentType: z.literal('application/vnd.microsoft.card.adaptive'),
      contentUrl: z.null(),
      content: z.strictObject({
        $schema: z.literal('http://adaptivecards.io/schemas/adaptive-card.json'),
        type: z.literal('AdaptiveCard'),
        version: z.literal('1.4'),
        body: z.array(
          z.strictObject({ type: z.literal('RichTextBlock'), inlines: z.array(TextRun) }),
        ),
        actions: z.array(
          z.strictObject({ type: z.literal('Action.OpenUrl'), title: z.string(), url: z.url() }),
        ),
      }),
    }),
  ]),
});
const SHAPES: Record<ChatService, z.ZodType> = { slack: Slack, discord: Discord, teams: Teams };
const services = ['slack', 'discord', 'teams'] as const;
const link = { url: 'https://whence.example/doctor', label: 'Open the doctor' };

describe('the service of an address', () => {
  it.each<[string, ChatService | undefined]>([
    ['https://hooks.slack.com/services/T0/B0/x', 'slack'],
    ['https://hooks.slack-gov.com/services/T0/B0/x', 'slack'],
    ['https://discord.com/api/webhooks/1/x', 'discord'],
    ['https://discordapp.com/api/webhooks/1/x', 'discord'],
    ['https://ptb.discord.com/api/webhooks/1/x', 'discord'],
    ['https://acme.webhook.office.com/webhookb2/x', 'teams'],
    ['https://prod-1.westeurope.logic.azure.com:443/workflows/x', 'teams'],
    ['https://default1.2.environment.api.powerplatform.com:443/powerautomate/x', 'teams'],
    ['https://example.com/hooks.slack.com', undefined],
    ['https://hooks.slack.com.example.com/', undefined],
    ['https://notdiscord.com/api/webhooks/1/x', undefined],
    ['not an address', undefined],
  ])('of %s is %s', (address, service) => {
    expect(chatServiceOf(address)).toBe(service);
  });
});

describe.each(services)('a message to %s', (service) => {
  it('has the shape that the service documents', () => {
    const body = chatBody(service, { title: 'A title', lines: ['One line', 'Another'], link });
    expect(SHAPES[service].parse(JSON.parse(body))).toBeDefined();
    expect(body).toContain('Another');
    expect(body).toContain(link.url);
  });

  it('fits, however long it is, and keeps its link', () => {
    const lines = Array.from({ length: 90 }, (_, n) => `${n} ${'long_'.repeat(99)}`);
    const body = chatBody(service, { title: 'A title', lines, link });
    expect(SHAPES[service].parse(JSON.parse(body))).toBeDefined();
    expect(body.length).toBeLessThan(28_000);
    expect(body).toContain(link.url);
    const single = chatBody(service, { title: 'x*'.repeat(9000), lines: [], link });
    expect(SHAPES[service].parse(JSON.parse(single))).toBeDefined();
  });
});

describe('what somebody else has written', () => {
  it('calls nobody and formats nothing in Slack', () => {
    const text = Slack.parse(
      JSON.parse(chatBody('slack', { title: '<!channel>', lines: ['<https://x|y> & *b*'] })),
    ).text;
    expect(text).not.toMatch(/<!|<https/);
    expect(text).toContain('&lt;!channel&gt;');
    expect(text.split('\n')[1]).not.toMatch(/(^| )\*b/);
  });

  it('calls nobody and formats nothing in Discord', () => {
    const { content, allowed_mentions } = Discord.parse(
      JSON.parse(chatBody('discord', { title: '@everyone', lines: ['[a](https://x) **b** # c'] })),
    );
    expect(allowed_mentions.parse).toEqual([]);
    expect(content.split('\n')[1]).toBe('\\[a\\]\\(https\\://x\\) \\*\\*b\\*\\* \\# c');
  });
});
