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

/** Which Worker is meant. */
export interface Target {
  accountId: string;
  /** The wrangler configuration. */
  config: string;
}

export interface Wrangler {
  version(): Promise<string | Failure>;
  /** The accounts one may use; `undefined` when nobody is logged in. */
  accounts(): Promise<readonly Account[] | undefined | Failure>;
  /** Opens the browser, and speaks with the terminal itself. */
  login(): Promise<Failure | undefined>;
  /** `undefined` when the Worker does not exist yet. */
  secretNames(target: Target): Promise<readonly string[] | undefined | Failure>;
  /** The URL at which the Worker answers; `undefined` when wrangler does not say. */
  deploy(target: Target, secretsFile?: string): Promise<{ url?: string } | Failure>;
  migrate(target: Target): Promise<Failure | undefined>;
  setSecrets(target: Target, secretsFile: string): Promise<Failure | undefined>;
  /** Removes one thing of the account; what is not there is removed already. */
  remove(target: Target, args: readonly string[]): Promise<'removed' | 'absent' | Failure>;
}

// `whoami --json`: not logged in it prints {"loggedIn":false} and ends with 1 (tried, 4.155); with a token, this shape
// (tried, 4.156, against an API on this machine).
const Whoami = z.object({
  loggedIn: z.boolean(),
  accounts: z.array(z.object({ id: z.string(), name: z.string() })).default([]),
});
// `secret list --format json` (read in wrangler's source; not seen).
const Secrets = z.array(z.object({ name: z.string() }));
// A line of the output file; `targets` are URLs, "schedule: …", "Producer for …" (the file tried with --dry-run, its
// targets read in wrangler's source).
const Deployed = z.object({ type: z.literal('deploy'), targets: z.array(z.string()).default([]) });

/**
 * How wrangler and Cloudflare say that something is not there. Tried on 4.156 against an API that has none of it; the codes
 * are those that wrangler itself takes for a Worker that is not there.
 */
const ABSENT =
  /not found|does not exist|couldn't find|no worker consumer|no KV namespace named|\[code: (?:10007|10090)\]/i;

/** How wrangler ended, and what it printed. */
export interface Ran {
  code: number;
  stdout: string;
  stderr: string;
}

/** Starts wrangler with these arguments and these variables beside its environment. */
export type RunWrangler = (
  args: readonly string[],
  env?: Readonly<Record<string, string>>,
) => Promise<Ran>;

/** `run`: without a terminal. `speak`: in the operator's own. `hidden`: what no message may show. */
export function openWrangler(
  { run, speak }: { run: RunWrangler; speak: RunWrangler },
  hidden: () => Iterable<string> = () => [],
): Wrangler {
  const failureOf = ({ stdout, stderr }: Ran): Failure => explain(`${stderr}\n${stdout}`, hidden());
  const runFor: RunFor = ({ accountId, config }, args, env = {}) =>
    run([...args, '--config', config], {
      CLOUDFLARE_ACCOUNT_ID: accountId,
      ...env,
    });
  const done = (ran: Ran) => (ran.code === 0 ? undefined : failureOf(ran));

  return {
    async version() {
      const ran = await run(['--version']);
      return ran.code === 0 ? ran.stdout.trim() : failureOf(ran);
    },
    async accounts() {
      const ran = await run(['whoami', '--json']);
      const answer = Whoami.safeParse(jsonIn(ran.stdout)).data;
      if (!answer) return failureOf(ran);
      return answer.loggedIn ? answer.accounts : undefined;
    },
    async login() {
      const { code } = await speak(['login']);
      return code === 0 ? undefined : explain('not authenticated', hidden());
    },
    async secretNames(target) {
      const ran = await runFor(target, ['secret', 'list', '--format', 'json']);
      // `Worker "whence" not found.` (tried, 4.156, against an API on this machine).
      if (ran.code !== 0 && /Worker "[^"]*".* not found/.test(ran.stderr)) return undefined;
      const listed = ran.code === 0 ? Secrets.safeParse(jsonIn(ran.stdout)).data : undefined;
      return listed ? listed.map(({ name }) => name) : failureOf(ran);
    },
    async deploy(target, secretsFile) {
      const { ran, url } = await deploy(runFor, target, secretsFile);
      return ran.code === 0 ? { url } : failureOf(ran);
    },
    async migrate(target) {
      return done(await runFor(target, ['d1', 'migrations', 'apply', 'LEDGER', '--remote']));
    },
    async setSecrets(target, secretsFile) {
      return done(await runFor(target, ['secret', 'bulk', secretsFile]));
    },
    async remove(target, args) {
      const ran = await runFor(target, args);
      if (ran.code === 0) return 'removed';
      return ABSENT.test(`${ran.stderr}${ran.stdout}`) ? 'absent' : failureOf(ran);
    },
  };
}

type RunFor = (
  target: Target,
  args: readonly string[],
  env?: Readonly<Record<string, string>>,
) => Promise<Ran>;

/** Wrangler writes the URL into a file of its own: what it prints is for people. */
async function deploy(
  run: RunFor,
  target: Target,
  secretsFile: string | undefined,
): Promise<{ ran: Ran; url: string | undefined }> {
  const folder = mkdtempSync(join(tmpdir(), 'whence-'));
  try {
    const output = join(folder, 'deploy.ndjson');
    const secrets = secretsFile === undefined ? [] : ['--secrets-file', secretsFile];
    const ran = await run(target, ['deploy', ...secrets], { WRANGLER_OUTPUT_FILE_PATH: output });
    return { ran, url: urlIn(output) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The JSON in what was printed. A line about an update may stand before it. */
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
