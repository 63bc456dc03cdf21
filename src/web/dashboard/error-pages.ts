// Pages for what went wrong. Each says what to do next.
import type { Context } from 'hono';
import { html } from 'hono/html';
import type { WebEnv } from '../web.ts';
import { page } from './page.ts';

export function pageNotFound(c: Context<WebEnv>): Promise<Response> {
  const main = html`<h1>Page not found</h1><p>There is no page at this address. <a href="/">All signups</a></p>`;
  return page(c, { title: 'Page not found', main }, 404);
}

export function signupNotFound(c: Context<WebEnv>): Promise<Response> {
  const main = html`<h1>No such signup</h1><p>The ledger does not have it. It was erased, or it is older than the ledger keeps signups. <a href="/">All signups</a></p>`;
  return page(c, { title: 'No such signup', main }, 404);
}

export function methodNotAllowed(c: Context<WebEnv>, allow: string): Promise<Response> {
  c.header('allow', allow);
  const main = html`<h1>Not possible</h1><p>This address cannot be used in this way. <a href="/">All signups</a></p>`;
  return page(c, { title: 'Not possible', main }, 405);
}

export function internalError(c: Context<WebEnv>): Promise<Response> {
  const main = html`<h1>Internal error</h1><p>Whence failed to answer, or the ledger is unavailable now. The log says where it failed. Try again in a minute; to do it twice does no harm. If it fails again, run <code>npx whence-crm doctor</code>.</p>`;
  return page(c, { title: 'Internal error', main }, 500);
}

/** `says`, `todo`: why the ledger cannot be used, and what to do about it. */
export function ledgerFailing(c: Context<WebEnv>, says: string, todo: string): Promise<Response> {
  c.header('retry-after', '60');
  const main = html`<h1>The ledger says no</h1><p>${says}</p><p>${todo}</p><p>Webhooks are accepted meanwhile.</p>`;
  return page(c, { title: 'The ledger says no', main }, 503);
}

/** The queue did not take the signup that the operator replays. */
export function notQueued(c: Context<WebEnv>, path: string): Promise<Response> {
  c.header('retry-after', '10');
  const main = html`<h1>Not replayed</h1><p>The queue is unavailable. Try again in a minute; to do it twice does no harm. If it fails again, run <code>npx whence-crm doctor</code>. The log says where it failed. <a href="${path}">Back to the signup</a></p>`;
  return page(c, { title: 'Not replayed', main }, 503);
}
