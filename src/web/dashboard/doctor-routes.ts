// The doctor's page, and its button.
import type { Context } from 'hono';
import { type Sample, sendSample } from '../../health/alerts/send-sample.ts';
import { reportOf } from '../report.ts';
import type { WebEnv } from '../web.ts';
import { doctorPage } from './doctor-page.ts';
import { page } from './page.ts';
import { labelsOf } from './words.ts';

/** `GET /doctor` */
export function showDoctor(c: Context<WebEnv>): Promise<Response> {
  return show(c, undefined);
}

/** `POST /doctor/alert`: shows the report again, with how the sample went. */
export async function sendTestAlert(c: Context<WebEnv>): Promise<Response> {
  return show(c, await sendSample(c.env, new URL(c.req.url).origin));
}

async function show(c: Context<WebEnv>, sample: Sample | undefined): Promise<Response> {
  const { sources, config } = c.env;
  const caller = c.get('caller');
  const main = doctorPage({
    report: await reportOf(c.env, c.req.url),
    sources: [...sources.values()].filter(({ secretName }) =>
      config.webhookSecrets.has(secretName),
    ),
    origin: new URL(c.req.url).origin,
    sample: sample && {
      isSent: sample.sent,
      words: sample.problem ?? `A sample was sent (${sample.to}). See whether it has arrived.`,
    },
    labelOf: labelsOf(c.env.destinations()),
    canSend: caller?.role === 'operator' && config.alerts !== undefined,
    proof: caller?.proof,
  });
  return page(c, { title: 'Doctor', main });
}
