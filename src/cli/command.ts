// What every command shares: its help, how it refuses what was typed, and how it ends.
import {
  Command,
  CommanderError,
  type CommandUnknownOpts,
  InvalidArgumentError,
  Option,
} from '@commander-js/extra-typings';
import { nearest } from '../nearest.ts';
import { anyFileFailure } from './failure.ts';
import { commandLine } from './invocation.ts';
import { messageAbout, swallowedFlags } from './swallowed-flags.ts';

/** A command that names what is wrong with what was typed. `line`: how one types it. */
export function newCommand(name: string, line: typeof commandLine = commandLine): Command {
  return new Command(name)
    .exitOverride()
    .helpOption('-h, --help', 'shows this help')
    .configureHelp({ commandUsage: (command) => line(name, ...usageOf(command)) })
    .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, '')) })
    .showHelpAfterError(`\n\`${line(name, '--help')}\` shows how to use it.`);
}

const usageOf = (command: CommandUnknownOpts) => command.usage().split(' ');

/** Lines to try, for the end of a command's help. */
export function examples(name: string, ...lines: readonly (readonly string[])[]): string {
  const shown = lines.map((args) => `  ${commandLine(name, ...args)}`);
  return `\n${lines.length === 1 ? 'Example' : 'Examples'}:\n${shown.join('\n')}`;
}

/** The words of the exit codes, for the end of a command's help. */
export const exitCodes = (well: string, failed: string) =>
  `\nEnds with 0 ${well},\n  1 ${failed},\n  2 when it was called wrongly, 130 after Ctrl-C.`;

/** A value that is a text. */
export function filled(text: string): string {
  if (text === '') throw new InvalidArgumentError('It is empty: is a variable not set?');
  if (text.startsWith('--'))
    throw new InvalidArgumentError('It is a flag, so the value is missing.');
  return text;
}

/** A value out of a list. */
export function oneOf<Value extends string>(values: readonly Value[]): (text: string) => Value {
  return (text) => {
    const found = values.find((value) => value === text);
    if (found !== undefined) return found;
    const meant = nearest(filled(text), values);
    throw new InvalidArgumentError(
      meant === undefined ? `It is one of ${values.join(', ')}.` : `Did you mean ${meant}?`,
    );
  };
}

/** A number. `what`: the end of the sentence that begins with "It is". */
export function numberWhere(
  isRight: (value: number) => boolean,
  what: string,
): (text: string) => number {
  return (text) => {
    const value = Number(filled(text));
    if (Number.isFinite(value) && isRight(value)) return value;
    throw new InvalidArgumentError(`It is ${what}.`);
  };
}

/** Ends the command with 2, because it was called wrongly. */
export function refuse(command: CommandUnknownOpts, problem: string): never {
  return command.error(problem);
}

/** Ends the command: with 2 when it was called wrongly, with 1 when something failed. */
export function fail(message: string, code: 1 | 2 = 2): never {
  console.error(message);
  process.exit(code);
}

export const jsonOption = () => new Option('--json', 'prints JSON');
export const yesOption = () => new Option('-y, --yes', 'asks nothing and does it');
export const dryRunOption = (what: string) => new Option('--dry-run', what);

/** Runs the command with these arguments; the program ends with its exit code. */
export async function runCommand(
  command: CommandUnknownOpts,
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>> = process.env,
  line: typeof commandLine = commandLine,
): Promise<void> {
  refuseSwallowedFlags(command, args, env, line);
  try {
    await command.parseAsync(args, { from: 'user' });
  } catch (error) {
    const failure = anyFileFailure(error);
    if (failure) fail(`${failure.problem}. ${failure.fix}`, 1);
    if (!(error instanceof CommanderError)) throw error;
    process.exitCode = error.exitCode === 0 ? 0 : 2;
  }
}

/** npm may have kept a flag that was to prevent something. */
function refuseSwallowedFlags(
  program: CommandUnknownOpts,
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  line: typeof commandLine,
): void {
  const isHelp = args.some((arg) => arg === '--help' || arg === '-h');
  const sub = program.commands.find((candidate) => candidate.name() === args[0]);
  const command = sub ?? program;
  const rest = sub ? args.slice(1) : args;
  const flags = command.options.flatMap(({ long }) => long?.replace(/^--/, '') ?? []);
  const swallowed = isHelp ? [] : swallowedFlags(flags, rest, env);
  if (swallowed.length === 0) return;
  const takesValue = (flag: string) =>
    command.options.some(({ long, required }) => long === `--${flag}` && required);
  fail(messageAbout(swallowed, rest, takesValue, (words) => line(command.name(), ...words)));
}

/** The arguments of a program with one command. Without any to work with it ends: 0 after --help, 2 after a mistake. */
export function parseOwn(command: CommandUnknownOpts): void {
  const args = process.argv.slice(2);
  refuseSwallowedFlags(command, args, process.env, commandLine);
  try {
    command.parse(args, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    process.exit(error.exitCode === 0 ? 0 : 2);
  }
}
