// Every command under one name.
import { VERSION } from '../version.ts';
import { newCommand } from './command.ts';
import { alertCommand } from './commands/alert.ts';
import { attributeCommand } from './commands/attribute.ts';
import { backfillCommand } from './commands/backfill.ts';
import { destroyCommand } from './commands/destroy.ts';
import { doctorCommand } from './commands/doctor.ts';
import { eraseCommand } from './commands/erase.ts';
import { previewCommand } from './commands/preview.ts';
import { provisionCommand } from './commands/provision.ts';
import { recountCommand } from './commands/recount.ts';
import { replayCommand } from './commands/replay.ts';
import { sendCommand } from './commands/send.ts';
import { runSetup } from './commands/setup.ts';
import { configFolder } from './deployment.ts';
import { commandLine, programLine } from './invocation.ts';
import { setupCommand } from './setup/flags.ts';

const ABOUT = () => `Every signup arrives in your CRM knowing whence it came.

Where the Worker answers is kept in ${configFolder()}, with its ADMIN_TOKEN if you agreed to that: one file for each deployment, readable by you alone. The environment overrides it. Where there is no ADMIN_TOKEN, a command asks for it.

Commands end with 0 when all is well, 1 when something failed or is to be fixed, 2 when they were called wrongly or an answer is missing, 130 after Ctrl-C.`;

/** The whole program, ready to be parsed. */
export function whence() {
  return newCommand('whence', (_, ...args) => programLine(...args))
    .description(ABOUT())
    .version(VERSION, '-v, --version', 'shows the version')
    .helpCommand('help [command]', 'shows how to use a command')
    .configureHelp({
      commandUsage: (command) => programLine(...command.usage().split(' ')),
      subcommandTerm: (command) => command.name(),
    })
    .addCommand(setupCommand(runSetup))
    .addCommand(doctorCommand())
    .addCommand(alertCommand())
    .addCommand(sendCommand())
    .addCommand(previewCommand())
    .addCommand(attributeCommand())
    .addCommand(replayCommand())
    .addCommand(backfillCommand())
    .addCommand(provisionCommand())
    .addCommand(recountCommand())
    .addCommand(eraseCommand())
    .addCommand(destroyCommand())
    .addHelpText('after', `\nHelp for one: ${commandLine('doctor', '--help')}`);
}
