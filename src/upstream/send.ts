// One request to a service: with a deadline, a limit on the size of the answer, and no redirects. Never throws on what
// the network or the service does.
import { parseJson } from '../json.ts';
import { VERSION } from '../version.ts';

export interface UpstreamRequest {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  url: string;
  headers?: Readonly<Record<string, string>>;
  /** The body as it goes over the wire. */
  body?: string;
  timeoutMs: number;
  /** Only the status counts: the body of the answer is not read. */
  ignoresBody?: boolean;
  /** A larger answer counts as broken. Absent: 1 MiB. */
  maxAnswerBytes?: number;
}

export type UpstreamResponse =
  /** `json` is `undefined` when the body is not JSON. */
  | { kind: 'answered'; status: number; headers: Headers; json: unknown }
  | { kind: 'failed'; cause: 'unreachable' | 'timeout' | 'too_large' };

/** A larger answer is broken, or not meant for us, unless the request says otherwise. */
const MAX_ANSWER_BYTES = 1024 * 1024;

/** Says who asks, so that a service can tell our requests from others. */
const USER_AGENT = `whence/${VERSION}`;

export async function send(
  fetcher: typeof fetch,
  {
    method,
    url,
    headers,
    body,
    timeoutMs,
    ignoresBody = false,
    maxAnswerBytes = MAX_ANSWER_BYTES,
  }: UpstreamRequest,
): Promise<UpstreamResponse> {
  // AbortSignal.timeout would go on after the answer, and an isolate may have 10,000 timers at once.
  const limit = new AbortController();
  const { signal } = limit;
  const timer = setTimeout(() => limit.abort(), timeoutMs);
  try {
    const response = await fetcher(url, {
      method,
      headers: { accept: 'application/json', 'user-agent': USER_AGENT, ...headers },
      body: body ?? null,
      // A redirect would carry the key to a host that the operator did not name.
      redirect: 'manual',
      signal,
    });
    if (ignoresBody) await response.body?.cancel();
    const text = ignoresBody ? '' : await textOf(response, maxAnswerBytes);
    return text === undefined
      ? { kind: 'failed', cause: 'too_large' }
      : {
          kind: 'answered',
          status: response.status,
          headers: response.headers,
          json: parseJson(text),
        };
  } catch {
    return { kind: 'failed', cause: signal.aborted ? 'timeout' : 'unreachable' };
  } finally {
    clearTimeout(timer);
  }
}

/** `undefined` when the body is larger than an answer may be. Reading stops there. */
async function textOf(response: Response, maxBytes: number): Promise<string | undefined> {
  const declared = response.headers.get('content-length');
  if (Number(declared) > maxBytes) {
    await response.body?.cancel();
    return undefined;
  }
  // A declared length is what HTTP delivers, and one read costs much less CPU than a loop over a stream. Of a compressed
  // answer it is the length before it is unpacked, which says nothing.
  const isPlain = (response.headers.get('content-encoding') ?? 'identity') === 'identity';
  if (declared !== null && isPlain) return response.text();
  const decoder = new TextDecoder();
  let text = '';
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.byteLength;
    // Leaving the loop cancels the body.
    if (bytes > maxBytes) return undefined;
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}
