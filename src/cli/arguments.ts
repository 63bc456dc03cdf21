// The arguments of every command: one reader, which names what is wrong before it shows the usage.
import { type ParseArgsOptionsConfig, parseArgs } from 'node:util';
import { nearest } from '../nearest.ts';
import { messageAbout, swallowedFlags } from './swallowed-flags.ts';

export interface Command<Options extends ParseArgsOptionsConfig> {
  /** As one types it: `npm run backfill`. */
  name: string;
  usage: string;
  options: Options;
  /** How many arguments there may be beside the flags. */
  mostArguments: number;
  /** Flags whose value may be empty. Elsewhere it is a variable that is not set. */
  mayBeEmpty?: readonly string[];
}

interface Config<Options extends ParseArgsOptionsConfig> {
  args: string[];
  options: Options;
  allowPositionals: true;
}
type Given<Options extends ParseArgsOptionsConfig> = ReturnType<typeof parseArgs<Config<Options>>>;

export type Reading<Options extends ParseArgsOptionsConfig> =
  | { kind: 'given'; given: Given<Options> }
  | { kind: 'help' }
  | { kind: 'wrong'; problem: string }
  /** npm has kept flags for itself. */
  | { kind: 'swallowed'; problem: string };

/** Reads the arguments. Never throws on what somebody typed. */
export function parseArguments<Options extends ParseArgsOptionsConfig>(
  command: Command<Options>,
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Reading<Options> {
  if (args.some((arg) => arg === '--help' || arg === '-h')) return { kind: 'help' };
  const { name, options, mostArguments } = command;
  const swallowed = swallowedFlags(Object.keys(options), args, env);
  if (swallowed.length > 0) {
    const takesValue = (flag: string) => options[flag]?.type === 'string';
    return { kind: 'swallowed', problem: messageAbout(swallowed, name, args, takesValue) };
  }
  const problem = mistakeIn(command, args);
  if (problem !== undefined) return { kind: 'wrong', problem };
  const given = parseArgs<Config<Options>>({ args: [...args], options, allowPositionals: true });
  const surplus = given.positionals[mostArguments];
  return surplus === undefined
    ? { kind: 'given', given }
    : { kind: 'wrong', problem: `\`${surplus}\` is one argument too many` };
}

/** The arguments of this program. Without any to work with it ends: with 0 after --help, with 2 after a mistake. */
export function readArguments<Options extends ParseArgsOptionsConfig>(
  command: Command<Options>,
): Given<Options> {
  return endUnlessGiven(command, parseArguments(command, process.argv.slice(2), process.env));
}

/** Ends the program where there is nothing to work with. */
export function endUnlessGiven<Options extends ParseArgsOptionsConfig>(
  { usage }: Pick<Command<Options>, 'usage'>,
  reading: Reading<Options>,
): Given<Options> {
  if (reading.kind === 'given') return reading.given;
  if (reading.kind === 'help') {
    console.log(usage);
    process.exit(0);
  }
  if (reading.kind === 'wrong') return refuse({ usage }, reading.problem);
  console.error(reading.problem);
  process.exit(2);
}

/** Ends the program, because it was called wrongly. */
export function refuse({ usage }: { usage: string }, problem: string): never {
  console.error(`${problem}\n\n${usage}`);
  process.exit(2);
}

/** What is wrong with a name that no source has. */
export function notASource(text: string, known: Iterable<string>): string {
  const names = [...known];
  const meant = nearest(text, names);
  const hint =
    meant === undefined ? `The sources are ${names.join(', ')}.` : `Did you mean ${meant}?`;
  return `\`${text}\` is not a source. ${hint}`;
}

/** The first flag that is unknown, or whose value is missing. */
function mistakeIn(
  { options, mayBeEmpty = [] }: Pick<Command<ParseArgsOptionsConfig>, 'options' | 'mayBeEmpty'>,
  args: readonly string[],
): string | undefined {
  const { tokens } = parseArgs({
    args: [...args],
    options,
    allowPositionals: true,
    strict: false,
    tokens: true,
  });
  for (const token of tokens) {
    if (token.kind !== 'option') continue;
    const { name, rawName, value, inlineValue } = token;
    const option = Object.hasOwn(options, name) ? options[name] : undefined;
    if (!option) {
      const meant = nearest(name, Object.keys(options));
      return `Unknown flag ${rawName}${meant === undefined ? '' : `. Did you mean --${meant}?`}`;
    }
    if (option.type === 'boolean' && value !== undefined) return `${rawName} takes no value`;
    const isFlag = value?.startsWith('-') && !inlineValue && value.length > 1;
    const isMissing = value === undefined || (value === '' && !mayBeEmpty.includes(name));
    if (option.type === 'string' && (isMissing || isFlag)) return `${rawName} needs a value`;
  }
  return undefined;
}
