// The Worker's API for commands: which Worker, whose token, and answers that say what to do when it does not work.
import { existsSync, readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';

export interface WorkerApi {
  /** The answer of one call. Failures of the network are `unreachable`, since they are expected. */
  call(method: string, path: string, body?: unknown): Promise<ApiAnswer>;
}

export type ApiAnswer =
  | { kind: 'ok'; json: unknown }
  | { kind: 'refused'; status: number; message: string }
  | { kind: 'unreachable'; message: string };

/** Ample for a hundred signups; a connection that hangs must not hang the command. */
const TIMEOUT_MS = 60_000;

/** Settings of `.dev.vars` in the current folder, overridden by the environment. */
export function readSettings(): Record<string, string | undefined> {
  const file = '.dev.vars';
  return { ...(existsSync(file) ? parseEnv(readFileSync(file, 'utf8')) : {}), ...process.env };
}

/** The Worker a command asks unless it is told: the deployed one, which setup writes down, or one on this machine. */
export const defaultWorkerUrl = (): string => readSettings().WHENCE_URL ?? 'http://localhost:8787';

/** Opens the API of the Worker at `url`; the text says what is missing when it cannot be opened. */
export function openWorkerApi(url: string, token: string | undefined): WorkerApi | string {
  const fault = faultOfUrl(url);
  if (fault !== undefined) return fault;
  if (!token) return 'ADMIN_TOKEN is not set. Put it into .dev.vars or the environment.';
  return {
    async call(method, path, body) {
      let response: Response;
      try {
        response = await fetch(new URL(path, url), {
          method,
          headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
          body: body === undefined ? null : JSON.stringify(body),
          signal: AbortSignal.timeout(TIMEOUT_MS),
        });
      } catch {
        return { kind: 'unreachable', message: `Nothing answers at ${new URL(url).origin}.` };
      }
      const json: unknown = await response.json().catch(() => undefined);
      if (response.ok) return { kind: 'ok', json };
      const { status } = response;
      if (status === 401) {
        return { kind: 'refused', status, message: 'ADMIN_TOKEN is not the one of this Worker.' };
      }
      const detail = isProblem(json) ? json.detail : `HTTP ${status}`;
      return { kind: 'refused', status, message: detail };
    },
  };
}

/** Why a Worker is not asked at this URL: the token travels there, in the clear only to this machine. */
export function faultOfUrl(url: string): string | undefined {
  if (!URL.canParse(url)) return `${url} is not a URL.`;
  const { protocol, hostname } = new URL(url);
  const isHere = ['localhost', '127.0.0.1', '[::1]'].includes(hostname);
  return protocol === 'https:' || (protocol === 'http:' && isHere)
    ? undefined
    : `ADMIN_TOKEN would travel in the clear to ${url}: use https.`;
}

function isProblem(json: unknown): json is { detail: string } {
  return (
    typeof json === 'object' && json !== null && 'detail' in json && typeof json.detail === 'string'
  );
}
