// What setup leaves on this machine. ADMIN_TOKEN opens everything, so it stays only where the operator agrees.
import { readSettingsFile, writeSettingsFile } from '../deployment.ts';
import { type Failure, fileFailure } from '../failure.ts';
import type { SetupDependencies } from './dependencies.ts';
import type { Plan } from './plan.ts';

const TOKEN = 'ADMIN_TOKEN';

type Deciding = Pick<SetupDependencies, 'flags' | 'ask' | 'file'>;

/** `true`: the token goes into the file. `false`: it goes out. `undefined`: the file stays as it is. */
export async function keepsToken(
  { flags, ask, file }: Deciding,
  { madeUp }: Plan,
): Promise<boolean | undefined> {
  if (flags.keepToken !== undefined || !madeUp.has(TOKEN)) return flags.keepToken;
  // Who has agreed once is not asked again when it is renewed. --yes agrees.
  if (!ask || readSettingsFile(file)[TOKEN]) return true;
  const answer = await ask.choose(
    `Keep ${TOKEN} in ${file}? It opens dashboard and API. Only you can read the file.`,
    [
      { value: 'yes', label: 'Yes: the commands on this machine use it' },
      { value: 'no', label: 'No: it is shown once, and the commands ask for it' },
    ],
  );
  return answer === 'yes';
}

/** What is missing when a token is made up that nobody would ever see. */
export function unseenToken({ flags, ask }: Deciding, { madeUp }: Plan): string | undefined {
  return flags.keepToken === false && !ask && madeUp.has(TOKEN)
    ? `${TOKEN}: at least 32 characters, e.g. from openssl rand -hex 32; --no-keep-token keeps none here`
    : undefined;
}

/** The new secrets that the file gets, and the one that goes. */
export function secretsToKeep(
  { madeUp }: Plan,
  known: ReadonlyMap<string, string>,
  keepsIt: boolean | undefined,
): ReadonlyMap<string, string | undefined> {
  const kept = new Map<string, string | undefined>(madeUp);
  if (keepsIt !== undefined) kept.set(TOKEN, keepsIt ? known.get(TOKEN) : undefined);
  return kept;
}

/** Writes them into the file. */
export function keep(
  file: string,
  values: ReadonlyMap<string, string | undefined>,
): Failure | undefined {
  try {
    writeSettingsFile(file, values);
    return undefined;
  } catch (error) {
    return fileFailure(file, error);
  }
}
