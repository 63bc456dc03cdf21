// What commands share: how they end when they cannot run, and the Worker they ask.
import { refuse } from './arguments.ts';
import { defaultWorkerUrl, machineSettings } from './machine-settings.ts';
import { mistakeInUrl, openWorkerApi, type WorkerApi } from './worker-api.ts';

/** Ends the command: with 2 when it was called wrongly, with 1 when something failed. */
export function fail(message: string, code: 1 | 2 = 2): never {
  console.error(message);
  process.exit(code);
}

/** The URL of the Worker: what --url says, else WHENCE_URL, else the Worker of this machine. */
export function workerUrl(flag: string | undefined, command: { usage: string }): string {
  const url = flag ?? defaultWorkerUrl();
  const mistake = mistakeInUrl(url);
  const name = flag === undefined ? 'WHENCE_URL' : '--url';
  return mistake === undefined ? url : refuse(command, `${name}: ${mistake}`);
}

/** The API of the Worker at `url`, with the ADMIN_TOKEN of this machine. */
export function openApi(url: string): WorkerApi {
  const api = openWorkerApi(url, machineSettings().ADMIN_TOKEN);
  return typeof api === 'string' ? fail(api) : api;
}

/** A reason as the API has it, in one text. */
export function reasonText({ reason, detail }: { reason: string | null; detail: string | null }) {
  return detail === null ? (reason ?? 'no reason') : `${reason}: ${detail}`;
}
