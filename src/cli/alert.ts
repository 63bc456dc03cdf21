// `npm run alert`: what is broken now, or a sample to the receiver of alerts.
import { Alerts, TestAlert } from '../api/alerts.ts';
import { readArguments } from './arguments.ts';
import { fail, openApi, workerUrl } from './command.ts';

const COMMAND = {
  name: 'npm run alert',
  usage: `usage: npm run alert -- [--test] [--json] [--url https://<your worker>]

  Shows what the checks that run by themselves have found. With --test the Worker sends a sample to ALERT_URL.

  Ends with 0 when nothing is broken or the sample was accepted, 1 when something is broken or failed, 2 when it was called
  wrongly.`,
  options: { test: { type: 'boolean' }, json: { type: 'boolean' }, url: { type: 'string' } },
  mostArguments: 0,
} as const;

const { values } = readArguments(COMMAND);
const api = openApi(workerUrl(values.url, COMMAND));
if (values.test) await sendSample();
else await showAlerts();

async function sendSample(): Promise<void> {
  const asked = await api.call(TestAlert, 'POST', '/api/alerts/test');
  if (asked.kind !== 'ok') return fail(asked.message, 1);
  const { sent, to, problem } = asked.answer;
  const words = sent ? `Sent to ALERT_URL (${to}). See whether it has arrived.` : problem;
  console.log(values.json ? JSON.stringify(asked.answer) : words);
  process.exitCode = sent ? 0 : 1;
}

async function showAlerts(): Promise<void> {
  const asked = await api.call(Alerts, 'GET', '/api/alerts');
  if (asked.kind !== 'ok') return fail(asked.message, 1);
  const { alerts } = asked.answer;
  if (values.json) console.log(JSON.stringify(asked.answer));
  else if (alerts.length === 0) console.log('Nothing is broken.');
  else {
    for (const { title, what, fix, since } of alerts) {
      console.log(`✗ ${title} (since ${since})\n  ${what}\n  → ${fix}`);
    }
  }
  process.exitCode = alerts.length === 0 ? 0 : 1;
}
