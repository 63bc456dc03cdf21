// Failures that every service can have, for `failWith`. HubSpot's own are in hubspot/failures.ts.
import type { CannedAnswer, Failure } from './requests.ts';

/** An answer that leads elsewhere. A client that follows it sends its key to that host. */
export const redirectTo = (
  location: string,
  status: 301 | 302 | 307 | 308 = 302,
): CannedAnswer => ({
  status,
  body: '',
  headers: { location },
});

const CHUNK = new TextEncoder().encode('x'.repeat(64 * 1024));

export interface Oversized {
  failure: Failure;
  /** How much the clients have read so far. One that stops early reads less than all of it. */
  bytesRead(): number;
}

/** Valid JSON of at least so many bytes with status 200. `declaresLength`: in a content-length header. */
export function oversized(
  bytes: number,
  { declaresLength }: { declaresLength: boolean },
): Oversized {
  const chunks = Math.ceil(bytes / CHUNK.length);
  const [head, tail] = ['{"padding":"', '"}'].map((text) => new TextEncoder().encode(text));
  let read = 0;

  function* parts(): Generator<Uint8Array> {
    if (head) yield head;
    for (let chunk = 0; chunk < chunks; chunk += 1) yield CHUNK;
    if (tail) yield tail;
  }

  function body(): ReadableStream<Uint8Array> {
    const rest = parts();
    return new ReadableStream({
      pull(controller) {
        const { value, done } = rest.next();
        if (done || !value) return controller.close();
        read += value.length;
        controller.enqueue(value);
      },
    });
  }

  const length = chunks * CHUNK.length + (head?.length ?? 0) + (tail?.length ?? 0);
  const headers = {
    'content-type': 'application/json',
    ...(declaresLength && { 'content-length': String(length) }),
  };
  return { failure: () => new Response(body(), { headers }), bytesRead: () => read };
}
