// Runs Workers in a workerd of their own and reads from /proc (Linux) what that process costs.
import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { readD1Migrations } from '@cloudflare/vitest-plugin';
import { Miniflare, type MiniflareOptions } from 'miniflare';
import { WebSocket } from 'undici';
import * as z from 'zod';

const MIGRATIONS = resolve(import.meta.dirname, '../../migrations');

type WorkerConfig = MiniflareOptions['workers'][number]['config'];

export interface WorkerToRun {
  name: string;
  /** One ES module. */
  script: string;
  env?: WorkerConfig['env'];
  triggers?: WorkerConfig['triggers'];
}

export interface Running {
  url: URL;
  /** CPU time the process has used so far, user and system. */
  cpuMs(): number;
  /** Memory the process holds now. */
  residentBytes(): number;
  /** What the first Worker's JavaScript holds after a garbage collection. Needs the inspector. */
  heapBytes(): Promise<number>;
  /** Self time by function of the first Worker while `work` runs, most first. Needs the inspector. */
  profile(work: () => Promise<unknown>): Promise<readonly ProfiledFunction[]>;
  stop(): Promise<void>;
}

export interface ProfiledFunction {
  name: string;
  share: number;
}

interface Options {
  /** The Worker whose LEDGER gets its tables. */
  migrate?: string;
  withInspector?: boolean;
}

/** Starts Workers that share their queues; requests reach the first one. */
export async function runWorkers(
  workers: readonly [WorkerToRun, ...WorkerToRun[]],
  { migrate, withInspector = false }: Options = {},
): Promise<Running> {
  const before = new Set(ownWorkerds());
  const miniflare = new Miniflare({
    ...(withInspector ? { inspectorPort: 0 } : {}),
    // What the Workers log is none of the benchmark's.
    handleStructuredLogs: () => {},
    workers: workers.map(({ name, script, env, triggers }) => ({
      config: {
        name,
        compatibilityDate: '2026-10-01',
        manifest: {
          mainModule: 'worker.js',
          modules: { 'worker.js': { type: 'esm', contents: script } },
        },
        env,
        triggers,
      },
    })),
  });
  const url = await miniflare.ready;
  const pid = ownWorkerds().find((candidate) => !before.has(candidate));
  if (pid === undefined) throw new Error('workerd did not start');
  if (migrate !== undefined) {
    const ledger = await miniflare.getD1Database('LEDGER', migrate);
    for (const { queries } of await readD1Migrations(MIGRATIONS)) {
      for (const query of queries) await ledger.prepare(query).run();
    }
  }
  return {
    url,
    cpuMs: () => cpuMs(pid),
    residentBytes: () => residentBytes(pid),
    heapBytes: async () => heapBytes(await miniflare.getInspectorURL(), workers[0].name),
    profile: async (work) => profile(await miniflare.getInspectorURL(), workers[0].name, work),
    stop: () => miniflare.dispose(),
  };
}

/** Settings as bindings. */
export function texts(
  settings: Readonly<Record<string, string>>,
): NonNullable<WorkerConfig['env']> {
  return Object.fromEntries(
    Object.entries(settings).map(([key, value]) => [key, { type: 'text', value }]),
  );
}

/** The workerd processes this process has started: others may run some on the same machine. */
function ownWorkerds(): number[] {
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => {
      if (Number.isNaN(pid)) return false;
      try {
        // `1234 (workerd) S <parent> …` https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html
        const [name, rest = ''] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ');
        return name?.endsWith('(workerd') && Number(rest.split(' ')[1]) === process.pid;
      } catch {
        // It has just ended.
        return false;
      }
    });
}

/** In nanoseconds where `stat` counts in ticks of 10 ms. https://docs.kernel.org/scheduler/sched-stats.html */
function cpuMs(pid: number): number {
  const nanoseconds = readdirSync(`/proc/${pid}/task`).map((thread) =>
    Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0]),
  );
  return nanoseconds.reduce((sum, one) => sum + one, 0) / 1e6;
}

function residentBytes(pid: number): number {
  const kibibytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(kibibytes) * 1024;
}

const HeapUsage = z.object({
  id: z.literal(2),
  result: z.object({ usedSize: z.number(), backingStorageSize: z.number() }),
});

/** https://chromedevtools.github.io/devtools-protocol/v8/ */
async function heapBytes(inspector: URL, worker: string): Promise<number> {
  const socket = new WebSocket(new URL(`/core:user:${worker}`, inspector));
  try {
    return await new Promise((resolve, reject) => {
      socket.addEventListener('error', () => reject(new Error('The inspector cannot be reached.')));
      socket.addEventListener('open', () => {
        socket.send(JSON.stringify({ id: 1, method: 'HeapProfiler.collectGarbage' }));
        socket.send(JSON.stringify({ id: 2, method: 'Runtime.getHeapUsage' }));
      });
      socket.addEventListener('message', ({ data }) => {
        const usage = HeapUsage.safeParse(JSON.parse(String(data))).data?.result;
        if (usage) resolve(usage.usedSize + usage.backingStorageSize);
      });
    });
  } finally {
    socket.close();
  }
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

/** https://chromedevtools.github.io/devtools-protocol/v8/Profiler/ */
async function profile(
  inspector: URL,
  worker: string,
  work: () => Promise<unknown>,
): Promise<readonly ProfiledFunction[]> {
  const socket = new WebSocket(new URL(`/core:user:${worker}`, inspector));
  const send = (id: number, method: string) => socket.send(JSON.stringify({ id, method }));
  try {
    const { nodes, samples } = await new Promise<z.infer<typeof Profile>['result']['profile']>(
      (resolve, reject) => {
        socket.addEventListener('error', () =>
          reject(new Error('The inspector cannot be reached.')),
        );
        socket.addEventListener('open', () => {
          send(1, 'Profiler.enable');
          send(2, 'Profiler.start');
          work().then(() => send(3, 'Profiler.stop'), reject);
        });
        socket.addEventListener('message', ({ data }) => {
          const told = Profile.safeParse(JSON.parse(String(data))).data;
          if (told) resolve(told.result.profile);
        });
      },
    );
    const names = new Map(
      nodes.map(({ id, callFrame: { functionName, lineNumber } }) => [
        id,
        functionName || `line ${lineNumber + 1} of the bundle`,
      ]),
    );
    const counts = new Map<string, number>();
    let busy = 0;
    for (const sample of samples) {
      const name = names.get(sample) ?? '';
      if (name === '(idle)') continue;
      busy += 1;
      counts.set(name, (counts.get(name) ?? 0) + 1);
    }
    return [...counts]
      .map(([name, count]) => ({ name, share: count / busy }))
      .sort((a, b) => b.share - a.share);
  } finally {
    socket.close();
  }
}
