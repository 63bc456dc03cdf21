// The body of a webhook, as the bytes that were signed, and never more than the limit.

export type Body =
  | { kind: 'bytes'; bytes: Uint8Array }
  | { kind: 'too_large' }
  | { kind: 'broken_off' };

/** Reads at most `maxBytes`; `Content-Length` is believed only when it says too much. */
export async function readBody(request: Request, maxBytes: number): Promise<Body> {
  if (Number(request.headers.get('content-length')) > maxBytes) return { kind: 'too_large' };
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const chunk of request.body ?? []) {
      length += chunk.byteLength;
      if (length > maxBytes) return { kind: 'too_large' };
      chunks.push(chunk);
    }
  } catch {
    return { kind: 'broken_off' };
  }
  const [first] = chunks;
  if (first && chunks.length === 1) return { kind: 'bytes', bytes: first };
  const bytes = new Uint8Array(length);
  let offset = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.byteLength;
  }
  return { kind: 'bytes', bytes };
}
