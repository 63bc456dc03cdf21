// `whence alert`: what is broken now, or a sample to the receiver of alerts.
import { Option } from '@commander-js/extra-typings';
import { Alerts, TestAlert } from '../../api/alerts.ts';
import { examples, exitCodes, fail, jsonOption, newCommand } from '../command.ts';
import { nameOption, openApi, openWorker, urlOption } from '../worker.ts';
import type { WorkerApi } from '../worker-api.ts';

/** The command, ready to be parsed. */
export function alertCommand() {
  return newCommand('alert')
    .summary('shows what is broken now, or sends a sample alert')
    .description(
      'Shows what the checks that run by themselves have found. With --test the Worker sends a sample to ALERT_URL.',
    )
    .addOption(new Option('--test', 'sends a sample to ALERT_URL'))
    .addOption(nameOption())
    .addOption(urlOption())
    .addOption(jsonOption())
    .addHelpText(
      'after',
      [
        examples('alert', [], ['--test']),
        exitCodes(
          'when nothing is broken, or the sample was accepted',
          'when something is broken, or the sample was not accepted',
        ),
      ].join('\n'),
    )
    .action(async ({ test = false, json = false, ...flags }, command) => {
      const api = await openApi(openWorker(command, flags));
      const { isWell, answer, words } = await (test ? sendSample(api) : readAlerts(api));
      console.log(json ? JSON.stringify(answer) : words);
      process.exitCode = isWell ? 0 : 1;
    });
}

async function sendSample(api: WorkerApi) {
  const asked = await api.call(TestAlert, 'POST', '/api/alerts/test');
  if (asked.kind !== 'ok') return fail(asked.message, 1);
  const { sent, to, problem } = asked.answer;
  const words = sent ? `Sent to ALERT_URL (${to}). See whether it has arrived.` : problem;
  return { isWell: sent, answer: asked.answer, words };
}

async function readAlerts(api: WorkerApi) {
  const asked = await api.call(Alerts, 'GET', '/api/alerts');
  if (asked.kind !== 'ok') return fail(asked.message, 1);
  const { alerts } = asked.answer;
  const lines = alerts.map(
    ({ title, what, fix, since }) => `✗ ${title} (since ${since})\n  ${what}\n  → ${fix}`,
  );
  const isWell = alerts.length === 0;
  return { isWell, answer: asked.answer, words: isWell ? 'Nothing is broken.' : lines.join('\n') };
}
