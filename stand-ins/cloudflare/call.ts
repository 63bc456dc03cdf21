// A call of wrangler: its arguments, the files they name, and what is printed. Files are read at once, because they are
// gone after the call.
import { appendFileSync, existsSync, readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import * as z from 'zod';

const WorkerConfig = z.object({
  path: z.string(),
  name: z.string(),
  database: z.string(),
  producers: z.array(z.string()),
  consumers: z.array(z.string()),
});
export type WorkerConfig = z.infer<typeof WorkerConfig>;

export const Call = z.object({
  args: z.array(z.string()),
  accountId: z.string().optional(),
  /** Absent for commands that need none. */
  config: z.union([WorkerConfig, z.object({ refusal: z.string() })]).optional(),
  /** What the secrets file held, and who could read it. */
  secrets: z.record(z.string(), z.string()).optional(),
  secretsFileMode: z.number().optional(),
});
export type Call = z.infer<typeof Call>;

export const Printed = z.object({
  code: z.number(),
  stdout: z.string().default(''),
  stderr: z.string().default(''),
  /** Lines for WRANGLER_OUTPUT_FILE_PATH. */
  output: z.array(z.unknown()).default([]),
});
export type Printed = z.input<typeof Printed>;

/** What of wrangler's own reading matters here. */
const Read = z.object({
  name: z.string(),
  main: z.string(),
  assets: z.object({ directory: z.string() }),
  d1_databases: z
    .array(z.object({ database_name: z.string(), migrations_dir: z.string() }))
    .length(1),
  queues: z.object({
    producers: z.array(z.object({ queue: z.string() })),
    consumers: z.array(z.object({ queue: z.string() })),
  }),
});

type Environment = Readonly<Record<string, string | undefined>>;

const NEEDS_CONFIG = ['deploy', 'secret', 'd1', 'delete', 'queues', 'kv'];

export async function callOf(args: readonly string[], env: Environment): Promise<Call> {
  const [command = '', verb] = args;
  const path = command === 'secret' && verb === 'bulk' ? args[2] : flagOf(args, '--secrets-file');
  return {
    args: [...args],
    accountId: env.CLOUDFLARE_ACCOUNT_ID,
    ...(NEEDS_CONFIG.includes(command) && {
      config: await readConfig(flagOf(args, '--config') ?? 'wrangler.toml'),
    }),
    ...(path !== undefined && readSecrets(path)),
  };
}

function flagOf(args: readonly string[], flag: string): string | undefined {
  const index = args.indexOf(flag);
  return index < 0 ? undefined : args[index + 1];
}

function readSecrets(path: string): Pick<Call, 'secrets' | 'secretsFileMode'> {
  const secrets = z.record(z.string(), z.string()).parse(JSON.parse(readFileSync(path, 'utf8')));
  return { secrets, secretsFileMode: statSync(path).mode & 0o777 };
}

/** The configuration as wrangler itself reads it, with its own complaints. */
async function readConfig(path: string): Promise<Call['config']> {
  if (!existsSync(path)) return { refusal: `Could not read file: ${path}` };
  const { unstable_readConfig } = await import('wrangler');
  try {
    const { name, main, assets, d1_databases, queues } = Read.parse(
      unstable_readConfig({ config: path }, { hideWarnings: true }),
    );
    const [ledger] = d1_databases;
    const paths = [main, assets.directory, ledger?.migrations_dir ?? ''];
    const missing = paths.find((file) => !existsSync(resolve(path, '..', file)));
    if (missing !== undefined) return { refusal: `The path "${missing}" does not exist.` };
    return {
      path: resolve(path),
      name,
      database: ledger?.database_name ?? '',
      producers: queues.producers.map(({ queue }) => queue),
      consumers: queues.consumers.map(({ queue }) => queue),
    };
  } catch (error) {
    return { refusal: error instanceof Error ? error.message : String(error) };
  }
}

/** What wrangler writes into its output file. */
export function writeOutput(lines: readonly unknown[], env: Environment): void {
  const path = env.WRANGLER_OUTPUT_FILE_PATH;
  for (const line of path ? lines : []) appendFileSync(path ?? '', `${JSON.stringify(line)}\n`);
}
