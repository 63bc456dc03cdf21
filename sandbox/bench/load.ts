// Sends prepared requests as fast as they are answered. The client has to be much quicker than what it measures:
// everything is made beforehand, and undici's own client costs a fraction of what `fetch` does.
import { Client } from 'undici';

export interface PreparedRequest {
  path: string;
  headers: Record<string, string>;
  body: Buffer;
}

/** Sends every request once over a few kept connections; the seconds it took. Throws on any answer but 200. */
export async function send(
  origin: URL,
  requests: readonly PreparedRequest[],
  connections: number,
): Promise<number> {
  const clients = Array.from({ length: connections }, () => new Client(origin.origin));
  const queue = requests.values();
  const startedAt = performance.now();
  await Promise.all(
    clients.map(async (client) => {
      for (const { path, headers, body } of queue) {
        const answer = await client.request({ method: 'POST', path, headers, body });
        await answer.body.dump();
        if (answer.statusCode !== 200) throw new Error(`${path} was answered ${answer.statusCode}`);
      }
    }),
  );
  const seconds = (performance.now() - startedAt) / 1000;
  await Promise.all(clients.map((client) => client.close()));
  return seconds;
}
