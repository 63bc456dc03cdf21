// The operator's pages, by address.
import { Hono } from 'hono/tiny';
import { operatorsOnly, pagesForCallers } from '../login.ts';
import type { WebApp, WebEnv } from '../web.ts';
import { sendTestAlert, showDoctor } from './doctor-routes.ts';
import { showOverview, switchOn } from './overview/show-overview.ts';
import { askToReplay, replayMany } from './replay-routes.ts';
import { eraseSignup, replay, showErasure, showPreview, showStory } from './signup-routes.ts';

export function dashboard(): WebApp {
  const app = new Hono<WebEnv>();
  app.use('/', pagesForCallers);
  app.use('/doctor/*', pagesForCallers);
  app.use('/replay', pagesForCallers);
  app.use('/signups/*', pagesForCallers);
  app.use('/destinations/*', pagesForCallers);
  app.get('/', showOverview);
  app.get('/doctor', showDoctor);
  app.post('/doctor/alert', operatorsOnly, sendTestAlert);
  app.post('/destinations/:name/switch-on', operatorsOnly, switchOn);
  app.get('/replay', operatorsOnly, askToReplay);
  app.post('/replay', operatorsOnly, replayMany);
  app.get('/signups/:id', showStory);
  app.post('/signups/:id/replay', operatorsOnly, replay);
  app.get('/signups/:id/preview', showPreview);
  app.get('/signups/:id/erase', operatorsOnly, showErasure);
  app.post('/signups/:id/erase', operatorsOnly, eraseSignup);
  return app;
}
