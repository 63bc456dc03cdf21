// An answer that takes minutes: the headers come at once and a blank line now and then, because `fetch` gives up on a silent
// connection after five minutes.

const EVERY_MS = 20_000;

/** For the Worker. The body is the result as JSON, or `{ "failed": … }`. */
export function streamed(work: () => Promise<unknown>): Response {
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  const writer = writable.getWriter();
  const write = (text: string) => writer.write(new TextEncoder().encode(text));
  const beat = setInterval(() => void write('\n'), EVERY_MS);
  const end = async (result: unknown) => {
    clearInterval(beat);
    await write(JSON.stringify(result));
    await writer.close();
  };
  const failed = (error: unknown) => ({
    failed: String(error instanceof Error ? error.stack : error),
  });
  void write('\n').then(work).catch(failed).then(end);
  return new Response(readable);
}

/** For the caller. */
export async function readStreamed(response: Response): Promise<unknown> {
  const result: unknown = await response.json();
  const isFailed = typeof result === 'object' && result !== null && 'failed' in result;
  if (isFailed) throw new Error(String(result.failed));
  return result;
}
