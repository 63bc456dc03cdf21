// The Worker that a command is about: which one, and its API.
import { type CommandUnknownOpts, Option } from '@commander-js/extra-typings';
import { fail, filled, refuse } from './command.ts';
import {
  DEFAULT_NAME,
  type Deployment,
  defaultWorkerUrl,
  knownDeployments,
  openDeployment,
} from './deployment.ts';
import { typedToken } from './typed-token.ts';
import { mistakeInUrl, openWorkerApi, type WorkerApi } from './worker-api.ts';

export interface Worker extends Deployment {
  url: string;
}

export const nameOption = () =>
  new Option(
    '--name <name>',
    `the deployment (WHENCE_NAME), where there are several; ${DEFAULT_NAME} by default`,
  ).argParser(filled);
export const urlOption = () =>
  new Option(
    '--url <url>',
    'the Worker (WHENCE_URL), if it is not the one that setup deployed, or the one of this machine at http://localhost:8787',
  ).argParser(filled);

/** The Worker that the flags name, else the deployed one, else the one of this machine. */
export function openWorker(
  command: CommandUnknownOpts,
  { name, url }: { name?: string; url?: string },
): Worker {
  const deployment = openNamed(command, name);
  const address = url ?? defaultWorkerUrl(deployment.settings);
  const mistake = mistakeInUrl(address);
  const origin = url === undefined ? 'WHENCE_URL' : '--url';
  return mistake === undefined
    ? { ...deployment, url: address }
    : refuse(command, `${origin}: ${mistake}`);
}

/** The settings of the deployment that the flag names. */
export function openNamed(command: CommandUnknownOpts, name: string | undefined): Deployment {
  const known = knownDeployments();
  return name === undefined || known.includes(name)
    ? openDeployment(name)
    : refuse(
        command,
        `--name: there is no deployment ${name} on this machine. ${known.length > 0 ? `Known: ${known.join(', ')}.` : 'None is known.'}`,
      );
}

/** Its API, with the ADMIN_TOKEN of this machine, or with the one that is typed. */
export async function openApi({ url, settings, file }: Worker): Promise<WorkerApi> {
  const token = settings.ADMIN_TOKEN || (await typedToken(url));
  const api = openWorkerApi(url, token, file);
  return typeof api === 'string' ? fail(api) : api;
}
