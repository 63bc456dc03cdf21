// `whence destroy`: removes the Worker and everything that belongs to it from the Cloudflare account.
import { dryRunOption, examples, exitCodes, filled, newCommand, refuse } from '../command.ts';
import { DEFAULT_NAME, deploymentFile } from '../deployment.ts';
import { destroy } from '../destroy.ts';
import { registry } from '../registry.ts';
import { workerName } from '../setup/flags.ts';
import { prompts, terminal } from '../setup/terminal.ts';
import { startWrangler, wranglerCommand } from '../start-wrangler.ts';
import { openWrangler } from '../wrangler.ts';

/** The command, ready to be parsed. */
export function destroyCommand() {
  return newCommand('destroy')
    .summary('removes the Worker and all that belongs to it')
    .description(
      'Removes the Worker, its queues, its database and its cache from your Cloudflare account, after it has asked twice. It touches neither the CRM nor your providers, and says what stays there.',
    )
    .option('--name <name>', `of the Worker; ${DEFAULT_NAME} by default`, workerName)
    .option('--account <id|name>', 'the Cloudflare account, where there are several', filled)
    .option('-y, --yes', 'asks nothing; needs --name as well')
    .addOption(dryRunOption('says what it would remove, and removes nothing'))
    .addHelpText(
      'after',
      [
        examples('destroy', ['--dry-run'], ['--name', 'second']),
        exitCodes('when all is gone', 'when something could not be removed'),
      ].join('\n'),
    )
    .action(async ({ name, account, yes = false, dryRun = false }, command) => {
      if (yes && name === undefined)
        refuse(command, '--yes needs --name, so that the right one goes.');
      const worker = name ?? (process.env.WHENCE_NAME || DEFAULT_NAME);
      const canAsk = process.stdin.isTTY && process.stdout.isTTY && !yes;
      process.exitCode = await destroy({
        flags: { name: worker, account: account ?? process.env.CLOUDFLARE_ACCOUNT_ID, yes, dryRun },
        wrangler: openWrangler(startWrangler(wranglerCommand(), process.env)),
        say: terminal,
        ask: canAsk ? prompts : undefined,
        file: deploymentFile(worker),
        registry,
      });
    });
}
