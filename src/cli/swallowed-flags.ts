// npm takes the flags before `--` for itself: `npm run backfill --dry-run file.csv` starts the command without --dry-run.
// All that is left of a flag is an npm_config_… variable. A command that finds one must not run.
// Tried on npm 11: a boolean flag is `true`, a flag with a value is `true` too and its value becomes an argument,
// `--url=x` is `x`, and `--no-sample` is an empty npm_config_sample.

/** Flags that change what a command does. A command without such a flag must not do what the flag was to prevent. */
const FLAGS_OF_ANY_COMMAND = [
  'dry-run',
  'url',
  'status',
  'reason',
  'from',
  'until',
  'restart',
  'rate',
  'name',
  'visitor',
  'sources',
  'account',
  'rotate',
  'sample',
  'no-sample',
];

type Environment = Readonly<Record<string, string | undefined>>;

export interface SwallowedFlag {
  name: string;
  /** Absent where npm made an argument of it, and for a flag without a value. */
  value?: string;
}

/** The flags that npm has taken, out of `ownFlags` and of those that no command may miss. */
export function swallowedFlags(
  ownFlags: readonly string[],
  args: readonly string[],
  env: Environment,
): readonly SwallowedFlag[] {
  const isGiven = (name: string) =>
    args.some((arg) => arg === `--${name}` || arg.startsWith(`--${name}=`));
  return [...new Set([...ownFlags, ...FLAGS_OF_ANY_COMMAND])].flatMap((name) => {
    const value = isGiven(name) ? undefined : leftOf(name, env);
    if (value === undefined) return [];
    return value === 'true' ? [{ name }] : [{ name, value }];
  });
}

function leftOf(name: string, env: Environment): string | undefined {
  const variable = (flag: string) => env[`npm_config_${flag.replaceAll('-', '_')}`];
  const positive = name.startsWith('no-') ? name.slice('no-'.length) : undefined;
  if (positive !== undefined && variable(positive) === '') return 'true';
  const value = variable(name);
  // A setting that is off is empty.
  if (!value || value === 'false') return undefined;
  // `npx -y` sets it, and it is about the installation.
  if (name === 'yes' && env.npm_command === 'exec') return undefined;
  // An .npmrc may hold the address of the npm account.
  if (name === 'email' && value !== 'true') return undefined;
  return value;
}

/** What to write instead. `takesValue`: whether the flag has a value. `line`: the command with these arguments. */
export function messageAbout(
  swallowed: readonly SwallowedFlag[],
  args: readonly string[],
  takesValue: (flag: string) => boolean,
  line: (args: readonly string[]) => string,
): string {
  const flags = swallowed.flatMap(({ name, value }) => {
    const open = takesValue(name) ? ['…'] : [];
    return [`--${name}`, ...(value === undefined ? open : [value])];
  });
  // Some of the arguments are values of flags, and nobody can say which.
  const rest = flags.includes('…') ? [] : args;
  const names = swallowed.map(({ name }) => `--${name}`).join(', ');
  return `npm has taken ${names} for itself, so nothing was done. Write \`${line([...flags, ...rest])}\`.
(If you did not write ${names}, it is in npm's own configuration: npm config list.)`;
}
