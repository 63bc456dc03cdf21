// Sends prepared requests as fast as they are answered. The client must be much faster than the Worker: everything is
// prepared first, connections stay open, and undici's own client costs a fraction of `fetch`.
import { Client } from 'undici';

export interface PreparedRequest {
  path: string;
  headers: Record<string, string>;
  body: Buffer;
}

export interface Load {
  /** Sends every request once. Returns the seconds it took. Throws on an answer other than 200. */
  send(requests: readonly PreparedRequest[]): Promise<number>;
  close(): Promise<void>;
}

export function openLoad(origin: URL, connections: number): Load {
  const clients = Array.from({ length: connections }, () => new Client(origin.origin));
  return {
    async send(requests) {
      const queue = requests.values();
      const startedAt = performance.now();
      await Promise.all(
        clients.map(async (client) => {
          for (const { path, headers, body } of queue) {
            const answer = await client.request({ method: 'POST', path, headers, body });
            await answer.body.dump();
            if (answer.statusCode !== 200) {
              throw new Error(`${path} was answered ${answer.statusCode}`);
            }
          }
        }),
      );
      return (performance.now() - startedAt) / 1000;
    },
    async close() {
      await Promise.all(clients.map((client) => client.close()));
    },
  };
}
