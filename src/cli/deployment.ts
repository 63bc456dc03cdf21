// The deployments that this machine knows: for each a file with its URL and its token, in the user's configuration folder.
// In a folder with a `.dev.vars`, that file is meant instead: it is for a Worker on this machine.
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { parseEnv } from 'node:util';

export type MachineSettings = Readonly<Record<string, string | undefined>>;

/** The name of the Worker unless it is told another one. */
export const DEFAULT_NAME = 'whence';
export const DEV_VARS = '.dev.vars';
/** Where `npm run dev` in this folder writes its address while it runs. */
export const DEV_URL_FILE = '.wrangler/whence-url';
const LOCAL_URL = 'http://localhost:8787';

export interface Deployment {
  /** Where its settings stand. The file may not exist yet. */
  file: string;
  /** What the file says, overridden by the environment. */
  settings: MachineSettings;
}

/** `XDG_CONFIG_HOME`, where it is set; else what the system has for it. */
export function configFolder(
  env: MachineSettings = process.env,
  platform: NodeJS.Platform = process.platform,
): string {
  const base =
    env.XDG_CONFIG_HOME ||
    (platform === 'win32' && env.APPDATA) ||
    join(env.HOME || homedir(), '.config');
  return join(base, 'whence');
}

const ENDING = '.env';

/** The file of the deployment of that name. It may not exist yet. */
export function deploymentFile(name: string, env: MachineSettings = process.env): string {
  return join(configFolder(env), `${name}${ENDING}`);
}

/** The names of the deployments that setup made on this machine. */
export function knownDeployments(env: MachineSettings = process.env): readonly string[] {
  const folder = configFolder(env);
  return existsSync(folder)
    ? readdirSync(folder)
        .filter((file) => file.endsWith(ENDING))
        .map((file) => file.slice(0, -ENDING.length))
        .toSorted()
    : [];
}

/** The deployment of that name. Without a name, the `.dev.vars` of this folder, else the deployment `whence`. */
export function openDeployment(
  name: string | undefined = process.env.WHENCE_NAME || undefined,
  env: MachineSettings = process.env,
): Deployment {
  const isLocal = name === undefined && existsSync(DEV_VARS);
  const file = isLocal ? DEV_VARS : deploymentFile(name ?? DEFAULT_NAME, env);
  return { file, settings: { ...readSettingsFile(file), ...env } };
}

/** The Worker that a command asks unless it is told: the deployed one, which setup writes down, or one on this machine. */
export function defaultWorkerUrl(settings: MachineSettings): string {
  if (settings.WHENCE_URL) return settings.WHENCE_URL;
  return existsSync(DEV_URL_FILE) ? readFileSync(DEV_URL_FILE, 'utf8').trim() : LOCAL_URL;
}

/** What a file such as `.dev.vars` sets. A file that is not there sets nothing. */
export function readSettingsFile(file: string): Record<string, string | undefined> {
  return existsSync(file) ? parseEnv(readFileSync(file, 'utf8')) : {};
}

/** Sets each of the values, removes those that are `undefined`, and leaves every other line as it is. */
export function writeSettingsFile(
  file: string,
  values: ReadonlyMap<string, string | undefined>,
): void {
  if (values.size === 0) return;
  let text = existsSync(file) ? readFileSync(file, 'utf8') : '';
  for (const [name, value] of values) {
    const line = new RegExp(`^${name}=.*\n?`, 'm');
    const assignment = value === undefined ? '' : `${name}="${value}"\n`;
    if (line.test(text)) text = text.replace(line, () => assignment);
    else text += `${text === '' || text.endsWith('\n') ? '' : '\n'}${assignment}`;
  }
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  // Writing does not change the mode of a file that exists. It is closed to others before a secret is in it.
  if (existsSync(file)) chmodSync(file, 0o600);
  writeFileSync(file, text, { mode: 0o600 });
}
