// Messages to a chat: which service an address belongs to, and the body that it takes for a few lines of plain text.

export type ChatService = 'slack' | 'discord' | 'teams';

export interface ChatMessage {
  title: string;
  /** Plain text. Marks that a service would read are escaped here. */
  lines: readonly string[];
  /** An address of our own, with its name. */
  link?: { url: string; label: string };
}

/** Hosts of incoming webhooks. Teams has had several: connectors, Logic Apps, Power Automate, Power Platform. */
const HOSTS: Readonly<Record<ChatService, RegExp>> = {
  slack: /^hooks\.slack(-gov)?\.com$/,
  discord: /^(\w+\.)?discord(app)?\.com$/,
  teams:
    /(^|\.)(webhook\.office\.com|logic\.azure\.(com|us)|api\.powerplatform\.(com|us)|powerautomate\.com|flow\.microsoft\.com)$/,
};

/** The chat that this address belongs to; `undefined` for any other receiver. */
export function chatServiceOf(address: string): ChatService | undefined {
  const host = URL.parse(address)?.hostname ?? '';
  return CHAT_SERVICES.find((service) => HOSTS[service].test(host));
}

const CHAT_SERVICES = ['slack', 'discord', 'teams'] as const;

/** The body in the shape of the service, as JSON. */
export function chatBody(service: ChatService, message: ChatMessage): string {
  return JSON.stringify(BODIES[service](message));
}

const BODIES: Readonly<Record<ChatService, (message: ChatMessage) => unknown>> = {
  slack: slackBody,
  discord: discordBody,
  teams: teamsBody,
};

/** Slack recommends at most 4,000 characters. https://docs.slack.dev/messaging/formatting-message-text */
function slackBody({ title, lines, link }: ChatMessage) {
  const linked = link ? [`<${link.url}|${slackText(link.label)}>`] : [];
  const text = withinLimit([`*${slackText(title)}*`, ...lines.map(slackText)], linked, 4000);
  return { text, unfurl_links: false };
}

/** `<!channel>` would call everybody, and `*` would be bold. An invisible space keeps marks from being read. */
function slackText(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replace(/[*_~`]/g, '\u200b$&');
}

/** https://docs.discord.com/developers/resources/webhook#execute-webhook */
function discordBody({ title, lines, link }: ChatMessage) {
  const linked = link ? [`[${discordText(link.label)}](<${link.url}>)`] : [];
  return {
    content: withinLimit([`**${discordText(title)}**`, ...lines.map(discordText)], linked, 2000),
    // Nobody is called, whatever a name says.
    allowed_mentions: { parse: [] },
  };
}

const discordText = (text: string) => text.replace(/[\\*_~`|>#[\]()<@:-]/g, '\\$&');

/** An adaptive card. The text of a `TextRun` is not read as Markdown. https://adaptivecards.io/explorer/TextRun.html */
function teamsBody({ title, lines, link }: ChatMessage) {
  const block = (text: string, weight?: 'Bolder') => ({
    type: 'RichTextBlock',
    inlines: [{ type: 'TextRun', text: text.slice(0, 2000), ...(weight && { weight }) }],
  });
  const content = {
    $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
    type: 'AdaptiveCard',
    version: '1.4',
    body: [block(title, 'Bolder'), ...lines.slice(0, 10).map((line) => block(line))],
    actions: link ? [{ type: 'Action.OpenUrl', title: link.label, url: link.url }] : [],
  };
  const contentType = 'application/vnd.microsoft.card.adaptive';
  return { type: 'message', attachments: [{ contentType, contentUrl: null, content }] };
}

/** Whole lines, as many as fit beside the last ones. */
function withinLimit(lines: readonly string[], last: readonly string[], most: number): string {
  const room = most - last.join('\n').length - 3;
  let text = '';
  for (const line of lines) {
    const longer = text === '' ? line : `${text}\n${line}`;
    if (longer.length > room) return [text || longer.slice(0, room), '…', ...last].join('\n');
    text = longer;
  }
  return [text, ...last].join('\n');
}
