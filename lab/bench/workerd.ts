// Runs Workers in their own workerd and reads from /proc (Linux) what that process costs.
import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { readD1Migrations } from '@cloudflare/vitest-plugin';
import { Miniflare, type MiniflareOptions } from 'miniflare';
import type { LedgerDatabase } from '../../src/ledger/database.ts';
import { heapBytes, type ProfiledFunction, profile } from './inspector.ts';

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
  /** That of the Worker whose tables were made. */
  ledger: LedgerDatabase | undefined;
  /** CPU time that the process has used so far, user and system. */
  cpuMs(): number;
  /** Memory that the process holds now. */
  residentBytes(): number;
  /** Memory of the first Worker's JavaScript after a garbage collection. Needs the inspector. */
  heapBytes(): Promise<number>;
  /** Self time of the first Worker by function while `work` runs, the largest first. Needs the inspector. */
  profile(work: () => Promise<unknown>): Promise<readonly ProfiledFunction[]>;
  /** Works on the LEDGER that was migrated. */
  runSql(statements: readonly string[]): Promise<void>;
  stop(): Promise<void>;
}

interface Options {
  /** The Worker whose LEDGER gets its tables. */
  migrate?: string;
  withInspector?: boolean;
}

/** Starts Workers that share their queues. Requests reach the first one. */
export async function runWorkers(
  workers: readonly [WorkerToRun, ...WorkerToRun[]],
  { migrate, withInspector = false }: Options = {},
): Promise<Running> {
  const before = new Set(ownWorkerds());
  const miniflare = new Miniflare({
    ...(withInspector ? { inspectorPort: 0 } : {}),
    // The benchmark does not need the Workers' logs.
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
  const ledger =
    migrate === undefined ? undefined : await miniflare.getD1Database('LEDGER', migrate);
  if (ledger) {
    for (const { queries } of await readD1Migrations(MIGRATIONS)) {
      for (const query of queries) await ledger.prepare(query).run();
    }
  }
  return {
    url,
    ledger,
    cpuMs: () => cpuMs(pid),
    residentBytes: () => residentBytes(pid),
    heapBytes: async () => heapBytes(await miniflare.getInspectorURL(), workers[0].name),
    profile: async (work) => profile(await miniflare.getInspectorURL(), workers[0].name, work),
    runSql: async (statements) => {
      const ledger = await miniflare.getD1Database('LEDGER', migrate);
      for (const statement of statements) await ledger.prepare(statement).run();
    },
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

/** The workerd processes that this process has started. Others may run on the same machine. */
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
        // The process has just ended.
        return false;
      }
    });
}

/** From `schedstat`, in nanoseconds: `stat` counts in ticks of 10 ms. https://docs.kernel.org/scheduler/sched-stats.html */
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
