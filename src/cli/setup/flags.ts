// The flags of setup. Secrets are not among them: others on the machine can read a command line.
import { nearest } from '../../nearest.ts';
import { sources } from '../../sources/index.ts';
import { notASource, parseArguments, readArguments, refuse } from '../arguments.ts';
import { DEFAULT_NAME } from '../dev-vars.ts';
import { allSettings, registry } from '../registry.ts';
import { mistakeInUrl } from '../worker-api.ts';
import { mistakeInName } from '../worker-config.ts';

const COMMAND = {
  name: 'npm run setup',
  usage: `usage: npm run setup [-- <flags>]

  --yes                asks nothing; ends with 2 and names everything that is missing
  --dry-run            says what it would do and changes nothing
  --name <name>        the Worker's name (WHENCE_NAME), for a second one in the same account: its database and queues are
                       named after it, and its settings are in .dev.vars.<name>; default: whence
  --account <id|name>  the Cloudflare account (CLOUDFLARE_ACCOUNT_ID), where there are several
  --sources <a,b>      sources to switch on (WHENCE_SOURCES): ${[...sources.keys()].join(', ')}
  --rotate <NAME>      gives this secret a new value: made up, or asked for; may be repeated
  --url <url>          where the Worker answers (WHENCE_URL), if not at workers.dev
  --sample <source>    which sample is sent (WHENCE_SAMPLE); default: signup
  --no-sample          sends none

  Secrets come from the environment, from .dev.vars or from questions, never from flags: DATAFAST_API_KEY,
  DATAFAST_WEBSITE_ID (with a dft_… key), the keys of one destination at least, <SOURCE>_WEBHOOK_SECRET. Those of the
  environment replace what is deployed; those of .dev.vars only fill in what is missing. ADMIN_TOKEN and
  SIGNUP_WEBHOOK_SECRET are made up. Cloudflare: npx wrangler login, or CLOUDFLARE_API_TOKEN.

  Ends with 0 when all is well, 1 when a step failed, 2 when an answer is missing or it was called wrongly.`,
  options: {
    yes: { type: 'boolean' },
    'dry-run': { type: 'boolean' },
    name: { type: 'string' },
    account: { type: 'string' },
    sources: { type: 'string' },
    rotate: { type: 'string', multiple: true },
    url: { type: 'string' },
    sample: { type: 'string' },
    'no-sample': { type: 'boolean' },
  },
  mostArguments: 0,
  mayBeEmpty: ['sources'],
} as const;

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
  /** Absent: none is sent. */
  sample?: string;
}

/** `undefined` when a flag is unknown, or its value is wrong. */
export function readFlags(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Flags | undefined {
  const reading = parseArguments(COMMAND, args, env);
  const flags = reading.kind === 'given' ? flagsFrom(reading.given.values, env) : undefined;
  return typeof flags === 'string' ? undefined : flags;
}

/** The flags of this program. Without any to work with it ends. */
export function readOwnFlags(): Flags {
  const { values } = readArguments(COMMAND);
  const flags = flagsFrom(values, process.env);
  return typeof flags === 'string' ? refuse(COMMAND, flags) : flags;
}

/** A text says what is wrong. */
function flagsFrom(
  values: ReturnType<typeof readArguments<typeof COMMAND.options>>['values'],
  env: Readonly<Record<string, string | undefined>>,
): Flags | string {
  const name = values.name ?? (env.WHENCE_NAME || DEFAULT_NAME);
  const url = values.url ?? env.WHENCE_URL;
  const sample = values.sample ?? env.WHENCE_SAMPLE ?? 'signup';
  const rotate = values.rotate ?? [];
  const names = (values.sources ?? env.WHENCE_SOURCES)
    ?.split(',')
    .flatMap((source) => source.trim() || []);
  const unknown = [...(names ?? []), sample].find((source) => !sources.has(source));
  if (unknown !== undefined) return notASource(unknown, sources.keys());
  const mistakeInAddress = url === undefined ? undefined : mistakeInUrl(url);
  if (mistakeInAddress !== undefined) return `--url: ${mistakeInAddress}`;
  const mistake = mistakeInName(name);
  if (mistake !== undefined) return `--name: ${mistake}`;
  const known = allSettings(registry).map((setting) => setting.name);
  const noSetting = rotate.find((setting) => !known.includes(setting));
  if (noSetting !== undefined) {
    const meant = nearest(noSetting, known);
    return `--rotate: ${noSetting} is not a setting of Whence${meant ? `; ${meant} is` : ''}`;
  }
  return {
    yes: values.yes ?? false,
    dryRun: values['dry-run'] ?? false,
    name,
    account: values.account ?? env.CLOUDFLARE_ACCOUNT_ID,
    sources: names,
    rotate,
    url,
    sample: values['no-sample'] ? undefined : sample,
  };
}
