// Whether all is well with everything the Worker depends on, for the operator.
import { Hono } from 'hono/tiny';
import type { DoctorReport } from '../api/doctor.ts';
import { reportOf } from './report.ts';
import type { WebApp, WebEnv } from './web.ts';

/** The route `/api/doctor`. */
export function doctor(): WebApp {
  const app = new Hono<WebEnv>();
  app.get('/', async (c) => c.json((await reportOf(c.env, c.req.url)) satisfies DoctorReport));
  return app;
}
