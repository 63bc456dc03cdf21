// Wrangler, as far as setup needs it: its answers as values, its failures with their fix.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';
import type { Failure } from './failure.ts';
import { explain } from './wrangler-errors.ts';

export interface Account {
  id: string;
  name: string;
}

export interface Wrangler {
  version(): Promise<string | Failure>;
  /** The accounts one may use; `undefined` when nobody is logged in. */
  accounts(): Promise<readonly Account[] | undefined | Failure>;
  /** In the browser; speaks with the terminal itself. */
  login(): Promise<Failure | undefined>;
  /** `undefined` when the Worker does not exist yet. */
  secretNames(accountId: string): Promise<readonly string[] | undefined | Failure>;
  /** The URL at which the Worker answers; `undefined` when wrangler does not say. */
  deploy(accountId: string, secretsFile?: string): Promise<{ url?: string } | Failure>;
  migrate(accountId: string): Promise<Failure | undefined>;
  setSecrets(accountId: string, secretsFile: string): Promise<Failure | undefined>;
}

// `whoami --json`: not logged in it prints {"loggedIn":false} and ends with 1 (tried, 4.155); logged in, this shape
// (read in wrangler's source; not seen).
const Whoami = z.object({
  loggedIn: z.boolean(),
  accounts: z.array(z.object({ id: z.string(), name: z.string() })).default([]),
});
// `secret list --format json` (read in wrangler's source; not seen).
const Secrets = z.array(z.object({ name: z.string() }));
// A line of the output file; `targets` are URLs, "schedule: …", "Producer for …" (the file tried with --dry-run, its
// targets read in wrangler's source).
const Deployed = z.object({ type: z.literal('deploy'), targets: z.array(z.string()).default([]) });

/** What a started wrangler left. */
export interface Ran {
  code: number;
  stdout: string;
  stderr: string;
}

/** Starts wrangler with these arguments and this much more of an environment. */
export type RunWrangler = (
  args: readonly string[],
  env?: Readonly<Record<string, string>>,
) => Promise<Ran>;

/** `run`: without a terminal. `speak`: in the operator's own. `hidden`: what no message may show. */
export function openWrangler(
  { run, speak }: { run: RunWrangler; speak: RunWrangler },
  hidden: () => Iterable<string> = () => [],
): Wrangler {
  const failed = ({ stdout, stderr }: Ran): Failure => explain(`${stderr}\n${stdout}`, hidden());
  const of = (accountId: string) => ({ CLOUDFLARE_ACCOUNT_ID: accountId });

  return {
    async version() {
      const ran = await run(['--version']);
      return ran.code === 0 ? ran.stdout.trim() : failed(ran);
    },

    async accounts() {
      const ran = await run(['whoami', '--json']);
      const answer = Whoami.safeParse(jsonIn(ran.stdout)).data;
      if (!answer) return failed(ran);
      return answer.loggedIn ? answer.accounts : undefined;
    },

    async login() {
      const { code } = await speak(['login']);
      return code === 0 ? undefined : explain('not authenticated', hidden());
    },

    async secretNames(accountId) {
      const ran = await run(['secret', 'list', '--format', 'json'], of(accountId));
      if (ran.code === 0) {
        const listed = Secrets.safeParse(jsonIn(ran.stdout)).data;
        return listed ? listed.map(({ name }) => name) : failed(ran);
      }
      // `Worker "whence" not found.` (read in wrangler's source; not seen).
      return /Worker "[^"]*".* not found/.test(ran.stderr) ? undefined : failed(ran);
    },

    async deploy(accountId, secretsFile) {
      const folder = mkdtempSync(join(tmpdir(), 'whence-'));
      try {
        const output = join(folder, 'deploy.ndjson');
        const secrets = secretsFile === undefined ? [] : ['--secrets-file', secretsFile];
        const ran = await run(['deploy', ...secrets], {
          ...of(accountId),
          WRANGLER_OUTPUT_FILE_PATH: output,
        });
        return ran.code === 0 ? { url: urlIn(output) } : failed(ran);
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    },

    async migrate(accountId) {
      const ran = await run(['d1', 'migrations', 'apply', 'LEDGER', '--remote'], of(accountId));
      return ran.code === 0 ? undefined : failed(ran);
    },

    async setSecrets(accountId, secretsFile) {
      const ran = await run(['secret', 'bulk', secretsFile], of(accountId));
      return ran.code === 0 ? undefined : failed(ran);
    },
  };
}

/** The JSON in what was printed; a line of news may stand before it. */
function jsonIn(text: string): unknown {
  const start = text.search(/^[[{]/m);
  try {
    return start < 0 ? undefined : JSON.parse(text.slice(start));
  } catch {
    return undefined;
  }
}

function urlIn(outputFile: string): string | undefined {
  let lines: string[];
  try {
    lines = readFileSync(outputFile, 'utf8').split('\n');
  } catch {
    return undefined;
  }
  return lines
    .flatMap((line) => Deployed.safeParse(jsonIn(line)).data?.targets ?? [])
    .map((target) => (/^[a-z0-9.-]+\.workers\.dev$/.test(target) ? `https://${target}` : target))
    .find((target) => /^https?:\/\/[^*\s]+$/.test(target));
}
