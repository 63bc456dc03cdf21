// What every stand-in does with a request before the rules of its service: record it, and fail it when a test asks for it.
import type { MiddlewareHandler } from 'hono';

export interface RecordedRequest {
  method: string;
  /** Without the query. */
  path: string;
  /** 0 until it is answered. It stays 0 when the network failed. */
  status: number;
  /** When the service took it up: one that the weather holds up comes later. */
  at: number;
  /** Absent when the request named none. */
  userAgent?: string | undefined;
  /** `failWith` answered it. The rules and limits of the service never saw it. */
  intercepted?: true;
}

export interface CannedAnswer {
  status: number;
  /** Text is sent as it is, anything else as JSON. Absent: the error body of the service. */
  body?: unknown;
  headers?: Record<string, string>;
  /** How many requests it hits. Absent: every request until `failWith(undefined)`. */
  times?: number;
}

export interface NetworkFailure {
  /** The message of the error that `fetch` throws. */
  networkError: string;
  times?: number;
}

/** The service does what was asked, but its answer does not arrive, or breaks off in the middle. */
export interface LostAnswer {
  answerLost: 'whole' | 'half';
  times?: number;
}

export type Failure =
  | CannedAnswer
  | NetworkFailure
  | LostAnswer
  /** Sees a copy of each request. `undefined` lets the request through. */
  | ((request: Request) => FailureOfOne | Promise<FailureOfOne>);

export type FailureOfOne = Response | CannedAnswer | NetworkFailure | LostAnswer | undefined;

export interface Recorder {
  requests: RecordedRequest[];
  record: MiddlewareHandler;
  failWith(next: Failure | undefined): void;
  forgetRequests(): void;
}

export function createRecorder(options: {
  now: () => number;
  errorBody: (status: number) => unknown;
}): Recorder {
  const requests: RecordedRequest[] = [];
  let failure: Failure | undefined;
  let hitsLeft = Number.POSITIVE_INFINITY;

  function answer(failed: Response | CannedAnswer | NetworkFailure): Response {
    if (failed instanceof Response) return failed;
    if ('networkError' in failed) throw new TypeError(failed.networkError);
    const body = failed.body ?? options.errorBody(failed.status);
    const isText = typeof body === 'string';
    return new Response(isText ? body : JSON.stringify(body), {
      status: failed.status,
      headers: { 'content-type': isText ? 'text/html' : 'application/json', ...failed.headers },
    });
  }

  async function failureOf(request: Request): Promise<FailureOfOne> {
    if (typeof failure === 'function') return failure(request.clone());
    if (failure === undefined || hitsLeft <= 0) return undefined;
    hitsLeft -= 1;
    return failure;
  }

  return {
    requests,
    record: async function record(c, next) {
      const { method, path } = c.req;
      const userAgent = c.req.header('user-agent');
      const request: RecordedRequest = { method, path, status: 0, at: options.now(), userAgent };
      requests.push(request);
      const failed = await failureOf(c.req.raw);
      if (failed !== undefined && !('answerLost' in failed)) {
        request.intercepted = true;
        const response = answer(failed);
        request.status = response.status;
        return response;
      }
      request.at = options.now();
      await next();
      // As every service does.
      c.header('date', new Date(options.now()).toUTCString());
      if (failed?.answerLost === 'whole') throw new TypeError('Network connection lost.');
      if (failed?.answerLost === 'half') c.res = await firstHalf(c.res);
      request.status = c.res.status;
    },
    failWith(next) {
      failure = next;
      hitsLeft = (typeof next === 'object' ? next.times : undefined) ?? Number.POSITIVE_INFINITY;
    },
    forgetRequests() {
      requests.length = 0;
    },
  };
}

/** The answer as it arrives over a connection that breaks: the full length in the header, half of it in the body. */
async function firstHalf(answer: Response): Promise<Response> {
  const bytes = new Uint8Array(await answer.arrayBuffer());
  let sent = false;
  const body = new ReadableStream({
    pull(controller) {
      if (sent) controller.error(new TypeError('Network connection lost.'));
      else controller.enqueue(bytes.slice(0, bytes.length / 2));
      sent = true;
    },
  });
  const headers = new Headers(answer.headers);
  headers.set('content-length', String(bytes.length));
  return new Response(body, { status: answer.status, headers });
}

/** The token of `Authorization: Bearer …`. */
export function bearerToken(header: string | undefined): string | undefined {
  return /^Bearer (\S+)$/i.exec(header ?? '')?.[1];
}
