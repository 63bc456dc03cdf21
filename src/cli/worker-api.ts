// The Worker's API for commands: which Worker, with which token, and answers that say what to do when it does not work.
import type * as z from 'zod';
import { Problem } from '../api/problem.ts';
import { isThisMachine } from '../settings/setting.ts';

export interface WorkerApi {
  /** One call, its answer parsed. Never throws on what the network or the Worker does. */
  call<Answer>(
    schema: z.ZodType<Answer>,
    method: string,
    path: string,
    body?: unknown,
  ): Promise<ApiAnswer<Answer>>;
}

export type ApiAnswer<Answer> =
  | { kind: 'ok'; answer: Answer }
  | { kind: 'refused'; status: number; message: string }
  /** Something else answers there, or another version. */
  | { kind: 'unreadable'; message: string }
  | { kind: 'unreachable'; message: string };

/** Ample for a hundred signups. A connection that hangs must not hang the command. */
const TIMEOUT_MS = 60_000;

/** Opens the API of the Worker at `url`; the text says what is missing when it cannot be opened. `file`: of the settings. */
export function openWorkerApi(
  url: string,
  token: string | undefined,
  file: string,
  send: typeof fetch = fetch,
): WorkerApi | string {
  const mistake = mistakeInUrl(url);
  if (mistake !== undefined) return mistake;
  if (!token) return `ADMIN_TOKEN is not set. Put it into the environment or into ${file}.`;
  const { origin } = new URL(url);
  return {
    async call(schema, method, path, body) {
      let response: Response;
      try {
        response = await send(new URL(path, url), {
          method,
          headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
          body: body === undefined ? null : JSON.stringify(body),
          signal: AbortSignal.timeout(TIMEOUT_MS),
        });
      } catch {
        return { kind: 'unreachable', message: `Nothing answers at ${origin}.` };
      }
      const json: unknown = await response.json().catch(() => undefined);
      if (!response.ok) return refusalOf(response.status, json);
      const parsed = schema.safeParse(json);
      if (parsed.success) return { kind: 'ok', answer: parsed.data };
      const message = `What answers at ${origin} is not a Whence Worker of this version.`;
      return { kind: 'unreadable', message };
    },
  };
}

function refusalOf(status: number, json: unknown): Extract<ApiAnswer<never>, { kind: 'refused' }> {
  const detail = Problem.safeParse(json).data?.detail;
  const message = status === 401 ? 'ADMIN_TOKEN is not the one of this Worker.' : detail;
  return { kind: 'refused', status, message: message ?? `HTTP ${status}` };
}

/** Why no Worker is asked at this URL. The token travels there, so without encryption only to this machine. */
export function mistakeInUrl(text: string): string | undefined {
  const url = URL.parse(text);
  if (url === null) return `${text} is not a URL.`;
  return url.protocol === 'https:' || (url.protocol === 'http:' && isThisMachine(url))
    ? undefined
    : `ADMIN_TOKEN would travel in the clear to ${text}: use https.`;
}
