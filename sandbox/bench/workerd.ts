// Runs a Worker in a workerd of its own and reads from /proc (Linux) what that process costs.
import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { readD1Migrations } from '@cloudflare/vitest-plugin';
import { Miniflare, type MiniflareOptions } from 'miniflare';

type WorkerConfig = MiniflareOptions['workers'][number]['config'];

export interface RunningWorker {
  url: URL;
  /** CPU time the process has used so far, user and system. */
  cpuMs(): number;
  /** Memory the process holds now. */
  residentBytes(): number;
  /** Makes the tables of the Worker's LEDGER. */
  migrate(): Promise<void>;
  stop(): Promise<void>;
}

export interface WorkerToRun {
  /** One ES module. */
  script: string;
  env?: WorkerConfig['env'];
  triggers?: WorkerConfig['triggers'];
  /** Workers beside it, which share its queues. */
  others?: readonly (WorkerToRun & { name: string })[];
  /** 0 for any free one; without it there is no inspector. */
  inspectorPort?: number;
}

export async function runWorker(worker: WorkerToRun): Promise<RunningWorker> {
  const before = new Set(ownWorkerds());
  const all = [{ ...worker, name: 'worker' }, ...(worker.others ?? [])];
  const miniflare = new Miniflare({
    inspectorPort: worker.inspectorPort,
    workers: all.map(({ name, script, env, triggers }) => ({
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
  return {
    url,
    cpuMs: () => cpuMs(pid),
    residentBytes: () => residentBytes(pid),
    async migrate() {
      const ledger = await miniflare.getD1Database('LEDGER', 'worker');
      for (const { queries } of await readD1Migrations(
        resolve(import.meta.dirname, '../../migrations'),
      )) {
        for (const query of queries) await ledger.prepare(query).run();
      }
    },
    stop: () => miniflare.dispose(),
  };
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
