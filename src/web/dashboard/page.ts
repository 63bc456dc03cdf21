// The frame of every page. Styles and scripts are static assets, because the policy allows nothing inline.
import type { Context } from 'hono';
import { html } from 'hono/html';
import { minuteOf } from '../../time.ts';
import type { WebEnv } from '../web.ts';

export type Markup = ReturnType<typeof html>;

export interface PageContent {
  title: string;
  main: Markup;
  /** The script fetches the page again after so many seconds. */
  refreshSeconds?: number;
  /** The time zone of its days. The script says which one the viewer has. */
  zoneName?: string;
}

const MENU = [
  ['/', 'Signups'],
  ['/doctor', 'Doctor'],
  ['/api/reference', 'API'],
] as const;

type PageStatus = 200 | 401 | 403 | 404 | 405 | 409 | 429 | 500 | 503;

export async function page(
  c: Context<WebEnv>,
  { title, main, refreshSeconds, zoneName }: PageContent,
  status: PageStatus = 200,
): Promise<Response> {
  const caller = c.get('caller');
  c.header('cache-control', 'no-store');
  return c.html(
    html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title} · Whence</title>
<link rel="icon" href="/static/whence.svg">
<link rel="stylesheet" href="/static/dashboard.css">
<script type="module" src="/static/dashboard.js"></script>
</head>
<body data-refresh-seconds="${refreshSeconds ?? ''}"${zoneName === undefined ? '' : html` data-zone="${zoneName}"`}>
<a class="skip" href="#main">To the content</a>
<header><a class="brand" href="/">Whence${caller === undefined ? '' : html` <small>${c.env.version}</small>`}</a>
${
  caller === undefined
    ? ''
    : html`<nav aria-label="Whence">${MENU.map(([path, name]) => html`<a href="${path}"${path === c.req.path ? html` aria-current="page"` : ''}>${name}</a>`)}</nav>
<form method="post" action="/logout">${proofField(caller.proof)}<button class="plain">Log out</button></form>`
}</header>
<main id="main">${main}</main>
</body>
</html>`,
    status,
  );
}

/** Every form that changes something needs it. */
export function proofField(proof: string | undefined): Markup {
  return html`<input type="hidden" name="proof" value="${proof ?? ''}">`;
}

/** In UTC. The script shows it in the viewer's zone. */
export function time(iso: string | null | undefined): Markup | string {
  return iso ? html`<time datetime="${iso}">${minuteOf(iso)}</time>` : '–';
}
