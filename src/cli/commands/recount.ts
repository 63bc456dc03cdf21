// `whence recount`: the figures of the dashboard are counted again from the signups.
import { Recounted } from '../../api/stats.ts';
import { dryRunOption, examples, exitCodes, fail, jsonOption, newCommand } from '../command.ts';
import { nameOption, openApi, openWorker, urlOption } from '../worker.ts';

/** The command, ready to be parsed. */
export function recountCommand() {
  return newCommand('recount')
    .summary('counts the figures of the dashboard again')
    .description(
      'Counts people again from the signups in the ledger. Cron counts by itself what has changed, so this is for doubt. The figures of days whose signups are pruned stay.',
    )
    .addOption(nameOption())
    .addOption(urlOption())
    .addOption(dryRunOption('says what would happen, and asks the Worker for nothing'))
    .addOption(jsonOption())
    .addHelpText(
      'after',
      [
        examples('recount', []),
        exitCodes('when the Worker counts again', 'when something failed'),
      ].join('\n'),
    )
    .action(async ({ dryRun = false, json = false, ...flags }, command) => {
      const worker = openWorker(command, flags);
      if (dryRun) {
        const words = `${worker.url} would count every day again of which its ledger has signups.`;
        console.log(json ? JSON.stringify({ dryRun: true }) : words);
        return;
      }
      const api = await openApi(worker);
      const asked = await api.call(Recounted, 'POST', '/api/stats/recount');
      if (asked.kind !== 'ok') return fail(asked.message, 1);
      const { days } = asked.answer;
      const words = `Within minutes ${days === 1 ? '1 day is' : `${days} days are`} counted again.`;
      console.log(json ? JSON.stringify(asked.answer) : words);
    });
}
