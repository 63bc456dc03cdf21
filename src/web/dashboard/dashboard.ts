// The operator's pages, by address.
import { Hono } from 'hono/tiny';
import { pagesForOperators } from '../login.ts';
import type { WebApp, WebEnv } from '../web.ts';
import { showOverview } from './show-overview.ts';
import { eraseSignup, replay, showErasure, showPreview, showStory } from './signup-routes.ts';

export function dashboard(): WebApp {
  const app = new Hono<WebEnv>();
  app.use('/', pagesForOperators);
  app.use('/signups/*', pagesForOperators);
  app.get('/', showOverview);
  app.get('/signups/:id', showStory);
  app.post('/signups/:id/replay', replay);
  app.get('/signups/:id/preview', showPreview);
  app.get('/signups/:id/erase', showErasure);
  app.post('/signups/:id/erase', eraseSignup);
  return app;
}
