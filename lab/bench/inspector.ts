// What workerd's inspector says about a Worker: its heap, and where its time goes.
import { WebSocket } from 'undici';
import * as z from 'zod';

export interface ProfiledFunction {
  name: string;
  /** Of the time that is not idle, from 0 to 1. */
  share: number;
}

const HeapUsage = z.object({
  id: z.literal(2),
  result: z.object({ usedSize: z.number(), backingStorageSize: z.number() }),
});

/** https://chromedevtools.github.io/devtools-protocol/v8/HeapProfiler/ */
export function heapBytes(inspector: URL, worker: string): Promise<number> {
  return withInspector(inspector, worker, async (send, answer) => {
    send(1, 'HeapProfiler.collectGarbage');
    send(2, 'Runtime.getHeapUsage');
    const { result } = await answer(HeapUsage);
    return result.usedSize + result.backingStorageSize;
  });
}

const Profile = z.object({
  id: z.literal(3),
  result: z.object({
    profile: z.object({
      nodes: z.array(
        z.object({
          id: z.number(),
          callFrame: z.object({ functionName: z.string(), lineNumber: z.number() }),
        }),
      ),
      samples: z.array(z.number()),
    }),
  }),
});
type Profile = z.infer<typeof Profile>['result']['profile'];

/** https://chromedevtools.github.io/devtools-protocol/v8/Profiler/ */
export function profile(
  inspector: URL,
  worker: string,
  work: () => Promise<unknown>,
): Promise<readonly ProfiledFunction[]> {
  return withInspector(inspector, worker, async (send, answer) => {
    send(1, 'Profiler.enable');
    send(2, 'Profiler.start');
    await work();
    send(3, 'Profiler.stop');
    const { result } = await answer(Profile);
    return sharesOf(result.profile);
  });
}

/** The largest share first. */
function sharesOf({ nodes, samples }: Profile): readonly ProfiledFunction[] {
  const names = new Map(
    nodes.map(({ id, callFrame: { functionName, lineNumber } }) => [
      id,
      functionName || `line ${lineNumber + 1} of the bundle`,
    ]),
  );
  const busy = samples.map((sample) => names.get(sample) ?? '').filter((name) => name !== '(idle)');
  return [...Map.groupBy(busy, (name) => name)]
    .map(([name, { length }]) => ({ name, share: length / busy.length }))
    .sort((a, b) => b.share - a.share);
}

type Send = (id: number, method: string) => void;
type Answer = <Schema extends z.ZodType>(schema: Schema) => Promise<z.output<Schema>>;

/** `answer` resolves with the next message of that shape. */
async function withInspector<Value>(
  inspector: URL,
  worker: string,
  work: (send: Send, answer: Answer) => Promise<Value>,
): Promise<Value> {
  const socket = new WebSocket(new URL(`/core:user:${worker}`, inspector));
  const failed = new Promise<never>((_, reject) => {
    socket.addEventListener('error', () => reject(new Error('The inspector cannot be reached.')));
  });
  const opened = new Promise<void>((resolve) => {
    socket.addEventListener('open', () => resolve());
  });
  const send: Send = (id, method) => socket.send(JSON.stringify({ id, method }));
  const answer: Answer = (schema) =>
    new Promise((resolve) => {
      socket.addEventListener('message', ({ data }) => {
        const parsed = schema.safeParse(JSON.parse(String(data)));
        if (parsed.success) resolve(parsed.data);
      });
    });
  try {
    return await Promise.race([failed, opened.then(() => work(send, answer))]);
  } finally {
    socket.close();
  }
}
