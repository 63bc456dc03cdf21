// Serves a stand-in over HTTP with failures as they are on the wire: a network failure resets the connection, and an
// answer that breaks off ends before its Content-Length.
import { ServerResponse } from 'node:http';
import { type Http2Bindings, type HttpBindings, serve } from '@hono/node-server';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import type { Hono } from 'hono';

/** Called for each request twice: before the stand-in sees it, and before the answer, when the stand-in has done its work. */
export type Watch = (moment: 'asked' | 'done', path: string) => void;

export interface Served {
  url: string;
  close(): void;
}

type Bindings = HttpBindings | Http2Bindings;

export function serveBroken(app: Hono, watch: Watch): Promise<Served> {
  async function answer(request: Request, { outgoing }: Bindings): Promise<Response> {
    const { pathname } = new URL(request.url);
    watch('asked', pathname);
    const chunks: Uint8Array[] = [];
    let response: Response | undefined;
    try {
      response = await app.fetch(request);
      watch('done', pathname);
      for await (const chunk of response.body ?? []) chunks.push(chunk);
      return new Response(Buffer.concat(chunks), response);
    } catch {
      const { socket } = outgoing;
      if (!response) socket?.resetAndDestroy();
      else if (outgoing instanceof ServerResponse) {
        outgoing.writeHead(response.status, Object.fromEntries(response.headers));
        outgoing.write(Buffer.concat(chunks), () => socket?.destroy());
      }
      return RESPONSE_ALREADY_SENT;
    }
  }

  return new Promise((resolve) => {
    const fetch = (request: Request, bindings: Bindings) => answer(request, bindings);
    const server = serve({ fetch, port: 0, hostname: '127.0.0.1' }, ({ port }) =>
      resolve({
        url: `http://127.0.0.1:${port}`,
        close() {
          server.close();
          if ('closeAllConnections' in server) server.closeAllConnections();
        },
      }),
    );
  });
}
