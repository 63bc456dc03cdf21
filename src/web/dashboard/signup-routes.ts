// One signup's pages and buttons: its story, replay, preview and erasure.
import type { Context } from 'hono';
import { html } from 'hono/html';
import { storyPath } from '../../identifiers.ts';
import { readSignup, type SignupDetail } from '../../ledger/query.ts';
import { readOthers } from '../../ledger/story.ts';
import { erasePerson } from '../../operations/erase.ts';
import { type ErasedElsewhere, eraseElsewhere } from '../../operations/erase-elsewhere.ts';
import { replaySignup } from '../../operations/replay.ts';
import { detailForViewer, isViewer, nameOf } from '../for-viewer.ts';
import { queueOf } from '../queue.ts';
import type { WebEnv } from '../web.ts';
import { confirmErasure, erasedButFor, notErased } from './erase-page.ts';
import { notQueued, signupNotFound } from './error-pages.ts';
import { listQuery, neighboursOf, searchOf } from './list-context.ts';
import { page } from './page.ts';
import { previewPage } from './preview-page.ts';
import { story } from './story.ts';
import { labelsOf } from './words.ts';

/** A signup that waits is likely to change soon. */
const WAITING_REFRESH_SECONDS = 3;
const REFRESH_SECONDS = 15;

export function showStory(c: Context<WebEnv>): Promise<Response> {
  return withSignup(c, async (detail) => {
    const destinations = c.env.destinations();
    // The next look at the page has the link. No page waits for a service.
    c.executionCtx.waitUntil(Promise.all(destinations.map(({ locate }) => locate?.())));
    const list = listQuery(new URL(c.req.url).searchParams);
    const { visitorId, match } = detail;
    const [others, visitor, neighbours] = await Promise.all([
      readOthers(c.env.ledger, detail),
      // Of a visitor that others have brought, or that a bot is, the journey says nothing of this person.
      visitorId && match === 'matched' ? c.env.keptVisitor(visitorId) : undefined,
      isRefresh(c) ? undefined : neighboursOf(c.env.ledger, list, detail, isViewer(c) || undefined),
    ]);
    const context = { destinations, others, visitor, list, neighbours };
    const shown = isViewer(c) ? shownToViewer(detail, destinations) : detail;
    const main = story(shown, { ...context, caller: c.get('caller'), done: c.req.query('done') });
    const refreshSeconds = detail.status === 'waiting' ? WAITING_REFRESH_SECONDS : REFRESH_SECONDS;
    return page(c, { title: nameOf(detail, isViewer(c)), main, refreshSeconds });
  });
}

export async function replay(c: Context<WebEnv>): Promise<Response> {
  const id = idOf(c);
  const queue = queueOf(c.env, () => notQueued(c, storyPath(id)));
  const replayed = await replaySignup({ ...c.env, ...queue }, id);
  if (!replayed) return signupNotFound(c);
  if (replayed.unreadable.length === 0) {
    const query = listQuery(new URL(c.req.url).searchParams);
    query.set('done', 'replayed');
    return c.redirect(storyPath(id) + searchOf(query), 303);
  }
  const main = html`<h1>Not replayed</h1><p>This version of the Worker cannot read that message. Deploy the newest version, then replay it.</p>`;
  return page(c, { title: 'Not replayed', main }, 409);
}

export function showPreview(c: Context<WebEnv>): Promise<Response> {
  return withSignup(c, async (detail) => {
    const main = await previewPage(c.env, detail, isViewer(c));
    return page(c, { title: `Preview of ${nameOf(detail, isViewer(c))}`, main });
  });
}

export function showErasure(c: Context<WebEnv>): Promise<Response> {
  const elsewhere = c.env.destinations().flatMap(({ label, erase }) => (erase ? [label] : []));
  return withSignup(c, (detail) => {
    const main = confirmErasure(detail, { proof: c.get('caller')?.proof, elsewhere });
    return page(c, { title: 'Erase', main });
  });
}

export function eraseSignup(c: Context<WebEnv>): Promise<Response> {
  return withSignup(c, async ({ id, email }) => {
    if (email === null) return signupNotFound(c);
    const { ledger } = c.env;
    const left: ErasedElsewhere[] = [];
    const labelOf = labelsOf(c.env.destinations());
    if (c.get('form')?.get('destinations') === 'true') {
      const destinations = c.env.destinations();
      const erased = await eraseElsewhere({ ledger, destinations }, email);
      // The ledger comes last, because it knows the signups: until then it can be repeated.
      const open = erased.flatMap(({ name, status }) =>
        status === 'waiting' ? [labelOf(name)] : [],
      );
      if (open.length > 0) {
        c.header('retry-after', '60');
        return page(c, { title: 'Not erased', main: notErased(storyPath(id), open) }, 503);
      }
      left.push(...erased.filter(({ status }) => status === 'failed'));
    }
    await erasePerson(c.env, email);
    if (left.length > 0) {
      return page(c, { title: 'Erased', main: erasedButFor(left, labelOf) });
    }
    return c.redirect('/?done=erased', 303);
  });
}

async function withSignup(
  c: Context<WebEnv>,
  show: (detail: SignupDetail) => Promise<Response> | Response,
): Promise<Response> {
  const detail = await readSignup(c.env.ledger, idOf(c), c.env.now());
  return detail ? show(detail) : signupNotFound(c);
}

function shownToViewer(
  detail: SignupDetail,
  destinations: Parameters<typeof detailForViewer>[1],
): SignupDetail {
  const email = detail.email && nameOf(detail, true);
  return { ...detailForViewer(detail, destinations), email };
}

/** The script fetches the page again and again, and the links to other signups stay as they are meanwhile. */
const isRefresh = (c: Context<WebEnv>) => c.req.header('sec-fetch-mode') === 'cors';

const idOf = (c: Context<WebEnv>) => c.req.param('id') ?? '';
