// The body of a request as bytes, exactly as they were signed, and never more than a limit.

export type Body =
  | { kind: 'bytes'; bytes: Uint8Array }
  | { kind: 'too_large' }
  | { kind: 'broken_off' };

/** Reads at most `maxBytes`, and stops reading at the first byte beyond. */
export async function readBody(request: Request, maxBytes: number): Promise<Body> {
  const declared = request.headers.get('content-length');
  if (Number(declared) > maxBytes) return { kind: 'too_large' };
  try {
    // HTTP delivers exactly the declared length, and one read is much cheaper than a loop over a stream.
    const bytes = declared === null ? await readStream(request, maxBytes) : await request.bytes();
    return bytes && bytes.length <= maxBytes ? { kind: 'bytes', bytes } : { kind: 'too_large' };
  } catch {
    return { kind: 'broken_off' };
  }
}

/** `undefined` when there is more than `maxBytes`. */
async function readStream(request: Request, maxBytes: number): Promise<Uint8Array | undefined> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of request.body ?? []) {
    length += chunk.byteLength;
    if (length > maxBytes) return undefined;
    chunks.push(chunk);
  }
  const bytes = new Uint8Array(length);
  let offset = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.byteLength;
  }
  return bytes;
}
