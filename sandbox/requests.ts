// What both stand-ins do to a request before any rule of the provider: write it down, and fail it when told to.
import type { MiddlewareHandler } from 'hono';

export interface RecordedRequest {
  method: string;
  /** Without the query. */
  path: string;
  /** 0 while unanswered, and for good when the network failed. */
  status: number;
  at: number;
}

export interface CannedAnswer {
  status: number;
  /** Text goes out as it is, anything else as JSON; without one, the provider's own error body. */
  body?: unknown;
  headers?: Record<string, string>;
  /** How many requests it hits; without it, every one until `failWith(undefined)`. */
  times?: number;
}

export interface NetworkFailure {
  /** The message of the error that is thrown, as `fetch` throws it. */
  networkError: string;
  times?: number;
}

export type Failure =
  | CannedAnswer
  | NetworkFailure
  /** Looks at a copy of each request; `undefined` lets it through. */
  | ((request: Request) => FailureOfOne | Promise<FailureOfOne>);

type FailureOfOne = Response | CannedAnswer | NetworkFailure | undefined;

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

  function answer(failed: Exclude<FailureOfOne, undefined>): Response {
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
      const request: RecordedRequest = { method, path, status: 0, at: options.now() };
      requests.push(request);
      const failed = await failureOf(c.req.raw);
      if (failed !== undefined) {
        const response = answer(failed);
        request.status = response.status;
        return response;
      }
      await next();
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

/** The token of `Authorization: Bearer …`. */
export function bearerToken(header: string | undefined): string | undefined {
  return /^Bearer (\S+)$/i.exec(header ?? '')?.[1];
}
