// A stand-in for wrangler and the account behind it: prints what wrangler 4.155 prints, and remembers what it was given.
// Recorded here: --version, whoami without a login, no network, no token, migrations. Read in wrangler's source, since
// nobody here has an account: whoami with a login, secret list, secret bulk, the targets of a deploy.
import { appendFileSync, readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import * as z from 'zod';
import type { RunWrangler } from '../src/cli/wrangler.ts';

export const Call = z.object({
  args: z.array(z.string()),
  accountId: z.string().optional(),
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

/** What goes wrong, by the command it hits: `whoami`, `secret list`, `deploy`, `d1`, `secret bulk`. */
export type Mishap = keyof typeof ERRORS | 'hangs';

export interface Cloudflare {
  accounts: { id: string; name: string }[];
  isLoggedIn: boolean;
  /** Of the Worker; `undefined` while there is none. */
  secrets: Map<string, string> | undefined;
  /** Ledgers whose migrations have been applied: how often. */
  migrations: number;
  deploys: number;
  calls: Call[];
  mishaps: Map<string, Mishap>;
  /** Called at a deploy; says where the Worker answers. */
  onDeploy(secrets: ReadonlyMap<string, string>): Promise<string>;
  answer(call: Call): Promise<Printed>;
}

const LOGS = '🪵  Logs were written to "/home/you/.config/.wrangler/logs/wrangler.log"';
const error = (text: string) =>
  `\u001b[31m✘ \u001b[41;31m[\u001b[41;97mERROR\u001b[41;31m]\u001b[0m \u001b[1m${text}\u001b[0m\n\n\n${LOGS}\n`;

const ERRORS = {
  noNetwork: error(
    "Unable to resolve Cloudflare's API hostname (api.cloudflare.com or dash.cloudflare.com).",
  ),
  noToken: error(
    "In a non-interactive environment, it's necessary to set a CLOUDFLARE_API_TOKEN environment variable for wrangler to work. Please go to https://developers.cloudflare.com/fundamentals/api/get-started/create-token/ for instructions on how to create an api token, and assign its value to CLOUDFLARE_API_TOKEN.",
  ),
  noSubdomain: error(
    'You can either deploy your worker to one or more routes by specifying them in your wrangler.toml file, or register a workers.dev subdomain here:\nhttps://dash.cloudflare.com/0/workers/onboarding',
  ),
  noPermission: error(
    'A request to the Cloudflare API (/accounts/0/d1/database) failed.\n  Authentication error [code: 10000]',
  ),
  scriptFails: error(
    'A request to the Cloudflare API (/accounts/0/workers/scripts/whence) failed.\n  Uncaught Error: it broke [code: 10021]',
  ),
  migrationFails: error(
    'Migration 0005_refresh.sql failed with the following errors:\nduplicate column name: lookups: SQLITE_ERROR',
  ),
} as const;

export const isMishap = (name: string | undefined): name is Mishap =>
  name !== undefined && (name === 'hangs' || name in ERRORS);

export function createCloudflare(): Cloudflare {
  const account: Cloudflare = {
    accounts: [{ id: '0123456789abcdef0123456789abcdef', name: 'Acme' }],
    isLoggedIn: true,
    secrets: undefined,
    migrations: 0,
    deploys: 0,
    calls: [],
    mishaps: new Map(),
    onDeploy: async () => 'https://whence.acme.workers.dev',
    async answer(call) {
      account.calls.push(call);
      const [command = '', verb = ''] = call.args;
      const name = command === 'secret' ? `secret ${verb}` : command;
      const mishap = account.mishaps.get(name);
      if (mishap === 'hangs') return new Promise(() => {});
      if (mishap) return { code: 1, stderr: ERRORS[mishap] };
      if (name === '--version') return { code: 0, stdout: '4.155.0\n' };
      if (name === 'whoami') return whoami();
      if (!account.isLoggedIn && name !== 'login') return { code: 1, stderr: ERRORS.noToken };
      switch (name) {
        case 'secret list':
          return listSecrets();
        case 'secret bulk':
          return setSecrets(call);
        case 'deploy':
          return deploy(call);
        case 'login':
          account.isLoggedIn = true;
          return { code: 0 };
        case 'd1':
          account.migrations += 1;
          return { code: 0, stdout: '✅ No migrations to apply!\n' };
        default:
          return { code: 1, stderr: error(`Unknown command: ${call.args.join(' ')}`) };
      }
    },
  };

  function whoami(): Printed {
    const { isLoggedIn, accounts } = account;
    if (!isLoggedIn) return { code: 1, stdout: '\n{"loggedIn":false}\n' };
    const user = { loggedIn: true, authType: 'OAuth Token', email: 'you@example.com', accounts };
    return { code: 0, stdout: `${JSON.stringify({ ...user, tokenPermissions: [] }, null, 2)}\n` };
  }

  function listSecrets(): Printed {
    if (!account.secrets) {
      return {
        code: 1,
        stderr: error(
          'Worker "whence" not found.\n\nIf this is a new Worker, run `wrangler deploy` first to create it.\nOtherwise, check that the Worker name is correct and you\'re logged into the right account.',
        ),
      };
    }
    const secrets = [...account.secrets.keys()].map((name) => ({ name, type: 'secret_text' }));
    return { code: 0, stdout: `${JSON.stringify(secrets, null, '  ')}\n` };
  }

  function setSecrets({ secrets = {} }: Call): Printed {
    for (const [name, value] of Object.entries(secrets)) account.secrets?.set(name, value);
    return { code: 0, stdout: `✨ ${Object.keys(secrets).length} secrets successfully uploaded\n` };
  }

  async function deploy({ secrets = {} }: Call): Promise<Printed> {
    account.secrets = new Map([...(account.secrets ?? []), ...Object.entries(secrets)]);
    account.deploys += 1;
    const targets = [
      'schedule: */5 * * * *',
      'Producer for whence-signups',
      await account.onDeploy(account.secrets),
      'Consumer for whence-signups',
    ];
    return {
      code: 0,
      stdout: 'Uploaded whence (2.10 sec)\nDeployed whence triggers (1.20 sec)\n',
      output: [
        { type: 'wrangler-session', version: 1, wrangler_version: '4.155.0' },
        { type: 'deploy', version: 1, worker_name: 'whence', targets },
      ],
    };
  }

  return account;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** A call as wrangler makes it; the secrets file is read at once, since it is gone afterwards. */
export function callOf(args: readonly string[], env: Environment): Call {
  const call = { args: [...args], accountId: env.CLOUDFLARE_ACCOUNT_ID };
  const flag = args.indexOf('--secrets-file');
  const isBulk = args[0] === 'secret' && args[1] === 'bulk';
  const path = isBulk ? args[2] : flag < 0 ? undefined : args[flag + 1];
  if (path === undefined) return call;
  const secrets = z.record(z.string(), z.string()).parse(JSON.parse(readFileSync(path, 'utf8')));
  return { ...call, secrets, secretsFileMode: statSync(path).mode & 0o777 };
}

/** What wrangler writes into its output file. */
export function leaveOutput(lines: readonly unknown[], env: Environment): void {
  const path = env.WRANGLER_OUTPUT_FILE_PATH;
  for (const line of path ? lines : []) appendFileSync(path ?? '', `${JSON.stringify(line)}\n`);
}

/** Wrangler without a process of its own. */
export function runInProcess(account: Cloudflare): RunWrangler {
  return async (args, env = {}) => {
    const { output, ...ran } = Printed.parse(await account.answer(callOf(args, env)));
    leaveOutput(output, env);
    return ran;
  };
}

/** The account, where the program `wrangler.ts` beside it finds it. */
export function serveCloudflare(account: Cloudflare): Promise<{ url: string; close(): void }> {
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const call = Call.parse(JSON.parse(Buffer.concat(chunks).toString()));
    response.end(JSON.stringify(Printed.parse(await account.answer(call))));
  });
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' ? address?.port : undefined;
      resolve({
        url: `http://127.0.0.1:${port}`,
        close() {
          server.closeAllConnections();
          server.close();
        },
      });
    });
  });
}
