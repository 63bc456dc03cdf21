// Messages to a chat: which service an address belongs to, and the body that it takes for a few lines of plain text.

export type ChatService = 'slack' | 'discord' | 'teams';

export interface ChatMessage {
  title?: string;
  /** Plain text. Marks that a service would read are escaped here. */
  lines: readonly (string | ChatLine)[];
  link?: ChatLink | undefined;
}

/** A line with a link at its end. */
export interface ChatLine {
  text: string;
  link?: ChatLink | undefined;
}

/** An address of our own, with its name. */
export interface ChatLink {
  url: string;
  label: string;
}

/** A card of more lines is hard to read. */
const TEAMS_LINES = 10;

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

/** Whole lines of a message, in the spelling of a service. */
interface Spelling {
  text(text: string): string;
  bold(text: string): string;
  link(link: ChatLink): string;
  most: number;
}

/** Slack recommends at most 4,000 characters. https://docs.slack.dev/messaging/formatting-message-text */
const SLACK: Spelling = {
  text: slackText,
  bold: (text) => `*${text}*`,
  link: ({ url, label }) => `<${url}|${slackText(label)}>`,
  most: 4000,
};

/** https://docs.discord.com/developers/resources/webhook#execute-webhook */
const DISCORD: Spelling = {
  text: discordText,
  bold: (text) => `**${text}**`,
  link: ({ url, label }) => `[${discordText(label)}](<${url}>)`,
  most: 2000,
};

function slackBody(message: ChatMessage) {
  return { text: textOf(message, SLACK), unfurl_links: false };
}

/** Nobody is called, whatever a name says. */
function discordBody(message: ChatMessage) {
  return { content: textOf(message, DISCORD), allowed_mentions: { parse: [] } };
}

function textOf({ title, lines, link }: ChatMessage, spelling: Spelling): string {
  const head = title === undefined ? [] : [spelling.bold(spelling.text(title))];
  const all = [...head, ...lines.map((line) => lineOf(line, spelling))];
  return withinLimit(all, link ? [spelling.link(link)] : [], spelling.most);
}

function lineOf(line: string | ChatLine, spelling: Spelling): string {
  const { text, link }: ChatLine = typeof line === 'string' ? { text: line } : line;
  return link ? `${spelling.text(text)} ${spelling.link(link)}` : spelling.text(text);
}

/** How many of the lines fit into one message without a title; one at least. */
export function linesThatFit(service: ChatService, lines: readonly ChatLine[]): number {
  if (service === 'teams') return Math.max(1, Math.min(lines.length, TEAMS_LINES));
  const spelling = service === 'slack' ? SLACK : DISCORD;
  let length = 3;
  const fitting = lines.findIndex((line) => {
    length += lineOf(line, spelling).length + 1;
    return length > spelling.most;
  });
  return Math.max(1, fitting < 0 ? lines.length : fitting);
}

/**
 * `<!channel>` would call everybody, `*` would be bold, and an address would be a link. An invisible space keeps marks from
 * being read.
 */
function slackText(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replace(/[*_~`]|:\/\//g, '\u200b$&');
}

/** A dash is a mark at the beginning of a line only. */
function discordText(text: string): string {
  return text.replace(/[\\*_~`|>#[\]()<@:]|^-/gm, '\\$&');
}

/** An adaptive card. The text of a `TextRun` is not read as Markdown. https://adaptivecards.io/explorer/TextRun.html */
function teamsBody({ title, lines, link }: ChatMessage) {
  const run = (text: string) => ({ type: 'TextRun', text: text.slice(0, 2000) });
  const block = (...inlines: object[]) => ({ type: 'RichTextBlock', inlines });
  const linked = ({ url, label }: ChatLink) => ({
    ...run(` ${label}`),
    selectAction: { type: 'Action.OpenUrl', url },
  });
  const blockOf = (line: string | ChatLine) => {
    if (typeof line === 'string') return block(run(line));
    return line.link ? block(run(line.text), linked(line.link)) : block(run(line.text));
  };
  const content = {
    $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
    type: 'AdaptiveCard',
    version: '1.4',
    body: [
      ...(title === undefined ? [] : [block({ ...run(title), weight: 'Bolder' })]),
      ...lines.slice(0, TEAMS_LINES).map(blockOf),
    ],
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
