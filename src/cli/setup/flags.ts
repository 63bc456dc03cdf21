// The flags of setup. Secrets are not among them: others on the machine can read a command line.
import { InvalidArgumentError } from '@commander-js/extra-typings';
import { nearest } from '../../nearest.ts';
import { sources } from '../../sources/index.ts';
import {
  dryRunOption,
  examples,
  exitCodes,
  filled,
  newCommand,
  oneOf,
  refuse,
} from '../command.ts';
import { DEFAULT_NAME } from '../deployment.ts';
import { allSettings, registry } from '../registry.ts';
import { mistakeInUrl } from '../worker-api.ts';
import { mistakeInName } from '../worker-config.ts';

export interface Flags {
  yes: boolean;
  dryRun: boolean;
  /** Of the Worker. */
  name: string;
  account?: string;
  /** Absent when not given. */
  sources?: readonly string[];
  rotate: readonly string[];
  url?: string;
  /** `undefined`: the sample of `signup` for a new Worker; an upgrade asks, and sends none where nobody can answer. */
  sample?: string | false;
  /** Whether ADMIN_TOKEN stays on this machine. `undefined`: asks for a new one, and leaves an earlier one. */
  keepToken?: boolean;
}

type Environment = Readonly<Record<string, string | undefined>>;

const ABOUT = `From nothing to the first delivery, and from one version to the next: the same command installs and upgrades. It finds your Cloudflare account, asks for the keys that are missing, checks them, creates the fields in the CRM, deploys, says where each webhook goes, and sends a sample.

Secrets come from the environment or from questions, never from flags: DATAFAST_API_KEY, DATAFAST_WEBSITE_ID (with a dft_… key), the keys of one destination at least, <SOURCE>_WEBHOOK_SECRET. In a folder with a .dev.vars, that file fills in what is missing. ADMIN_TOKEN and SIGNUP_WEBHOOK_SECRET are made up. Cloudflare: npx wrangler login, or CLOUDFLARE_API_TOKEN.`;

/** The command. Hands the flags to `run`, whose result is the exit code. */
export function setupCommand(
  run: (flags: Flags) => Promise<number>,
  env: Environment = process.env,
) {
  const names = [...sources.keys()];
  return newCommand('setup')
    .summary('installs or upgrades the Worker in your Cloudflare account')
    .description(ABOUT)
    .option('-y, --yes', 'asks nothing; ends with 2 and names everything that is missing')
    .addOption(dryRunOption('says what it would do, and changes nothing'))
    .option(
      '--name <name>',
      `of the Worker (WHENCE_NAME), for a second one in the same account; ${DEFAULT_NAME} by default`,
      workerName,
    )
    .option(
      '--account <id|name>',
      'the Cloudflare account (CLOUDFLARE_ACCOUNT_ID), where there are several',
      filled,
    )
    .option(
      '--sources <a,b>',
      `sources to switch on (WHENCE_SOURCES): ${names.join(', ')}`,
      sourceNames,
    )
    .option(
      '--rotate <NAME>',
      'gives this secret a new value: made up, or asked for; may be repeated',
      settingNames,
    )
    .option('--url <url>', 'where the Worker answers (WHENCE_URL), if not at workers.dev', address)
    .option(
      '--sample <source>',
      'which sample is sent (WHENCE_SAMPLE), without a question; signup by default for a new Worker. An upgrade asks, and sends none with --yes or without a terminal',
      oneOf(names),
    )
    .option('--no-sample', 'sends none, and does not ask')
    .option(
      '--keep-token',
      'keeps ADMIN_TOKEN on this machine, readable by you alone; --yes keeps a new one',
    )
    .option('--no-keep-token', 'keeps it nowhere: the commands ask for it')
    .addHelpText(
      'after',
      [
        examples('setup', [], ['--yes', '--sources', 'stripe,clerk'], ['--dry-run']),
        exitCodes('when all is well', 'when a step failed'),
      ].join('\n'),
    )
    .action(async (given, command) => {
      const { sample = true } = given;
      const flags = flagsFrom({ ...given, sample }, env);
      process.exitCode = await run(typeof flags === 'string' ? refuse(command, flags) : flags);
    });
}

interface Given {
  yes?: true;
  dryRun?: true;
  name?: string;
  account?: string;
  sources?: readonly string[];
  rotate?: readonly string[];
  url?: string;
  sample: string | boolean;
  keepToken?: boolean;
}

/** What was not given comes from the environment. A text says what is wrong there. */
function flagsFrom(given: Given, env: Environment): Flags | string {
  try {
    const fromEnv = {
      name: env.WHENCE_NAME ? workerName(env.WHENCE_NAME) : DEFAULT_NAME,
      sources: env.WHENCE_SOURCES ? sourceNames(env.WHENCE_SOURCES) : undefined,
      url: env.WHENCE_URL ? address(env.WHENCE_URL) : undefined,
      sample: env.WHENCE_SAMPLE ? oneOf([...sources.keys()])(env.WHENCE_SAMPLE) : undefined,
    };
    const { yes = false, dryRun = false, rotate = [], sample, keepToken } = given;
    return {
      yes,
      dryRun,
      name: given.name ?? fromEnv.name,
      account: given.account ?? env.CLOUDFLARE_ACCOUNT_ID,
      sources: given.sources ?? fromEnv.sources,
      rotate,
      url: given.url ?? fromEnv.url,
      sample: sample === true ? fromEnv.sample : sample === false ? false : sample,
      keepToken,
    };
  } catch (error) {
    if (error instanceof InvalidArgumentError) return `WHENCE_…: ${error.message}`;
    throw error;
  }
}

/** A name that a Worker can have. */
export function workerName(text: string): string {
  const mistake = mistakeInName(filled(text));
  if (mistake === undefined) return text;
  throw new InvalidArgumentError(mistake);
}

function address(text: string): string {
  const mistake = mistakeInUrl(filled(text));
  if (mistake === undefined) return text;
  throw new InvalidArgumentError(mistake);
}

/** An empty list switches nothing on. */
function sourceNames(text: string): readonly string[] {
  return text
    .split(',')
    .flatMap((source) => source.trim() || [])
    .map(oneOf([...sources.keys()]));
}

function settingNames(text: string, before: readonly string[] = []): readonly string[] {
  const known = allSettings(registry).map((setting) => setting.name);
  if (known.includes(filled(text))) return [...before, text];
  const meant = nearest(text, known);
  throw new InvalidArgumentError(`It is not a setting of Whence${meant ? `; ${meant} is` : ''}.`);
}
