// A workerd that is killed at any moment and started again on the same storage, with the Worker and the platform around it.
import { spawnSync } from 'node:child_process';
import type { D1Migration } from '@cloudflare/vitest-plugin';
import { Miniflare, type MiniflareOptions, type Response } from 'miniflare';

/** A line of the Worker's log. */
export interface LogLine {
  level: string;
  message: string;
}

export interface RuntimeOptions {
  /** The folder of KV and D1. */
  storage: string;
  compatibilityDate: string;
  /** One ES module each. */
  scripts: Record<'whence' | 'platform', string>;
  vars: Readonly<Record<string, string | number>>;
  migrations: readonly D1Migration[];
  /** Answers the Worker's requests to its queue. */
  receive(request: { method: string; json(): Promise<unknown> }): Promise<Response>;
  log(line: LogLine): void;
}

export interface Runtime {
  url: URL;
  /** Resolves when workerd runs. */
  up(): Promise<void>;
  /** Rows of the ledger. */
  query(sql: string): Promise<Record<string, unknown>[]>;
  kill(): void;
  kills(): number;
  close(): Promise<void>;
}

/** Real time. A start takes about a second, and longer on a busy machine. */
const RESTART_TIMEOUT_MS = 60_000;

export async function openRuntime(options: RuntimeOptions): Promise<Runtime> {
  /** Resolves when workerd runs. Another promise after each kill. */
  let running = Promise.withResolvers<void>();
  let kills = 0;
  /** Read early: finding them takes longer than the Worker waits for an answer. */
  let pids: number[] = [];
  const onStart = () => {
    pids = workerdPids();
    running.resolve();
  };
  const miniflare = new Miniflare(miniflareOptions(options, onStart));
  const url = await miniflare.ready;
  onStart();
  // When this process ends for any reason, workerd ends too.
  const killWorkerd = () => {
    for (const pid of workerdPids()) process.kill(pid, 'SIGKILL');
  };
  process.once('exit', killWorkerd);
  // A handle from before a restart does not work after it.
  const ledger = () => miniflare.getD1Database('LEDGER', 'whence');
  const up = () => Promise.race([running.promise, tooLate()]);

  const database = await ledger();
  const statements = options.migrations.flatMap(({ queries }) => queries);
  await database.batch(statements.map((query) => database.prepare(query)));
  return {
    url,
    up,
    async query(sql) {
      await up();
      const { results } = await (await ledger()).prepare(sql).all();
      return results;
    },
    kill() {
      running = Promise.withResolvers();
      kills += 1;
      for (const pid of pids) process.kill(pid, 'SIGKILL');
    },
    kills: () => kills,
    async close() {
      process.off('exit', killWorkerd);
      await miniflare.dispose();
      killWorkerd();
    },
  };
}

function tooLate(): Promise<never> {
  return new Promise((_, reject) => {
    const fail = () => reject(new Error('workerd did not start again after it was killed.'));
    setTimeout(fail, RESTART_TIMEOUT_MS).unref();
  });
}

/** The pids of every workerd that this process has started. */
function workerdPids(): number[] {
  const found = spawnSync('pgrep', ['-x', '-P', String(process.pid), 'workerd'], {
    encoding: 'utf8',
  });
  return found.stdout.split('\n').filter(Boolean).map(Number);
}

function miniflareOptions(
  { storage, compatibilityDate, scripts, vars, receive, log }: RuntimeOptions,
  onStart: () => void,
): MiniflareOptions {
  const manifest = (contents: string) => ({
    mainModule: 'main.js',
    modules: { 'main.js': { type: 'esm' as const, contents } },
  });
  const texts = Object.entries(vars).map(
    ([name, value]) => [name, { type: 'text' as const, value: String(value) }] as const,
  );
  return {
    resourcePersistencePath: storage,
    handleStructuredLogs: log,
    unsafeHandleRuntimeRestart: onStart,
    workers: [
      {
        config: {
          name: 'platform',
          compatibilityDate,
          compatibilityFlags: ['service_binding_extra_handlers'],
          manifest: manifest(scripts.platform),
          env: {
            WHENCE: { type: 'worker', worker: 'whence' },
            QUEUE: { type: 'fetcher', handler: receive },
          },
        },
      },
      {
        config: {
          name: 'whence',
          compatibilityDate,
          manifest: manifest(scripts.whence),
          env: {
            ...Object.fromEntries(texts),
            VISITORS: { type: 'kv' },
            LEDGER: { type: 'd1' },
            SIGNUPS: { type: 'worker', worker: 'platform', exportName: 'Producer' },
          },
        },
      },
    ],
  };
}
