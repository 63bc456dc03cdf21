// The login for browsers: ADMIN_TOKEN or VIEWER_TOKEN once, then a signed cookie.
import type { Context, Next } from 'hono';
import { html } from 'hono/html';
import { Hono } from 'hono/tiny';
import { endSession } from '../ledger/ended-sessions.ts';
import { describeError } from '../log.ts';
import { type Markup, page } from './dashboard/page.ts';
import { readForm } from './form.ts';
import { callerOf, isFromOurPage, isProven, roleOf, tokensOf } from './guard.ts';
import { countAttempt, forgive } from './login-throttle.ts';
import { expiryOf, markOf, openSession, sessionCookie, sessionOf, sign } from './session.ts';
import type { WebApp, WebEnv } from './web.ts';

export function login(): WebApp {
  const app = new Hono<WebEnv>();

  app.get('/login', async (c) => {
    if (c.env.config.adminToken === undefined) return closed(c);
    const next = c.req.query('next');
    return (await callerOf(c)) ? c.redirect(ownPath(next, c.req.url), 303) : ask(c, 200, next);
  });

  app.post('/login', logIn);

  app.post('/logout', pagesForCallers, async (c) => {
    const session = sessionOf(c.req.raw);
    if (session) await end(c.env, session);
    c.header('set-cookie', sessionCookie(c.req.raw, undefined));
    return c.redirect('/login', 303);
  });

  return app;
}

/** Middleware for pages that change something, and for their buttons. */
export async function operatorsOnly(c: Context<WebEnv>, next: Next): Promise<Response | undefined> {
  if (c.get('caller')?.role !== 'operator') {
    const main = html`<h1>Not for viewers</h1><p>VIEWER_TOKEN only reads. Log in with ADMIN_TOKEN to change something.</p>`;
    return page(c, { title: 'Not for viewers', main }, 403);
  }
  await next();
  return undefined;
}

/** The browser forgets its cookie in any case. A copy of it stays open where the ledger cannot be written. */
async function end({ ledger, log }: WebEnv['Bindings'], session: string): Promise<void> {
  try {
    await endSession(ledger, await markOf(session), expiryOf(session));
  } catch (error) {
    log('warn', 'session_not_ended', describeError(error));
  }
}

async function logIn(c: Context<WebEnv>): Promise<Response> {
  const { config, now } = c.env;
  const [operator] = tokensOf(config);
  if (operator === undefined) return closed(c);
  if (!isFromOurPage(c.req.raw)) return ask(c, 403, undefined, 'Log in on this page.');
  const given = await readForm(c.req.raw);
  const next = given.get('next') ?? undefined;
  const client = await clientOf(c.req.raw, operator.token);
  const waitSeconds = await countAttempt(c.env, client);
  if (waitSeconds !== undefined) {
    c.header('retry-after', String(waitSeconds));
    const minutes = Math.ceil(waitSeconds / 60);
    return ask(c, 429, next, `Too many wrong tokens. Try again in ${minutes} min.`);
  }
  const token = given.get('token')?.trim() ?? '';
  if (!(await roleOf(config, token))) {
    return ask(c, 401, next, 'This is not the ADMIN_TOKEN or VIEWER_TOKEN of this Worker.');
  }
  await forgive(c.env, client);
  c.header('set-cookie', sessionCookie(c.req.raw, await openSession(token, now())));
  return c.redirect(ownPath(next, c.req.url), 303);
}

/** Middleware for pages: strangers are asked to log in, and a form must be one of our own. */
export async function pagesForCallers(
  c: Context<WebEnv>,
  next: Next,
): Promise<Response | undefined> {
  if (c.env.config.adminToken === undefined) return closed(c);
  const caller = await callerOf(c);
  const { pathname, search } = new URL(c.req.url);
  const isForm = c.req.method === 'POST';
  if (!caller) {
    const back = isForm || pathname === '/' ? '' : `?next=${encodeURIComponent(pathname + search)}`;
    return c.redirect(`/login${back}`, 303);
  }
  if (isForm) {
    const form = await readForm(c.req.raw);
    c.set('form', form);
    if (!(await isProven(caller, c.req.raw, form.get('proof') ?? ''))) {
      const main = html`<h1>Not done</h1><p>This form is not from a page of this session. <a href="/">Start again</a>.</p>`;
      return page(c, { title: 'Not done', main }, 403);
    }
  }
  c.set('caller', caller);
  await next();
  return undefined;
}

function closed(c: Context<WebEnv>): Promise<Response> {
  const main = html`<h1>Closed</h1>
<p>Closed until ADMIN_TOKEN is set to at least 32 characters:</p>
<pre>openssl rand -hex 32 | npx wrangler secret put ADMIN_TOKEN</pre>`;
  return page(c, { title: 'Closed', main }, 503);
}

function ask(
  c: Context<WebEnv>,
  status: 200 | 401 | 403 | 429,
  next: string | undefined,
  complaint?: string,
): Promise<Response> {
  const main: Markup = html`<form class="card login" method="post" action="/login">
<h1>Log in</h1>
${complaint === undefined ? '' : html`<p class="notice bad" role="alert" id="complaint">${complaint}</p>`}
<label for="token">ADMIN_TOKEN or VIEWER_TOKEN</label>
<input id="token" name="token" type="password" required autofocus autocomplete="current-password" aria-describedby="hint">
<p class="hint" id="hint">VIEWER_TOKEN only reads. The browser does not keep the token.</p>
<input type="hidden" name="next" value="${next ?? ''}">
<button>Log in</button>
</form>`;
  return page(c, { title: 'Log in', main }, status);
}

/** The path to go to after the login: only a path of this Worker. */
function ownPath(next: string | undefined, here: string): string {
  const { origin } = new URL(here);
  const goal = URL.parse(next ?? '', origin);
  // `/.//elsewhere` has the path `//elsewhere`, and a redirect there would leave the Worker.
  return goal?.origin === origin ? goal.pathname.replace(/^\/+/, '/') + goal.search : '/';
}

/** The client as a short keyed digest, so that no address is kept. An IPv6 network of one customer counts as one. */
async function clientOf({ headers }: Request, adminToken: string): Promise<string> {
  const address = headers.get('cf-connecting-ip') ?? '';
  const network = address.includes(':') ? networkOf(address) : address;
  return (await sign(adminToken, 'client', network)).slice(0, 16);
}

/** The first 64 bits. `::` stands for zeros, and the client chooses what follows it. */
function networkOf(address: string): string {
  const groups = address.replace(/::.*/, '').split(':');
  return [...groups, '0', '0', '0'].slice(0, 4).join(':');
}
